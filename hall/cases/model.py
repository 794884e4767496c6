"""Cases: where something a citizen has handed in stands, which way it may go, and who may move it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hall.cases.clocks import Clock, Limit
from hall.staff.model import Role
from kit.errors import NotFound, Problem

CODE_LENGTH = 6  # 31 signs each: 887 million codes, typed off a receipt

READERS = frozenset({Role.CLERK, Role.GUIDE, Role.LEAD, Role.ADMIN})  # who keeps the knowledge reads no cases
CLERKS = frozenset({Role.CLERK, Role.LEAD, Role.ADMIN})
LEADS = frozenset({Role.LEAD, Role.ADMIN})


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    REVIEW = "review"
    SPECIAL = "special"
    SUSPENDED = "suspended"
    CONCLUDED = "concluded"
    DECLINED = "declined"

    @property
    def chinese(self) -> str:
        return STATE_NAMES[self]

    @property
    def is_final(self) -> bool:
        return not NEXT[self]


STATE_NAMES = {
    State.RECEIVED: "收件",
    State.ACCEPTED: "受理",
    State.SUPPLEMENT: "补正",
    State.REFUSED: "不予受理",
    State.REVIEW: "审核",
    State.SPECIAL: "特别程序",
    State.SUSPENDED: "中止",
    State.CONCLUDED: "办结",
    State.DECLINED: "退件",
}

_AT_WORK = frozenset({State.SUPPLEMENT, State.SPECIAL, State.SUSPENDED, State.CONCLUDED, State.DECLINED})
NEXT: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.ACCEPTED, State.SUPPLEMENT, State.REFUSED}),
    State.SUPPLEMENT: frozenset({State.RECEIVED, State.REFUSED, State.DECLINED}),  # once accepted: see `ways`
    State.ACCEPTED: _AT_WORK | {State.REVIEW},
    State.REVIEW: _AT_WORK,
    State.SPECIAL: frozenset({State.ACCEPTED, State.REVIEW, State.DECLINED}),
    State.SUSPENDED: frozenset({State.ACCEPTED, State.REVIEW, State.DECLINED}),
    State.REFUSED: frozenset(),
    State.CONCLUDED: frozenset(),
    State.DECLINED: frozenset(),
}

LIVE = tuple(state for state in State if NEXT[state])


class What(StrEnum):
    """Facts of a case. Facts are only ever added."""

    OPENED = "opened"
    ACCEPTED = "accepted"
    DEEMED = "deemed"  # nobody said a word for five workdays: the law accepts
    ASKED = "asked"  # told, once and in full, what is missing
    BROUGHT = "brought"  # some of it came, or all
    REFUSED = "refused"
    REVIEWED = "reviewed"
    STOPPED = "stopped"
    RESUMED = "resumed"
    CONCLUDED = "concluded"
    DECLINED = "declined"
    DUE_KNOWN = "due_known"  # the year was published, so the last day could be said
    REMINDED = "reminded"  # a promised material is due


@dataclass(frozen=True, slots=True)
class Came:
    """Out of which visit a case was opened: one number leads to all others."""

    appointment_id: int | None = None
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`promised` and `legal` are the matter's limits as they stood on the day of acceptance, in `unit` (工作日 or 日).

    `supplemented_on`: when what was missing came in before acceptance. `is_deemed`: accepted by silence. `told_on` is
    the last day as its owner was told it, None while no day could be told.
    """

    id: int
    number: str
    hall_id: str
    matter_id: str
    matter_name: str
    citizen_id: int | None
    applicant: str | None = field(repr=False)
    state: State
    received_on: date
    supplemented_on: date | None
    accepted_on: date | None
    is_deemed: bool
    promised: int | None
    legal: int | None
    unit: str | None
    lists: int  # how often it was said what is missing
    next_step: str | None
    told_on: date | None
    ended_at: datetime | None
    appointment_id: int | None
    ticket_id: int | None

    @property
    def complete_on(self) -> date:
        """The day the materials came in, from which the five days to say a word are counted."""
        return self.supplemented_on or self.received_on

    @property
    def ways(self) -> frozenset[State]:
        """Where it may go from here. What was accepted is not refused any more, and waits in the middle of the work."""
        if self.state is State.SUPPLEMENT and self.accepted_on is not None:
            return frozenset({State.ACCEPTED, State.REVIEW, State.DECLINED})
        return NEXT[self.state]


