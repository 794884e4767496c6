"""What people ask about the hall's matters: one entry a matter for the index; the aspect is read from the sentence.

The answers to materials, place, days, fee and steps stand in the hall's own catalogue; only those of a matter's FAQ
that carry their answer in brackets ("住满多久能办？（半年）") are told from here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.model import Entry, Span, Validity, covers
from knowledge.policies import read_day

ASPECTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "form",
        re.compile(
            r"空白表|样表|范本|模板|(?:申请|登记|备案|信息|采集)[书表单].{0,6}(?:下载|[在去到]?哪|样子)|表.{0,4}下载|下载.{0,8}表"
        ),
    ),
    ("conditions", re.compile(r"^(?!.*(?:材料|手续|证件)).*(?:什么|啥|哪些|够不够|符合.{0,4}|受理|办理)条件")),
    ("fee_basis", re.compile(r"收费.{0,3}(?:依据|文件|标准)|凭(?:什么|啥)(?:收|要)")),
    (
        "basis",
        re.compile(
            r"(?:办理|设定|法律|政策)依据|依据(?:什么|啥|哪|是)|(?:哪条|哪个|什么)(?:法|规定)|根据(?:什么|啥|哪)"
        ),
    ),
    ("questions", re.compile(r"常见问题|注意(?:什么|啥|事项|哪)|(?:大家|别人|人家)都问")),
    ("fee", re.compile(r"多少钱|收费|收钱|费用|花钱|要钱|免费|花多少|贵不贵|工本费|登记费|白办")),
    (
        "materials",
        re.compile(
            r"材料|[带拿][什啥哪几点]|都拿|要什么(?!时候)|需要什么|手续|证件|准备|资料|带哪些|要哪些|都要啥|要啥(?!时)|什么证明"
        ),
    ),
    (
        "days",
        re.compile(
            r"多久|几天|多长时间|多少天|时限|多快|几个工作日|当天|什么时候能下|啥时候能下|能?[办批]?下来|能拿到"
        ),
    ),
    ("where", re.compile(r"在哪|哪里|哪儿|上哪|去哪|到哪|搁哪|窗口|地址|哪个部门|谁管|归哪|归谁|哪个局|找谁|找哪")),
    ("steps", re.compile(r"流程|步骤|怎么|咋|如何|程序|先办|网上能")),
    ("result", re.compile(r"发什么证|出什么证|拿到什么|办完给|什么样的证|结果是")),
    ("hours", re.compile(r"几点|办公时间|上班时间|周[六日末]|礼拜[六天日]|星期[六天日]")),
)
ASPECT_SAYS = {
    "general": "{name}",
    "materials": "{name}要带什么材料",
    "where": "{name}在哪里办",
    "days": "{name}要多久",
    "fee": "{name}收不收费",
    "steps": "{name}怎么办",
    "result": "{name}办完拿到什么",
    "hours": "{name}几点能办",
    "conditions": "{name}要什么条件",
    "fee_basis": "{name}收费的依据",
    "basis": "{name}的办理依据",
    "form": "{name}的空白表和样表",
    "questions": "{name}的常见问题",
}
TEMPLATES = ("{}", "{}怎么办理", "{}需要什么材料", "办{}", "{}在哪里办", "{}要多久", "{}多少钱", "我想办{}", "{}流程")
ANSWERED = re.compile(r"^(?P<asked>.+[？?])（(?P<answer>.+)）$")
NOTE = re.compile(r"（[^）]*）")


@dataclass(frozen=True)
class MatterQuestion:
    """An entry about a matter: answered from the hall's catalogue (`answer` empty), or by what is usual everywhere."""

    entry: Entry
    matter: str
    name: str
    answer: str = ""
    valid: Validity = (None, None)

    def holds(self, asked: Span) -> bool:
        """Whether it may be told of these days."""
        return covers(self.valid, asked)


