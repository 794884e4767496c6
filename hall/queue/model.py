"""Tickets of the waiting queue, the counters that call them, and what is known of both. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kit.clock import to_ms
from kit.errors import NotFound, Problem

CITIZEN, JOB = "citizen", "job"  # who changed a ticket, where no member of staff did


class State(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    SERVED = "served"
    MISSED = "missed"
    LEFT = "left"

    @property
    def chinese(self) -> str:
        return STATE_NAMES[self]


STATE_NAMES = {
    State.WAITING: "等候中",
    State.CALLED: "正在叫号",
    State.SERVING: "办理中",
    State.SERVED: "已办完",
    State.MISSED: "已过号",
    State.LEFT: "已离开",
}


class Privilege(StrEnum):
    """Why a ticket may be called before its turn; which of these really may is the hall's rule."""

    APPOINTMENT = "appointment"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    SOLDIER = "soldier"
    TRANSFERRED = "transferred"  # sent on from another group, where the rule puts such tickets first

    @property
    def chinese(self) -> str:
        return PRIVILEGE_NAMES[self]


PRIVILEGE_NAMES = {
    Privilege.APPOINTMENT: "预约",
    Privilege.ELDERLY: "老人",
    Privilege.DISABLED: "残疾人",
    Privilege.SOLDIER: "军人",
    Privilege.TRANSFERRED: "转窗",
}


class What(StrEnum):
    """Facts of a ticket, and of a counter alone from OPENED on. Facts are only ever added."""

    TAKEN = "taken"
    CALLED = "called"
    RECALLED = "recalled"
    SERVING = "serving"
    SERVED = "served"
    MISSED = "missed"
    BACK = "back"
    TRANSFERRED = "transferred"
    LEFT = "left"
    SOON = "soon"  # the person was told that their turn is near
    OPENED = "opened"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"


class PostState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ticket:
    id: int
    hall_id: str
    group_id: int  # where it waits; a transfer changes it, the number stays
    on: date
    number: str  # "A012"
    citizen_id: int | None  # None: taken at the kiosk by someone we do not know
    appointment_id: int | None
    state: State
    taken_at: datetime
    matter_id: str | None
    privilege: Privilege | None  # None: in turn
    queued_at: datetime  # its place in the order: when it was taken, later after a miss
    counter_id: int | None  # that called it last
    calls: int  # since it last waited
    called_at: datetime | None  # the last call
    serving_at: datetime | None
    ended_at: datetime | None
    starts_at: datetime | None = None  # of its appointment's slot


@dataclass(frozen=True, slots=True)
class Post:
    """A counter as it is manned now."""

    counter_id: int
    hall_id: str
    number: int  # of the counter
    state: PostState
    by: str
    ticket_id: int | None  # called to it or served at it
    since: datetime


@dataclass(frozen=True, slots=True)
class InLine:
    """All that a clerk sees of someone who waits: who they are stays hidden until they are called."""

    number: str
    kind: str  # 普通, 预约, 老人, …
    minutes: int  # waited so far


