"""The board as it is told, for /docs: what hall/queue/board.py makes of itself."""

from typing import Annotated, TypedDict

from hall.queue.model import PostState, State
from handlers.api.shapes import HallBrief
from handlers.schemas import Instant


class DoorsNow(TypedDict):
    is_open: bool
    sentence: str
    changes_at: Annotated[Instant, "最晚到这时候，这句话要换"]


class TicketShown(TypedDict):
    number: str
    state: State
    since: Instant


class CounterShown(TypedDict):
    number: int
    name: str
    groups: list[str]
    serves: str
    state: PostState
    since: Instant | None
    ticket: TicketShown | None
    waiting: Annotated[int, "这个窗口能叫的有几位在等"]


class CallShown(TypedDict):
    ticket: str
    counter: int
    state: State
    at: Instant


class GroupShown(TypedDict):
    letter: str
    name: str
    waiting: int
    low_minutes: Annotated[int | None, "现在来最快等几分钟；说不准是 null"]
    high_minutes: int | None


class BoardSeen(TypedDict):
    """一个大厅的叫号屏，整块；上面没有人的姓名"""

    version: Annotated[int, "每变一次就变大"]
    as_of: Instant
    hall: HallBrief
    doors: DoorsNow
    rule: Annotated[list[str], "下一个叫谁，几句话"]
    counters: list[CounterShown]
    calls: Annotated[list[CallShown], "最近叫的，新的在前"]
    groups: list[GroupShown]