# How much one is given, or how long something lasts or must have lasted, is neither the fee nor the days of the matter.
NOT_FEE = re.compile(
    r"(?:给|发|领|补|补贴|贷|提|取|报|报销|返|赔|拿|津贴|救助|标准|失业金|低保|每月|每个月|一个月)[^办证卡收]{0,5}多少钱"
)
NOT_DAYS = re.compile(
    r"(?:[住缴交干]|缴费|参保|工作|领照|领完?执照)[满够了后]{0,2}多(?:久|长时间)|[住缴交]满|多久(?:有效|生效|到期|一次|之内|以内|前|要办税务)|"
    r"(?:有效|生效|能领|能管|领取?)(?:期)?多(?:久|长)|冷静期"
)


def read_aspect(plain: str) -> str:
    """Which side of a matter a sentence asks about."""
    if NOT_FEE.search(plain) or NOT_DAYS.search(plain):
        return "general"
    return next((aspect for aspect, pattern in ASPECTS if pattern.search(plain)), "general")


def of(entry_id: str, content: Mapping[str, Any]) -> MatterQuestion:
    """The entry of a content that names a matter."""
    answer = content.get("answer", "")
    entry = Entry(
        entry_id,
        content["question"],
        tuple(content.get("variants", ())),
        answer or content.get("search", ""),
        tuple(tuple(group) for group in content.get("need", ())),
        tuple(content.get("avoid", ())),
        tuple(content.get("known_by", ())),
    )
    valid = read_day(content.get("valid_from")), read_day(content.get("valid_to"))
    return MatterQuestion(entry, content["matter"], content["question"], answer, valid)


def contents(matters: Iterable[Mapping[str, Any]], words: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Entries for the rows of matters.toml: `matter/<id>` and `faq/<id>/<n>`.

    `words` is data/matter_words.toml: `also` are more names by matter id, parted by blanks; `avoid` words that
    show that something else is meant; `told` the sentences (`asks`, `says`, `need`) for those of its FAQ that
    carry an answer.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in matters:
        also = words["also"][row["id"]].split()
        found[f"matter/{row['id']}"] = _general(row, also, words["avoid"].get(row["id"], ()))
        found |= _told(row, words["told"])
    return found


def _names(row: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(NOTE.sub("", name) for name in (row["name"], *row["aliases"])))


def _general(row: Mapping[str, Any], also: Sequence[str], avoid: Sequence[str]) -> dict[str, Any]:
    names = _names(row)
    wordings = [template.format(name) for name in names for template in TEMPLATES]
    wordings += [template.format(name) for name in also for template in TEMPLATES[:3]]
    unanswered = [item for item in row["faq"] if not ANSWERED.match(item)]
    related = [f"{names[-1]}{item}" for item in unanswered] + [item for item in unanswered if _stands(item, names)]
    return {
        "question": names[0],
        "variants": [*wordings, *related],
        "search": " ".join(row["steps"]),
        "matter": row["id"],
        "avoid": list(avoid),
        "known_by": [name for name in dict.fromkeys([*names, *also]) if len(name) > 2],
    }


def _stands(item: str, names: Iterable[str]) -> bool:
    """Whether a question says by itself which matter it is about."""
    return any(name in item or any(name[i : i + 2] in item for i in range(len(name) - 1)) for name in names)


def _told(row: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The FAQ of a matter that we tell from here, each with its own sentence."""
    names = _names(row)
    found = {}
    for number, item in enumerate(row["faq"]):
        if not (match := ANSWERED.match(item)) or not (says := told.get(f"{row['id']}/{number}")):
            continue
        asked = match["asked"]
        alone = [asked] if _stands(asked, names) else []
        found[f"faq/{row['id']}/{number}"] = {
            "question": says["asks"],
            "variants": [*alone, *(f"{name}{asked}" for name in names)],
            "answer": says["says"],
            "matter": row["id"],
            "need": says["need"],
            "avoid": says.get("avoid", []),
        }
    return found
