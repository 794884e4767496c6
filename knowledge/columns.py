"""The columns of entries and policies as editors see them in a spreadsheet, and what a cell of each may hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.content import Kind
from knowledge.policies import read_toml

APART = re.compile(r"[\s、，,；;]+")
A_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value stands in a cell. `read` raises ValueError with a sentence; `fits`: whether a value can be shown."""

    show: Callable[[Any], str]
    read: Callable[[str], Any]
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    field: str
    shape: Shape
    width: int  # half-width characters
    says: str  # for editors

    @property
    def has_lines(self) -> bool:
        """Whether a line break in it means something."""
        return self.shape is LINES or self.shape is GROUPS


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _apart(text: str) -> list[str]:
    return [each for each in APART.split(text) if each]


def _day(text: str) -> str:
    said = A_DAY.fullmatch(text)
    return f"{said[1]}-{int(said[2]):02}-{int(said[3]):02}" if said else text


def _yes(text: str) -> bool:
    if text.lower() not in ("是", "否", "有", "无", "y", "n", "yes", "no", "true", "false", "1", "0", "√"):
        raise ValueError(f"“{text}”看不懂，请填“是”，或者空着")
    return text.lower() in ("是", "有", "y", "yes", "true", "1", "√")


def _one_of(names: Mapping[str, str]) -> Shape:
    keys = {name: key for key, name in names.items()}
    return Shape(lambda key: names.get(key, key), lambda text: keys.get(text, text), _is_text)


@cache
def _categories() -> dict[str, str]:
    """Key → full name of every category of taxpayers."""
    named: dict[str, str] = read_toml("policies.toml")["meta"]["taxpayer_categories"]
    return named


def _briefly(key: str) -> str:
    """The name of a category without what it says in brackets; a key we do not know stays what it is."""
    return _categories().get(key, key).split("（")[0]


@cache
def _taxpayer_words() -> tuple[dict[str, str], re.Pattern[str]]:
    """Key by whatever a category may be called; and what finds one of these, or anything else, in a cell."""
    keys = {said: key for key, name in _categories().items() for said in (key, _briefly(key), name)}
    longest_first = "|".join(re.escape(said) for said in sorted(keys, key=len, reverse=True))  # names hold 、 too
    return keys, re.compile(rf"({longest_first})(?=[\s、，,；;]|$)|([^\s、，,；;]+)")


def _taxpayers(text: str) -> list[str]:
    keys, words = _taxpayer_words()
    found = words.findall(text)
    strange = "、".join(other for _, other in found if other)
    if strange:
        raise ValueError(f"“{strange}”不认识，可选：{'、'.join(_briefly(key) for key in _categories())}")
    return [keys[said] for said, _ in found]


TEXT, DAY = Shape(str, str, _is_text), Shape(str, _day, _is_text)
LINES, IDS, WORDS = (
    Shape(mark.join, read, _are_texts) for mark, read in (("\n", _lines), ("、", _apart), (" ", _apart))
)
GROUPS = Shape(
    lambda groups: "\n".join(" ".join(group) for group in groups),
    lambda text: [_apart(line) for line in _lines(text)],
    lambda value: isinstance(value, list) and all(_are_texts(group) for group in value),
)
YES = Shape(lambda value: "是" if value else "", _yes, lambda value: isinstance(value, bool))
SALES = Shape(
    lambda value: "是" if value == "sales" else value, lambda text: "sales" if text == "是" else text, _is_text
)
TAXPAYERS = Shape(lambda keys: "、".join(_briefly(key) for key in keys), _taxpayers, _are_texts)
STATUS = {
    "in_force": "现行有效",
    "expired": "已到期",
    "repealed": "已废止",
    "superseded": "已被替代",
    "stopped": "停止执行",
}
STATUS |= {"reference": "仅供参考", "unverified": "未核实"}
CONFIDENCE = {"verified": "已核实", "recalled": "凭记忆"}
HANDLING = {"self_declare": "自行申报享受", "self_declare_keep_docs": "自行申报、资料留存备查", "auto": "自动享受"}
HANDLING |= {"apply_refund": "申请退税", "apply_defer": "申请缓缴", "apply_hrss": "向人社部门申请"}
HANDLING |= {"file_before": "事先备案", "reference_only": "只作依据"}

