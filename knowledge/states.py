"""What the life of an item is told in: states, values and refusals; knowledge.entries has the verbs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kit.errors import NotFound, Problem
from knowledge.content import Content, Kind

ACTS = {"draft": "起草", "review": "审核", "publish": "发布", "retire": "停用", "restore": "恢复"}


class State(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    RETIRED = "retired"


class NoSuchItem(NotFound):
    code = "no_such_item"
    sentence = "没有编号为“{id}”的知识条目或政策，请回列表里重新选。"


class NoSuchVersion(NotFound):
    code = "no_such_version"
    sentence = "“{id}”没有第{number}版，请从历史版本里选。"


class BadContent(Problem):
    """`reasons` are sentences for whoever wrote it, one for each thing to put right."""

    status = 422
    code = "bad_content"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(reasons=list(reasons))

    @property
    def message(self) -> str:
        return f"还不能保存：{'；'.join(self.reasons)}。改好后再存一次。"


class NotADraft(Problem):
    status = 409
    code = "not_a_draft"
    sentence = "最新一版不是草稿，不用审。要改内容，请先存一版新的草稿。"


class OwnDraft(Problem):
    status = 409
    code = "own_draft"
    sentence = "自己写的要请另一位同事审。"


class NotWritten(Problem):
    status = 409
    code = "not_written"
    sentence = "这一条还没有写答案，审不了。请先把答案写上，存一版新的草稿。"


class NotReviewed(Problem):
    status = 409
    code = "not_reviewed"
    sentence = "没有审过、等着发布的版本。请先存好草稿，请另一位同事审过再发布。"


class PolicyNotLive(Problem):
    status = 409
    code = "policy_not_live"
    sentence = "依据的政策{policies}还没有发布，或者已经下架。请先发布政策，再发布这一条。"


class PolicyInUse(Problem):
    status = 409
    code = "policy_in_use"
    sentence = "还有{count}条在用的知识条目依据这个政策：{entries}。请先改好或下架这些条目，再下架政策。"


@dataclass(frozen=True, slots=True)
class Item:
    """`title` and `state` are of the latest version; `live` is the version answered from, None when nothing is."""

    kind: Kind
    id: str
    title: str
    state: State
    latest: int
    live: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    content: Content
    author: str
    reviewer: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """Who did what to which version. `act` is draft, review, publish, retire or restore."""

    number: int
    act: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Live:
    """What is answered from as of `serial`; `number` and `content` are None once nothing is."""

    kind: Kind
    id: str
    number: int | None
    content: Content | None
    serial: int


@dataclass(frozen=True, slots=True)
class Planted:
    """Ids, in the order of the rows. `kept` are left as staff have them, or stand on a policy that is not live."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expiring:
    """`days_left` is negative once `last_on` has passed; `policy_id` is empty where the entry has its own last day."""

    entry_id: str
    question: str
    last_on: date
    days_left: int
    policy_id: str
    threshold: int  # days
