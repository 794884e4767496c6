"""Cases as the citizens' API, the kiosk and `bangban progress --json` give them: never the applicant's name."""

from datetime import date
from typing import TypedDict

from bot import following
from bot.following import Followed
from bot.phrases import progress as say
from hall.cases.model import Fact, Material, Progress
from handlers.api.shapes import day, instant


class Named(TypedDict):
    id: str
    name: str


class Stopped(TypedDict):
    """`until_on`: the last day it may last; null before acceptance, or where the year is not published."""

    kind: str  # supplement, special, suspended
    reason: str
    since: str
    until_on: str | None


class MissingMaterial(TypedDict):
    name: str
    note: str | None
    is_brought: bool


class HistoryFact(TypedDict):
    at: str
    state: str
    state_name: str
    note: str


class CaseBody(TypedDict):
    """`light`: none, green, yellow (the promised days are over), red (those of the law are).

    `due_on` is promised, `legal_due_on` the law's; both null before acceptance, without such a limit, and while
    `unknown_year` is not published. Days are counted in `unit`: `days_used`, and apart from them `days_stopped`.
    """

    number: str
    matter: Named
    hall: Named
    state: str
    state_name: str
    since: str
    light: str
    received_on: str
    accepted_on: str | None
    is_deemed: bool
    tell_by_on: str | None
    due_on: str | None
    legal_due_on: str | None
    unknown_year: int | None
    unit: str | None
    days_used: int
    days_stopped: int
    stopped: Stopped | None
    next_step: str | None
    waits_for_person: bool
    missing: list[MissingMaterial]
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


def _fact(of: Fact) -> HistoryFact:
    return {"at": instant(of.at), "state": of.state, "state_name": of.state.chinese, "note": of.note}


def chain(of: following.Chain, rating: int | None = None) -> ChainBody:
    return {"appointment": of.appointment, "ticket": of.ticket, "case": of.case, "rating": rating}


def said(of: Followed) -> str:
    return following.said(of)
