"""What is kept of what staff did."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.staff.model import StaffMember
from kit.db import Tx

State = Callable[[Tx, Any], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something staff do: a stable name, what it is called, the kind of thing it is done to, and how that is read.

    `state(tx, key)` is read before and after, its fields named in Chinese as the trail shows them, and empty for what
    is not there: what differs is kept. Without it only the deed is. `key_of(result)` is the key of what the deed makes.
    """

    name: str
    chinese: str
    kind: str
    state: State | None = None
    key_of: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, at which hall (or every one), and when."""

    member: StaffMember
    hall_id: str
    at: datetime


SAW = Deed("saw", "看了个人信息", "")  # a page showed a person's data

KINDS = {
    "staff": "工作人员",
    "hall": "大厅",
    "counter": "窗口",
    "group": "业务组",
    "matter": "事项",
    "agency": "部门",
    "event": "一件事",
    "device": "设备",
    "rules": "规则",
    "calendar": "日历",
    "plan": "放号计划",
    "closure": "停办",
    "ban": "停约",
    "notice": "通知",
    "wait": "候补",
    "appointment": "预约",
    "ticket": "票号",
    "case": "办件",
    "rating": "评价",
    "entry": "知识条目",
    "policy": "政策",
    "message": "转人工留言",
    "command": "命令",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the trail. `before` and `after` hold only what differs."""

    id: int
    at: datetime
    by: str
    hall_id: str
    deed: str
    called: str
    kind: str
    number: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def kind_name(self) -> str:
        return KINDS.get(self.kind, self.kind)

    @property
    def changed(self) -> list[str]:
        """The fields that differ, in the order in which they are kept."""
        return list(dict.fromkeys((*self.before, *self.after)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: None is any. `saw`: those of who merely looked (True), of who did something (False), both (None)."""

    hall_id: str | None = None
    by: str | None = None
    kind: str | None = None
    number: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    saw: bool | None = None
