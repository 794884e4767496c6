"""The clocks of a case, reckoned from its days and the calendar whenever somebody looks. Pure.

One rule for every spell: the day it begins on is not part of it, the day it ends on is. So the day after acceptance is
the first day used, the day a stop begins on is still used, and the day the case goes on is still stopped. Whatever
lasts longer than its limit ends with it: after the last day of a stop the clock goes on, whether or not anybody
pressed a key.

Limits are counted in 工作日 (《行政许可法》第八十二条: without the holidays of the law, makeup workdays are worked) or
in 日, where every day counts and the last one may be a day off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from hall.places.calendar import ONE_DAY, PUBLISHED, Calendar
from hall.places.model import YearNotPublished

WORKDAYS, DAYS = "工作日", "日"
UNITS = (WORKDAYS, DAYS)
DAYS_TO_TELL = 5  # 《行政许可法》第三十二条: within five days it is said what is missing, or the case is accepted


class Light(StrEnum):
    NONE = "none"  # no clock runs, or its last day cannot be known yet
    GREEN = "green"
    YELLOW = "yellow"  # the promised days are over
    RED = "red"  # the days of the law are over


@dataclass(frozen=True, slots=True)
class Limit:
    days: int
    unit: str  # 工作日 or 日


@dataclass(frozen=True, slots=True)
class Spell:
    """A stop as the clock sees it: from the day after `from_on` until it ended or its limit ran out."""

    from_on: date
    limit: Limit
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`used` and `stopped` are days of `unit` up to today, or to the end. `unknown_year`: what keeps a last day open.

    `near`: today is the last workday before a last day, or that day: "promised", "legal", or None.
    """

    due_on: date | None = None
    legal_due_on: date | None = None
    unit: str | None = None
    used: int = 0
    stopped: int = 0
    light: Light = Light.NONE
    near: str | None = None
    unknown_year: int | None = None


STANDS_STILL = Clock()


def last_day(after: date, limit: Limit, calendar: Calendar = PUBLISHED) -> date:
    """The last day of a limit that begins on a day. Raises YearNotPublished."""
    if limit.unit == WORKDAYS:
        return calendar.add_workdays(after, limit.days)
    return after + timedelta(days=limit.days)


def tell_by(complete_on: date, calendar: Calendar = PUBLISHED) -> date:
    """The last day to say what is missing. Raises YearNotPublished."""
    return calendar.add_workdays(complete_on, DAYS_TO_TELL)


def reckon(
    accepted_on: date,
    promised: int | None,
    legal: int | None,
    unit: str,
    spells: Sequence[Spell],
    today: date,
    calendar: Calendar = PUBLISHED,
) -> Clock:
    """Both clocks as they stand on a day: today, or the day the case ended. None without a limit, never zero days."""
    is_stopped = _stopped(spells, calendar)

    @cache
    def is_of_unit(day: date) -> bool:
        return unit == DAYS or calendar.is_workday(day)

    def last_of(days: int | None) -> tuple[date | None, int | None]:
        try:
            return _last(accepted_on, days, lambda day: is_of_unit(day) and not is_stopped(day)), None
        except YearNotPublished as unknown:
            return None, unknown.details["year"]

    (due_on, year), (legal_due_on, legal_year) = last_of(promised), last_of(legal)
    so_far = [day for day in _days(accepted_on, today) if _if_known(is_of_unit, day)]
    stopped = sum(_if_known(is_stopped, day) for day in so_far)
    return Clock(
        due_on,
        legal_due_on,
        unit,
        len(so_far) - stopped,
        stopped,
        _light(due_on, legal_due_on, today),
        _near(due_on, legal_due_on, today, calendar),
        year or legal_year,
    )


def _stopped(spells: Sequence[Spell], calendar: Calendar) -> Callable[[date], bool]:
    """Whether the clock stands on a day; looks past a published year only when it must."""

    @cache
    def ends_on(spell: Spell) -> date:
        try:
            until_on = last_day(spell.from_on, spell.limit, calendar)
        except YearNotPublished:
            if spell.ended_on is None:
                raise
            return spell.ended_on
        return min(spell.ended_on or until_on, until_on)

    return cache(lambda day: any(spell.from_on < day <= ends_on(spell) for spell in spells if spell.from_on < day))


def _last(after: date, days: int | None, counts: Callable[[date], bool]) -> date | None:
    if days is None:
        return None
    day = after
    while days:
        day += ONE_DAY
        days -= counts(day)
    return day


def _days(after: date, until: date) -> list[date]:
    return [after + ONE_DAY * n for n in range(1, (until - after).days + 1)]


def _if_known(is_so: Callable[[date], bool], day: date) -> bool:
    """What nobody can know yet is not counted."""
    try:
        return is_so(day)
    except YearNotPublished:
        return False


def _light(due_on: date | None, legal_due_on: date | None, today: date) -> Light:
    if legal_due_on is not None and today > legal_due_on:
        return Light.RED
    if due_on is not None and today > due_on:
        return Light.YELLOW
    return Light.NONE if due_on is None and legal_due_on is None else Light.GREEN


def _near(due_on: date | None, legal_due_on: date | None, today: date, calendar: Calendar) -> str | None:
    if legal_due_on is not None and is_near(legal_due_on, today, calendar):
        return "legal"
    return "promised" if due_on is not None and is_near(due_on, today, calendar) else None


def is_near(due_on: date, today: date, calendar: Calendar = PUBLISHED) -> bool:
    """Whether today is the workday before a last day, the days off between them, or the last day itself."""
    if not due_on - ONE_DAY * 31 <= today <= due_on:  # no holiday is longer
        return False
    try:
        return calendar.add_workdays(due_on, -1) <= today
    except YearNotPublished:
        return due_on - ONE_DAY <= today
