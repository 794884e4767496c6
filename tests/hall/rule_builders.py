"""Plain builders for the rules: a rule set in force, a place wanted, and a history of bookings."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

from hall.appointments import checks, rule_files
from hall.appointments.checks import Past, Wish
from hall.appointments.model import Slot, State
from hall.appointments.rules import Key, Rules
from hall.places.calendar import PUBLISHED
from kit.errors import Problem
from tests.hall.builders import HALL, MONDAY, at

SETS = Path(rule_files.__file__).parent / "rule_sets"
ID, CREDIT, PHONE, ME = "i:id", "u:credit", "p:phone", "c:1"
EVERY_MARK = {Key.CITIZEN: ME, Key.PHONE: PHONE, Key.ID_NUMBER: ID, Key.CREDIT_CODE: CREDIT}


def rule_set(name: str) -> Rules:
    return rule_files.read(tomllib.loads((SETS / f"{name}.toml").read_text("utf-8")))


def a_slot(starts_at: datetime) -> Slot:
    return Slot(1, HALL.id, 1, starts_at.date(), starts_at, starts_at + timedelta(minutes=30), 5, 0)


def a_wish(starts_at: datetime, matter_id: str = "licence", marks: dict[Key, str] | None = None) -> Wish:
    return Wish(a_slot(starts_at), matter_id, EVERY_MARK if marks is None else marks)


def a_past(
    starts_at: datetime,
    state: State = State.BOOKED,
    *,
    booked_at: datetime = MONDAY,
    ended_at: datetime | None = None,
    matter_id: str = "licence",
    marks: frozenset[str] = frozenset(EVERY_MARK.values()),
    is_own_lapse: bool | None = None,
) -> Past:
    ends_at = starts_at + timedelta(minutes=30)
    is_lapse = state in (State.NO_SHOW, State.CANCELLED) if is_own_lapse is None else is_own_lapse
    ended_at = ended_at or (ends_at if is_lapse else None)
    return Past(9, 9, 1, matter_id, starts_at.date(), starts_at, ends_at, state, booked_at, ended_at, is_lapse, marks)


def refused(rules: Rules, wish: Wish, *past: Past, now: datetime = MONDAY) -> Problem | None:
    return checks.refusal(rules, wish, past, (), PUBLISHED.is_workday, now)


def days_that_can_be_booked(rules: Rules, now: datetime, within: int = 21) -> list[date]:
    """The days, of the next three weeks, whose nine o'clock the window lets someone book."""
    days = [now.date() + timedelta(days=n) for n in range(within)]
    worked = [day for day in days if PUBLISHED.is_workday(day)]
    return [day for day in worked if checks.outside_window(rules, day, PUBLISHED.is_workday, now) is None]


def november(*days: int) -> list[date]:
    return [at(day, 0).date() for day in days]
