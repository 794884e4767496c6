"""The fields of matters, agencies and life events as staff see them: a key in TOML, a column in a spreadsheet.

A shape reads either: a TOML value or the text of a cell. What it cannot read it says in a sentence (ValueError).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from hall.matters.model import DAYS_UNITS, HANDLINGS, SOURCES, Audience
from hall.places.model import BadHours, Spans

APART = re.compile(r"[\s、，,；;/]+")
MARK = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
SPAN = re.compile(r"\s*([0-2]?\d)[:：]([0-5]\d)\s*[-—–~至到]\s*([0-2]?\d)[:：]([0-5]\d)\s*")
MOST_DAYS, MOST_COPIES, MOST_LINES, LONGEST_LINE = 3650, 99, 60, 500
YES_NO = ("是", "否")
NOTE = re.compile(r"（[^）]*）")
# 服务对象 as the lists of the country write it: 自然人, 法人/个体, 企业, …
AUDIENCE_WORDS: Mapping[str, Audience] = {
    **{audience.value: audience for audience in Audience},
    **dict.fromkeys(("自然人", "个人", "群众"), Audience.PERSON),
    **dict.fromkeys(("个体", "个体户", "个体工商户"), Audience.SOLE_TRADER),
    **dict.fromkeys(("法人", "企业", "企业法人", "单位", "银行", "事业法人", "非法人企业"), Audience.COMPANY),
    **dict.fromkeys(("社会组织法人", "其他组织", "行政机关"), Audience.COMPANY),
}
YES = {"是": True, "有": True, "true": True, "√": True, "1": True, "必要": True}
NO = {"否": False, "无": False, "false": False, "": False, "0": False, "非必要": False}


@dataclass(frozen=True, slots=True)
class Shape:
    """`read` takes a TOML value or a cell's text; `cell` is how the value stands in a spreadsheet.

    `choices`: all that may stand there; `has_lines`: one thing a line.
    """

    read: Callable[[Any], Any]
    cell: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    choices: tuple[str, ...] = ()
    has_lines: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # in TOML, and of the value read
    header: str
    shape: Shape
    says: str = ""  # how to fill it in
    is_wanted: bool = False


def text(most: int) -> Shape:
    """Words, or None where there are none."""

    def read(given: Any) -> str | None:
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValueError("要填文字")
        tidy = str(given).strip()
        if len(tidy) > most:
            raise ValueError(f"最多{most}个字，现在{len(tidy)}个")
        return tidy or None

    return Shape(read)


def _mark(given: Any) -> str:
    """An id: what stands in addresses and lists."""
    if not isinstance(given, str) or not MARK.fullmatch(given.strip()) or len(given.strip()) > 64:
        raise ValueError("用字母、数字和短横写，最多64个")
    return given.strip()


def whole(most: int) -> Shape:
    """A number from 1 on, or None."""

    def read(given: Any) -> int | None:
        if given == "":
            return None
        said = str(given).strip()
        if isinstance(given, bool) or not (said.isascii() and said.isdigit()) or not 1 <= int(said) <= most:
            raise ValueError(f"要填1到{most}的整数，不知道就空着")
        return int(said)

    return Shape(read)


def _flag(given: Any) -> bool:
    found = (YES | NO).get(str(given).strip().lower())
    if found is None:
        raise ValueError(f"“{given}”看不懂，请填“是”或“否”")
    return found


def one_of(*choices: str) -> Shape:
    def read(given: Any) -> str | None:
        said = str(given).strip()
        if said and said not in choices:
            raise ValueError(f"“{said}”不认识，可选：{'、'.join(choices)}")
        return said or None

    return Shape(read, choices=choices)


def _lines(given: Any) -> tuple[str, ...]:
    lines = given.splitlines() if isinstance(given, str) else given
    if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
        raise ValueError("要填文字，一行一条")
    tidy = tuple(line.strip() for line in lines if line.strip())
    if len(tidy) > MOST_LINES or any(len(line) > LONGEST_LINE for line in tidy):
        raise ValueError(f"最多{MOST_LINES}条，每条最多{LONGEST_LINE}个字")
    return tidy


def _words(given: Any) -> tuple[str, ...]:
    return _lines(APART.split(given) if isinstance(given, str) else given)


def _audiences(given: Any) -> tuple[Audience, ...]:
    words = APART.split(NOTE.sub("", given)) if isinstance(given, str) else list(given)
    strange = [word for word in words if word and word not in AUDIENCE_WORDS]
    if strange:
        raise ValueError(f"“{'、'.join(map(str, strange))}”不认识，可选：{'、'.join(a.chinese for a in Audience)}")
    return tuple(dict.fromkeys(AUDIENCE_WORDS[word] for word in words if word))


def _one_audience(given: Any) -> Audience | None:
    found = _audiences(str(given))
    if len(found) > 1:
        raise ValueError("只填一个，主要是给谁办的")
    return found[0] if found else None


def hours(given: Any) -> Spans | None:
    """09:00-12:00,13:00-16:30; None where nothing is said."""
    if given in ("", [], ()):
        return None
    spans = []
    for part in re.split("[,，;；\n]", given) if isinstance(given, str) else [None]:
        found = SPAN.fullmatch(part or "")
        if found is None or int(found[1]) > 23 or int(found[3]) > 23:
            raise ValueError("要像 09:00-12:00,13:00-16:30")
        spans.append((time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))))
    return tuple(spans)


def opening_hours(written: str) -> Spans | None:
    """As `hours`. Raises BadHours."""
    try:
        return hours(written.strip())
    except ValueError as error:
        raise BadHours() from error


def say_hours(spans: Spans | None) -> str:
    return ",".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans or ())


ID, FLAG = Shape(_mark), Shape(_flag, lambda value: "是" if value else "否", YES_NO)
LINES, WORDS = Shape(_lines, "\n".join, has_lines=True), Shape(_words, "、".join)
AUDIENCES = Shape(_audiences, lambda found: "、".join(audience.chinese for audience in found))
AUDIENCE = Shape(_one_audience, lambda audience: audience.chinese if audience else "")
HOURS = Shape(hours, say_hours)

MATTER = (
    Column("id", "编号", ID, "每个事项一个，不能重复，定了就不改", is_wanted=True),
    Column("name", "事项名称", text(64), is_wanted=True),
    Column("basic_code", "基本编码", text(64), "照实施清单填，不知道就空着"),
    Column("implementation_code", "实施编码", text(64), "照实施清单填，不知道就空着"),
    Column("business_code", "业务办理项编码", text(64), "照实施清单填，不知道就空着"),
    Column("aliases", "群众的说法", LINES, "一行一个，聊天里靠它听懂"),
    Column("department", "实施部门", text(64), is_wanted=True),
    Column("agency", "机构编号", text(64), "“机构”表里的编号"),
    Column("theme", "主题", text(32), is_wanted=True),
    Column("target", "服务对象", AUDIENCES, "、".join(audience.chinese for audience in Audience)),
    Column("group", "业务组", text(1), "在哪一组排队取号，填字母；空着就跟同一主题的事项一组"),
    Column("window_type", "在哪个窗口办", text(64), is_wanted=True),
    Column("handling_type", "办件类型", one_of(*HANDLINGS), "、".join(HANDLINGS), is_wanted=True),
    Column("legal_days", "法定时限", whole(MOST_DAYS), "只填数，没核实就空着"),
    Column("promised_days", "承诺时限", whole(MOST_DAYS), "只填数，没核实就空着"),
    Column("days_unit", "时限单位", one_of(*DAYS_UNITS), "、".join(DAYS_UNITS)),
    Column("on_the_spot", "当场办结", FLAG, "是或否"),
    Column("legal_note", "时限说明", text(500)),
    Column("conditions", "受理条件", LINES, "一行一条"),
    Column("fee", "收费", text(128), "不收费就写“不收费”", is_wanted=True),
    Column("fee_basis", "收费依据", text(255)),
    Column("result", "办理结果", text(128), is_wanted=True),
    Column("steps", "办理流程", LINES, "一行一步"),
    Column("basis", "设定依据", LINES, "一行一个"),
    Column("booking", "可以预约", FLAG, "是或否"),
    Column("to_confirm", "还没核实的", LINES, "一行一条，只给工作人员看"),
    Column("withdrawn", "本厅不办", FLAG, "不办（了）就填“是”，指南、预约里都不再有；要回来就填“否”"),
    Column("typical", "还是通用值", FLAG, "照本厅实施清单核对过，就填“否”"),
)
MATERIAL = (
    Column("name", "材料名称", text(128), is_wanted=True),
    Column("form", "形式", text(64), "原件、复印件、核验……", is_wanted=True),
    Column("count", "份数", whole(MOST_COPIES)),
    Column("source", "来源渠道", one_of(*SOURCES), "、".join(SOURCES)),
    Column("needed", "必要", FLAG, "有才交的填“否”"),
    Column("may_follow", "可容缺", FLAG, "缺了也能先受理、后补的填“是”，照本厅公布的清单填"),
    Column("e_licence", "可用电子证照", FLAG, "是或否"),
    Column("note", "备注", text(255)),
)
QUESTION = (
    Column("question", "问", text(200), is_wanted=True),
    Column("answer", "答", text(1000), "还没写好就空着"),
)
PLACE = (
    Column("name", "地点", text(64), is_wanted=True),
    Column("address", "地址", text(128)),
    Column("hours", "办公时间", text(128)),
)
AGENCY = (
    Column("id", "编号", ID, is_wanted=True),
    Column("name", "名称", text(64), is_wanted=True),
    Column("aliases", "群众的叫法", WORDS, "用顿号隔开"),
    Column("address", "地址", text(128), "不知道就空着"),
    Column("phone", "电话", text(64), "不知道就空着"),
    Column("hours", "办公时间", HOURS, "像 09:00-12:00,13:00-16:30"),
)
EVENT = (
    Column("id", "编号", ID, is_wanted=True),
    Column("name", "名称", text(64), is_wanted=True),
    Column("for", "给谁办", AUDIENCE, "、".join(audience.chinese for audience in Audience), is_wanted=True),
    Column("aliases", "群众的说法", WORDS, "用顿号隔开"),
    Column("matters", "事项编号", WORDS, "按先后，用顿号隔开", is_wanted=True),
    Column("note", "提醒", text(255), "比如哪一步不在本厅办"),
    Column("position", "排第几", whole(999), "问得多的排在前面，空着就排在最后"),
)


def values_of(columns: tuple[Column, ...], given: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    """What a row says, by key; what it does not speak of is left out. What cannot be read is added to `wrong`."""
    return dict(_read(columns, given, wrong))


def _read(columns: tuple[Column, ...], given: Mapping[str, Any], wrong: list[str]) -> Iterator[tuple[str, Any]]:
    for column in columns:
        if column.key not in given:
            continue
        try:
            value = column.shape.read(given[column.key])
        except (ValueError, TypeError) as reason:
            wrong.append(f"“{column.header}”{reason}")
            continue
        if column.is_wanted and value in (None, ()):
            wrong.append(f"“{column.header}”要填")
            continue
        yield column.key, value


def missing(columns: tuple[Column, ...], values: Mapping[str, Any], wrong: list[str]) -> None:
    """Adds what a new row must say and does not."""
    wrong += [f"“{column.header}”要填" for column in columns if column.is_wanted and column.key not in values]
