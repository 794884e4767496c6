"""Halls, their counters, and when their doors are open.

Workdays come from chinesecalendar, which follows the State Council's yearly notices; a year it does not know has not
been published yet and is never guessed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar

from kit.clock import day_of, instant_at, local
from kit.errors import NotFound, Problem

Spans = tuple[tuple[time, time], ...]  # opening hours of one workday, wall-clock time in Shanghai


@dataclass(frozen=True, slots=True)
class Hall:
    """`address` and `phone` are None until the hall has given them."""

    id: str
    name: str
    address: str | None
    phone: str | None
    hours: Spans
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Counter:
    hall_id: str
    number: int
    name: str
    groups: tuple[str, ...]  # letters of the matter groups it serves


class YearNotPublished(Problem):
    status = 409
    code = "year_not_published"
    sentence = "{year}年的放假调休安排还没有公布，暂时说不准哪天上班，请先选{last_year}年内的日子。"


class HallNotFound(NotFound):
    code = "hall_not_found"
    sentence = "没有找到这个大厅，请核对后再试。"


def is_workday(day: date) -> bool:
    """Whether halls work that day, makeup workdays (调休上班) included. Raises YearNotPublished."""
    try:
        return bool(chinese_calendar.is_workday(day))  # type: ignore[no-untyped-call]
    except NotImplementedError as error:
        raise YearNotPublished(year=day.year, last_year=day.year - 1) from error


def next_workdays(after: date, n: int) -> tuple[date, ...]:
    """The next `n` workdays after a day; fewer than `n` means that the published calendar ends there."""
    found: list[date] = []
    day = after
    try:
        while len(found) < n:
            day += timedelta(days=1)
            if is_workday(day):
                found.append(day)
    except YearNotPublished:
        pass
    return tuple(found)


def is_open(hall: Hall, now: datetime) -> bool:
    """Whether the doors are open at this instant. Raises YearNotPublished."""
    at = local(now).time()
    return is_workday(day_of(now)) and any(opens <= at < closes for opens, closes in hall.hours)


def opens_next(hall: Hall, now: datetime) -> datetime | None:
    """The next instant after `now` at which the doors open; None where the published calendar ends before it."""
    today = day_of(now)
    try:
        days = ((today,) if is_workday(today) else ()) + next_workdays(today, 1)
    except YearNotPublished:
        return None
    openings = (instant_at(day, opens) for day in days for opens, _ in hall.hours)
    return min((at for at in openings if at > now), default=None)
