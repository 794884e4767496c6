"""Cases: where something a citizen has handed in stands, and which way it may go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from hall.places.calendar import PUBLISHED, Calendar
from kit.errors import NotFound, Problem

CODE_LENGTH = 6  # 31 signs each: 887 million codes, typed off a receipt


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    REVIEW = "review"
    CONCLUDED = "concluded"
    DECLINED = "declined"
    SUSPENDED = "suspended"

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
    State.CONCLUDED: "办结",
    State.DECLINED: "退件",
    State.SUSPENDED: "特别程序",
}

NEXT: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.ACCEPTED, State.SUPPLEMENT, State.REFUSED}),
    State.SUPPLEMENT: frozenset({State.ACCEPTED, State.REFUSED, State.DECLINED}),
    State.ACCEPTED: frozenset({State.REVIEW, State.SUSPENDED, State.CONCLUDED, State.DECLINED}),
    State.REVIEW: frozenset({State.SUSPENDED, State.CONCLUDED, State.DECLINED}),
    State.SUSPENDED: frozenset({State.REVIEW, State.DECLINED}),
    State.REFUSED: frozenset(),
    State.CONCLUDED: frozenset(),
    State.DECLINED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Case:
    """`due_on` is promised, `legal_due_on` the law's; both are counted from acceptance and None until then."""

    id: int
    number: str
    hall_id: str
    matter_id: str
    matter_name: str
    citizen_id: int | None
    applicant: str | None = field(repr=False)
    state: State
    received_on: date
    due_on: date | None
    legal_due_on: date | None
    next_step: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a case; never changed or taken away afterwards."""

    at: datetime
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What someone entitled may know: never the applicant's name."""

    number: str
    matter_name: str
    state: State
    since: datetime
    history: tuple[Fact, ...]
    next_step: str | None
    received_on: date
    due_on: date | None
    legal_due_on: date | None

    @property
    def waits_for_person(self) -> bool:
        """Nothing goes on until the person does what `next_step` says."""
        return self.state is State.SUPPLEMENT


class CaseNotFound(NotFound):
    """The same words whether the number exists or not: a number alone tells a stranger nothing."""

    code = "case_not_found"
    sentence = "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。"


class MoveNotAllowed(Problem):
    status = 409
    code = "move_not_allowed"
    sentence = "这个办件现在是“{state}”，不能改成“{wanted}”。{allowed}"


def due_day(accepted_on: date, days: int | None, unit: str | None, calendar: Calendar = PUBLISHED) -> date | None:
    """The last of `days` 工作日 or 日 after the day of acceptance. None without a limit. Raises YearNotPublished."""
    if days is None or unit is None:
        return None
    return calendar.add_workdays(accepted_on, days) if unit == "工作日" else accepted_on + timedelta(days=days)