# fmt: off
OF_ENTRY = (
    Column("标准问", "question", TEXT, 36, "群众会问的一句完整的话，必填"),
    Column("相似问", "variants", LINES, 44, "别的问法，一行一个（格子里换行按 Alt+回车）"),
    Column("答案", "answer", TEXT, 50, "直接回答的话。跟着政策走的不写在这里，写到“分期口径”表"),
    Column("事项", "matter", TEXT, 20, "是哪个办事事项，填事项编号；没有就空着"),
    Column("适用主体", "taxpayers", TAXPAYERS, 24, "哪些人适用，用顿号隔开，例如：个体工商户、增值税小规模纳税人"),
    Column("起", "valid_from", DAY, 12, "从哪天起用，例如 2026-01-01；空着就是一直可用"),
    Column("止", "valid_to", DAY, 12, "用到哪天（含这一天）；空着就是没有截止日"),
    Column("必含词", "need", GROUPS, 28, "问句里要有的词：一行一组，组里用空格隔开；每组至少出现一个词"),
    Column("排除词", "avoid", WORDS, 24, "问句里出现就不答这一条的词，用空格隔开"),
    Column("别称", "known_by", LINES, 20, "这件事的俗称，一行一个"),
    Column("适用说明", "who", TEXT, 24, "答案里“谁适用”这一句"),
    Column("停用后怎么说", "gone", TEXT, 30, "政策到期以后怎么回答"),
    Column("替代政策", "gone_policies", IDS, 20, "到期以后看哪些政策，填政策编号，用顿号隔开"),
    Column("备注", "note", TEXT, 24, "跟在答案后面的一句提醒"),
    Column("是否转人工", "person", YES, 10, "填“是”：回答以后还请工作人员来"),
    Column("比较销售额", "compares", SALES, 10, "填“是”：问句里说了销售额，就和免税的线比一比"),
    Column("历史政策", "history", IDS, 20, "以前的相关政策，填政策编号，用顿号隔开"),
    Column("提醒旧口径", "before", TEXT, 24, "提醒群众老规定已经变了的一句话"),
    Column("检索补充", "search", TEXT, 24, "只用来查找、不说给群众听的字"),
)
OF_STAGE = (
    Column("依据", "policies", IDS, 28, "政策编号，用顿号隔开，最主要的写在最前面，必填"),
    Column("起", "from", DAY, 12, "这一段从哪天起；空着就是主要政策施行的那天"),
    Column("止", "to", DAY, 12, "这一段到哪天为止（含）；空着就是主要政策截止的那天"),
    Column("结论", "conclusion", TEXT, 50, "这一段时间怎么规定的，先说结果"),
    Column("条件", "conditions", LINES, 40, "要满足的条件，一行一个"),
    Column("怎么办", "how", TEXT, 30, "怎么办理、带什么"),
    Column("提醒", "note", TEXT, 24, "容易弄错的地方"),
    Column("一句话", "brief", TEXT, 30, "答别的时间段时，顺带说这一段的一句话"),
)
OF_POLICY = (
    Column("文件名称", "title", TEXT, 40, "文件全名，必填"),
    Column("文号", "doc_no", TEXT, 28, "照原文写；没有就空着"),
    Column("发文机关", "issuers", LINES, 18, "一行一个，必填"),
    Column("发文日期", "issued", DAY, 12, "例如 2026-01-30"),
    Column("起", "valid_from", DAY, 12, "施行的第一天"),
    Column("止", "valid_to", DAY, 12, "有效的最后一天；没写明的空着"),
    Column("止是推算的", "valid_to_derived", YES, 10, "填“是”：截止日不是文件自己写的，是按替代它的文件算的"),
    Column("时效", "status", _one_of(STATUS), 12, "必填，可选：" + "、".join(STATUS.values())),
    Column("时效说明", "status_note", TEXT, 30, "为什么是这个时效"),
    Column("适用主体", "taxpayers", TAXPAYERS, 24, "用顿号隔开，写法和“知识条目”表一样"),
    Column("税种", "taxes", LINES, 14, "一行一个"),
    Column("优惠内容", "relief", TEXT, 50, "文件规定了什么，必填"),
    Column("条件", "conditions", LINES, 40, "一行一个"),
    Column("办理方式", "handling", _one_of(HANDLING), 20, "可选：" + "，".join(HANDLING.values())),
    Column("怎么办", "how_to", LINES, 30, "办理步骤，一行一个"),
    Column("材料", "materials", LINES, 24, "一行一个"),
    Column("办理期限", "deadline", TEXT, 20, "最晚什么时候办"),
    Column("替代了", "supersedes", IDS, 20, "它替代的政策，填政策编号，用顿号隔开"),
    Column("被谁替代", "superseded_by", IDS, 20, "替代它的政策，填政策编号，用顿号隔开"),
    Column("被替代的部分", "superseded_scope", TEXT, 20, "只有一部分被替代的，写明哪一部分"),
    Column("可信度", "confidence", _one_of(CONFIDENCE), 10, "必填：已核实（看过原文）或凭记忆"),
    Column("正文已读", "body_read", YES, 10, "填“是”：读过正文；没读过的不会对外说数额"),
    Column("核实范围", "verified_scope", TEXT, 24, "核对过哪几条"),
    Column("来源", "source", LINES, 30, "在哪里看到的，一行一个"),
    Column("存疑", "unsure", LINES, 24, "拿不准的地方，一行一个"),
    Column("相关政策", "related", IDS, 20, "填政策编号，用顿号隔开"),
    Column("保留到2027年的文件", "retained_until_2027", LINES, 30, "衔接公告点名保留的文件，一行一个"),
    Column("一直保留的文件", "retained_no_end", LINES, 30, "衔接公告点名、没有截止日的文件，一行一个"),
)
# fmt: on
COLUMNS: dict[Kind, tuple[Column, ...]] = {"entry": OF_ENTRY, "policy": OF_POLICY}
NAMES = {column.field: column.header for column in (*OF_STAGE, *OF_POLICY, *OF_ENTRY)} | STATUS | CONFIDENCE