@dataclass(frozen=True, slots=True)
class Material:
    """One of the materials of a case. `place` counts from 1; `lack` says what is missing, once asked for."""

    place: int
    name: str
    form: str
    count: int
    note: str | None
    is_needed: bool
    is_brought: bool
    is_asked: bool  # on the list of what is to be supplemented
    lack: str | None
    may_follow: bool  # 容缺, as the matter's list had it at receipt
    owed_on: date | None  # accepted without it: the last day promised to bring it

    @property
    def is_owed(self) -> bool:
        return self.owed_on is not None and not self.is_brought


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be supplemented: the material at `place` of the case's list, or something else by its name."""

    place: int | None
    name: str
    lack: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A spell in which the clock stands. `was` is the state the case goes back to."""

    id: int
    state: State  # supplement, special, suspended
    reason: str
    limit: Limit | None  # None: before acceptance no clock runs
    from_on: date
    began_at: datetime
    ended_on: date | None
    was: State


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a case; never changed or taken away afterwards."""

    at: datetime
    what: What
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What someone entitled may know: never the applicant's name."""

    case: Case
    clock: Clock
    since: datetime
    stop: Stop | None
    until_on: date | None  # of the stop: the last day it may last, as the calendar stands
    tell_by_on: date | None  # while it is 收件: the last day to say what is missing
    history: tuple[Fact, ...]
    materials: tuple[Material, ...]
    today: date  # as of which all this is told

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def state(self) -> State:
        return self.case.state

    @property
    def missing(self) -> tuple[Material, ...]:
        """What the person was asked for, while it is being waited for."""
        waits = self.case.state is State.SUPPLEMENT
        return tuple(one for one in self.materials if one.is_asked) if waits else ()

    @property
    def owed(self) -> tuple[Material, ...]:
        """容缺: what the case was accepted without and still waits for, beside the work going on."""
        return () if self.case.state.is_final else tuple(one for one in self.materials if one.is_owed)

    @property
    def owed_on(self) -> date | None:
        """The last day promised to bring the first of them."""
        return min((one.owed_on for one in self.owed if one.owed_on is not None), default=None)

    @property
    def is_owed_over(self) -> bool:
        return self.owed_on is not None and self.today > self.owed_on

    @property
    def waits_for_person(self) -> bool:
        """Nothing goes on until the person does what they were asked to."""
        return self.case.state is State.SUPPLEMENT


class CaseNotFound(NotFound):
    """The same words whether the number exists or not: a number alone tells a stranger nothing."""

    code = "case_not_found"
    sentence = "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。"


class MoveNotAllowed(Problem):
    status = 409
    code = "move_not_allowed"
    sentence = "这个办件现在是“{state}”，不能改成“{wanted}”。{allowed}"


class ApprovalNeeded(Problem):
    status = 403
    code = "approval_needed"
    sentence = "这一步要写明原因，并由另一位带班领导批准，办件人不能自己批自己。"


class WordsNeeded(Problem):
    status = 422
    code = "words_needed"
    sentence = "请写明{what}，最多{most}个字：这句话申请人会看到。"


class BadLimit(Problem):
    status = 422
    code = "bad_limit"
    sentence = "停多久要写清楚：1到{most}之间的天数，单位是工作日或日。到了日子时限会自动接着算。"


class ListGivenBefore(Problem):
    """《行政许可法》第三十二条: everything that is missing is told at once."""

    status = 409
    code = "list_given_before"
    sentence = "补正要一次告知，这个办件已经告知过了。确实要再补，请写明原因，并由带班领导批准。"


class NothingMissing(Problem):
    status = 422
    code = "nothing_missing"
    sentence = "请把缺的材料一次列全，至少一样：清单里的写序号，别的写名称。"


class NothingToTake(Problem):
    status = 409
    code = "nothing_to_take"
    sentence = "这个办件没有在等这些材料，不用登记。"


class NoSuchMaterial(Problem):
    status = 422
    code = "no_such_material"
    sentence = "这个办件的材料清单里没有第{place}样，一共{count}样。请对着回执再看看。"


class StillMissing(Problem):
    status = 409
    code = "still_missing"
    sentence = (
        "还缺：{names}。收到了请先登记，缺的请一次告知补正，齐了就能受理；"
        "主要的都齐了、缺的能后补，可以容缺受理，写明几天内补齐。"
    )


class NothingOwed(Problem):
    status = 409
    code = "nothing_owed"
    sentence = "必要的材料都齐了，不用容缺，直接受理就行。"


class BadPromise(Problem):
    status = 422
    code = "bad_promise"
    sentence = "容缺受理要写明缺的材料几天内补齐：1到{most}之间的天数，单位是工作日或日。"


class StillOwed(Problem):
    """What 容缺 puts off is the bringing: the material is needed for the result all the same."""

    status = 409
    code = "still_owed"
    sentence = (
        "容缺受理时答应后补的还没有交：{names}。收到了先登记，再办结；"
        "一直不交的，可以一次性告知补正，或者写明原因退件。"
    )