@dataclass(frozen=True, slots=True)
class Called:
    """What the counter that called a ticket may see. Name and phone are masked, and None without an appointment."""

    ticket: Ticket
    counter: int  # its number
    matter: str | None
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    what: What
    at: datetime
    by: str
    counter_id: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds; None for what has not happened (yet)."""

    waited: int | None  # waiting in the queue until called, several spells added up
    way: int | None  # from the call that was followed to the counter, recalls and all
    served: int | None  # at the counter, several counters added up


def times(facts: Sequence[Fact]) -> Times:
    """Waiting, way and serving time of one ticket, from its facts in order.

    Waiting runs from TAKEN, BACK or TRANSFERRED to CALLED; the way from CALLED to SERVING, while a call nobody followed
    counts as neither; serving from SERVING to SERVED or TRANSFERRED. What a job ended tells nothing of how long it took
    and is left out.
    """
    waited, way, served = [], [], []
    since: Fact | None = None
    for fact in facts:
        if since is not None:
            took = to_ms(fact.at) - to_ms(since.at)
            if fact.what is What.CALLED and since.what is not What.CALLED:
                waited.append(took)
            elif (since.what, fact.what) == (What.CALLED, What.SERVING):
                way.append(took)
            elif since.what is What.SERVING and fact.what in (What.SERVED, What.TRANSFERRED) and fact.by != JOB:
                served.append(took)
        if fact.what not in (What.RECALLED, What.SOON):
            since = fact
    return Times(*(sum(spells) if spells else None for spells in (waited, way, served)))


class HallClosed(Problem):
    """`opens_at` in the details is ISO 8601, None where the calendar is not published that far."""

    status = 409
    code = "hall_closed"
    sentence = "大厅现在不在上班时间，取不了号。{when}"


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    sentence = "今天没有 {number} 这个票号，请看看票上的字。"


class CounterNotFound(NotFound):
    code = "counter_not_found"
    sentence = "这个大厅没有{number}号窗口，请核对窗口号。"


class CounterManned(Problem):
    status = 409
    code = "counter_manned"
    sentence = "{number}号窗口现在由{by}在值，撤不了。请{by}先关窗，再来撤。"


class GroupNotFound(NotFound):
    code = "group_not_found"
    sentence = "这个大厅没有{letter}类，可选的有：{letters}。"


class PostNotOpen(Problem):
    status = 409
    code = "post_not_open"
    sentence = "{counter}号窗口还没有开始叫号，请先开窗。"


class PostPaused(Problem):
    status = 409
    code = "post_paused"
    sentence = "{counter}号窗口现在是暂离，请先恢复。"


class PostTaken(Problem):
    status = 409
    code = "post_taken"
    sentence = "{counter}号窗口现在由{by}在值。要换人，请{by}先关窗。"


class NobodyWaits(Problem):
    status = 409
    code = "nobody_waits"
    sentence = "现在没有人在等{counter}号窗口能办的事，可以歇一歇。"


class OthersWait(Problem):
    status = 409
    code = "others_wait"
    sentence = "有{count}位在等{counter}号窗口能办的事，没有取号的人请先取号，按顺序叫。"


class NotExpected(Problem):
    """Of an appointment that is not to be used any more, told to the clerk whose counter is free."""

    status = 409
    code = "not_expected"
    sentence = "这个预约{why}，用不上了。现在没有人在等，想今天办的话，请选“没有预约”和办哪一类，马上就能给号办理。"


class StillServing(Problem):
    status = 409
    code = "still_serving"
    sentence = "{counter}号窗口的{number}还没有结束，请先办完、过号或转窗。"


class NobodyCalled(Problem):
    status = 409
    code = "nobody_called"
    sentence = "{counter}号窗口现在没有正在叫或正在办的号，请先叫下一位。"


class AlreadyHere(Problem):
    status = 409
    code = "already_here"
    sentence = "{number}已经在{counter}号窗口办理了，办完后请按办完。"


class NotHereYet(Problem):
    status = 409
    code = "not_here_yet"
    sentence = "{number}还没有到窗口，人到了请先按开始办理。"


class CallAgain(Problem):
    status = 409
    code = "call_again"
    sentence = "{number}才叫了{calls}次，叫满{needed}次没有人来才能过号，请再叫一次。"


class NotMissed(Problem):
    status = 409
    code = "not_missed"
    sentence = "{number}现在是{state}，没有过号，不用重新排。"


class NotWaiting(Problem):
    status = 409
    code = "not_waiting"
    sentence = "{number}现在是{state}，不能再改了。"


class ReasonNeeded(Problem):
    status = 422
    code = "reason_needed"
    sentence = "转窗请写明原因，最多{most}个字：接着办的人要知道为什么转过来。"


class SameGroup(Problem):
    status = 409
    code = "same_group"
    sentence = "{number}已经在{letter}类排队了，不用转。"


class BadRules(Problem):
    """`errors` in the details: one Chinese line for each thing that is wrong."""

    status = 422
    code = "bad_queue_rules"
    sentence = "叫号规则有写得不对的地方：\n{lines}"
