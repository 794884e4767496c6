"""Cases as the citizens' API, the kiosk and `bangban progress --json` give them: never the applicant's name."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypedDict

from bot import following
from bot.following import Followed
from bot.phrases import progress as say
from hall.appointments.model import Appointment
from hall.cases.clocks import Light
from hall.cases.model import Fact, Material, Progress, State
from hall.places.model import Hall
from hall.queue.model import Ticket
from hall.queue.pace import Estimate
from handlers.api.shapes import HallBrief, day, instant
from handlers.schemas import Day, Instant


class Stopped(TypedDict):
    """`until_on`: the last day it may last; null before acceptance, or where the year is not published."""

    kind: str  # supplement, special, suspended
    reason: str
    since: Instant
    until_on: Day | None


class MissingMaterial(TypedDict):
    name: str
    note: str | None
    is_brought: bool


class OwedMaterial(TypedDict):
    """容缺: accepted without it, and to be brought by this day at the latest."""

    name: str
    by_on: Day | None
    is_late: bool


class HistoryFact(TypedDict):
    at: Instant
    state: State
    state_name: str
    note: str


class CaseBody(TypedDict):
    """`light`: none, green, yellow (the promised days are over), red (those of the law are).

    `due_on` is promised, `legal_due_on` the law's; both null before acceptance, without such a limit, and while
    `unknown_year` is not published. Days are counted in `unit`: `days_used`, and apart from them `days_stopped`.
    """

    number: str
    matter: HallBrief
    hall: HallBrief
    state: State
    state_name: str
    since: Instant
    light: Light
    received_on: Day
    accepted_on: Day | None
    is_deemed: bool
    tell_by_on: Day | None
    due_on: Day | None
    legal_due_on: Day | None
    unknown_year: int | None
    unit: str | None
    days_used: int
    days_stopped: int
    stopped: Stopped | None
    next_step: str | None
    waits_for_person: bool
    missing: list[MissingMaterial]
    owed: list[OwedMaterial]
    history: list[HistoryFact]
    said: str


class ChainBody(TypedDict):
    """Numbers of one errand, as far as the asker may know them."""

    appointment: str | None
    ticket: str | None
    case: str | None
    rating: int | None


def case(of: Progress, hall_name: str) -> CaseBody:
    one, clock = of.case, of.clock
    return {
        "number": one.number,
        "matter": {"id": one.matter_id, "name": one.matter_name},
        "hall": {"id": one.hall_id, "name": hall_name},
        "state": one.state,
        "state_name": one.state.chinese,
        "since": instant(of.since),
        "light": clock.light,
        "received_on": day(one.received_on),
        "accepted_on": _day(one.accepted_on),
        "is_deemed": one.is_deemed,
        "tell_by_on": _day(of.tell_by_on),
        "due_on": _day(clock.due_on),
        "legal_due_on": _day(clock.legal_due_on),
        "unknown_year": clock.unknown_year,
        "unit": clock.unit,
        "days_used": clock.used,
        "days_stopped": clock.stopped,
        "stopped": _stopped(of),
        "next_step": one.next_step,
        "waits_for_person": of.waits_for_person,
        "missing": [_missing(material) for material in of.missing],
        "owed": [_owed(material, of.today) for material in of.owed],
        "history": [_fact(fact) for fact in of.history],
        "said": say.progress(of),
    }


def _day(on: date | None) -> str | None:
    return None if on is None else day(on)


def _stopped(of: Progress) -> Stopped | None:
    if of.stop is None:
        return None
    since, until_on = instant(of.stop.began_at), _day(of.until_on)
    return {"kind": of.stop.state, "reason": of.stop.reason, "since": since, "until_on": until_on}


def _missing(of: Material) -> MissingMaterial:
    return {"name": of.name, "note": of.lack or of.note, "is_brought": of.is_brought}


def _owed(of: Material, today: date) -> OwedMaterial:
    return {"name": of.name, "by_on": _day(of.owed_on), "is_late": of.owed_on is not None and today > of.owed_on}


def _fact(of: Fact) -> HistoryFact:
    return {"at": instant(of.at), "state": of.state, "state_name": of.state.chinese, "note": of.note}


class AppointmentBody(TypedDict):
    """An appointment as its number alone tells it: who comes is not said."""

    number: str
    matter: HallBrief
    hall: HallBrief
    state: str
    state_name: str
    starts_at: Instant
    ends_at: Instant


class TicketBody(TypedDict):
    """A ticket of today as the board tells it. No range while no counter of the group is open."""

    number: str
    state: str
    state_name: str
    ahead: int
    wait_low_minutes: int | None
    wait_high_minutes: int | None


class ProgressBody(TypedDict):
    """Exactly one of case, appointment and ticket, as `kind` says."""

    kind: Literal["case", "appointment", "ticket"]
    said: str
    case: CaseBody | None
    appointment: AppointmentBody | None
    ticket: TicketBody | None
    chain: ChainBody


def progress(of: Followed, halls: Mapping[str, Hall]) -> ProgressBody:
    return {
        "kind": of.kind,
        "said": following.said(of),
        "case": None if of.case is None else case(of.case, halls[of.case.case.hall_id].name),
        "appointment": None if of.appointment is None else _appointment(of.appointment, halls),
        "ticket": None if of.ticket is None or of.wait is None else _ticket(of.ticket, of.wait),
        "chain": _chain(of.chain),
    }


def _appointment(of: Appointment, halls: Mapping[str, Hall]) -> AppointmentBody:
    return {
        "number": of.number,
        "matter": {"id": of.matter_id, "name": of.matter_name},
        "hall": {"id": of.hall_id, "name": halls[of.hall_id].name},
        "state": of.state,
        "state_name": of.state.chinese,
        "starts_at": instant(of.starts_at),
        "ends_at": instant(of.ends_at),
    }


def _ticket(of: Ticket, wait: Estimate) -> TicketBody:
    return {
        "number": of.number,
        "state": of.state,
        "state_name": of.state.chinese,
        "ahead": wait.ahead,
        "wait_low_minutes": wait.low,
        "wait_high_minutes": wait.high,
    }


def _chain(of: following.Chain) -> ChainBody:
    return {"appointment": of.appointment, "ticket": of.ticket, "case": of.case, "rating": of.rating}
