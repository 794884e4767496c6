"""Questions about the hall itself: what belongs to a life event, what a department does and where it is.

Read by rule, since the hall's own list answers them and not the library. A sentence that says anything more than these
words is left to the library: 失业金去人社局哪里领 is about the matter.
"""

import re
from collections.abc import Sequence
from datetime import date

from bot.desk import Desk
from bot.phrases import guide_lists as say
from bot.phrases.general import numbered
from hall.matters.life_events import matters_of
from hall.matters.matching import named_in
from hall.matters.model import Agency, LifeEvent, Matter
from knowledge.model import Finding

# 都要办哪些事, and not 要办什么证, which is about one of them.
TOGETHER = re.compile(
    r"(?:哪些|什么|啥|哪几件|几件|几样)(?:事(?!由|业|实)|手续)|(?:都|全)(?:要|得|需要)(?:办|跑)"
    r"|(?:要|得|需要)办(?:些|哪些|什么|啥)(?!.{0,4}[证照许])|(?:先|从)(?:办|哪)(?:什么|啥|办)?起?|一条龙|从头到尾|跑哪些|办哪些"
)
NOT_TOGETHER = re.compile(r"税|优惠|政策|补贴|减免|多少钱|材料|贷款额|几天|多久")
REACHED = re.compile(r"电话|联系方式|怎么联系|咋联系|在哪|哪里|哪儿|地址|位置|怎么走|咋走|怎么去|几楼")
DOES = re.compile(r"(?:都|能|可以|负责|管)*(?:办理?|管)(?:些|哪些|什么|啥|哪几)(?:事项?|业务|手续)?")
AROUND = re.compile(
    r"朝阳市?|双塔区?|区|市|咱们?|我们?|你们?|的|是|多少|号码?|请问|麻烦|您好|你好|在|呢|吗|啊|呀|一下|告诉|查|问|想|知道"
    r"|要|有没有|有|去|到|怎么|咋|方面|这块|那边|那儿|现在|什么|啥|事|个|下|我|能|都|[^\u4e00-\u9fffa-z0-9]"
)
LONGEST_NAME = 12  # of a life event with a word or two around it
MOST = 12  # matters one can still read on a phone


def find(desk: Desk, plain: str, today: date) -> Finding | None:
    """What the hall's own list says to a sentence; None where it is about something else."""
    return _event(desk, plain, today) or _theme(desk, plain, today) or _agency(desk, plain, today)


def names_a_department(desk: Desk, plain: str) -> bool:
    """Whether a sentence asks for a department, and nothing else."""
    if not (REACHED.search(plain) or DOES.search(plain)):
        return False
    agency = named_in(desk.agencies, plain)
    return agency is not None and _is_only(plain, _said(agency, plain), REACHED, DOES)


def _event(desk: Desk, plain: str, today: date) -> Finding | None:
    if len(plain) > LONGEST_NAME and not TOGETHER.search(plain):
        return None
    event = named_in(desk.events, plain)
    is_bare = event is not None and AROUND.sub("", plain) == AROUND.sub("", event.name)
    if event is None or not (is_bare or TOGETHER.search(plain)) or NOT_TOGETHER.search(plain):
        return None
    here = matters_of(event, desk.catalogue)
    return _listed(f"event/{event.id}", event.name, say.event(event, here), here, today) if here else None


def event_text(event: LifeEvent, catalogue: Sequence[Matter]) -> str:
    """What is said of a life event, with the matters to pick from; nothing where the hall does none of them."""
    here = matters_of(event, catalogue)
    return f"{say.event(event, here)}\n{numbered(one.name for one in here[:MOST])}" if here else ""


def _theme(desk: Desk, plain: str, today: date) -> Finding | None:
    if not DOES.search(plain):
        return None
    themes = {matter.theme for matter in desk.catalogue if matter.theme in plain}
    theme = max(themes, key=len, default="")
    if not theme or not _is_only(plain, theme, DOES):
        return None
    here = [matter for matter in desk.catalogue if matter.theme == theme]
    return _listed(f"theme/{theme}", theme, say.matters_of(theme, here), here, today)


def _agency(desk: Desk, plain: str, today: date) -> Finding | None:
    """Its telephone and the like, or what it does. What the library itself tells of it (12366) is told from there."""
    agency = named_in(desk.agencies, plain) if names_a_department(desk, plain) else None
    if agency is None:
        return None
    here = [matter for matter in desk.catalogue if matter.agency_id == agency.id]
    if not REACHED.search(plain):
        name = f"agency/{agency.id}"
        return _listed(name, agency.name, say.matters_of(agency.name, here), here, today) if here else None
    told, said = desk.library.find(plain, today), _said(agency, plain)
    if told.kind == "answer" and any(said[place : place + 2] in told.question for place in range(len(said) - 1)):
        return None
    text = say.agency(agency, desk.hall)
    return Finding("answer", today, f"agency/{agency.id}", agency.name, text, confidence=1.0)


def _listed(entry_id: str, name: str, text: str, here: Sequence[Matter], today: date) -> Finding:
    """Matters to pick from by number."""
    offered = tuple((f"matter/{matter.id}/general", matter.name) for matter in here[:MOST])
    return Finding("answer", today, entry_id, name, text, suggestions=offered, confidence=1.0)


def _said(agency: Agency, plain: str) -> str:
    return max((name for name in (agency.name, *agency.aliases) if name in plain), key=len)


def _is_only(plain: str, name: str, *asked: re.Pattern[str]) -> bool:
    """Whether a sentence is this name, one of the ways to ask, and what stands around both."""
    rest = plain.replace(name, " ")
    if not any(pattern.search(rest) for pattern in asked):
        return False
    for pattern in asked:
        rest = pattern.sub(" ", rest)
    return not AROUND.sub("", rest)
