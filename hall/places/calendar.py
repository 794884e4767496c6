"""Which days are worked, and from when to when. Pure.

The seed is chinesecalendar, which follows the State Council's yearly notices. Over it stands what staff have entered: a
whole year from the notice, before the package knows it, and single days, of one hall or of all. A year that neither
knows has not been published yet and is never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar

from hall.places.model import Hall, Spans, YearNotPublished
from kit.clock import day_of, instant_at, local

FEASTS: Mapping[str, str] = {feast.value: feast.chinese for feast in chinese_calendar.Holiday}  # type: ignore[attr-defined]
ONE_DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 366  # no hall is looked through further than this for its next opening


@dataclass(frozen=True, slots=True)
class SetDay:
    """A day as staff have set it. `hours`: () closed all day; None the hall's usual hours, on a weekend too."""

    hall_id: str  # or EVERY_HALL
    on: date
    hours: Spans | None
    note: str
    set_by: str
    set_at: datetime

    def say(self) -> str:
        if self.hours is None:
            return "照常上班"
        return f"只开{say_spans(self.hours)}" if self.hours else "全天休息"


@dataclass(frozen=True, slots=True)
class EnteredYear:
    year: int
    notice: str  # the State Council's notice it was entered from
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one hall, its own settings already before those of every hall (`places.calendar` reads it)."""

    days: Mapping[date, SetDay] = field(default_factory=dict)
    years: Mapping[int, EnteredYear] = field(default_factory=dict)

    @classmethod
    def published(cls) -> "Calendar":
        """The published calendar, with nothing edited."""
        return PUBLISHED

    def knows(self, year: int) -> bool:
        """Whether the year's holidays have been published or entered."""
        return year in self.years or is_published(year)

    def is_workday(self, day: date) -> bool:
        """Whether the hall works that day, makeup workdays (调休上班) included. Raises YearNotPublished."""
        if (own := self.days.get(day)) is not None:
            return own.hours != ()
        if day.year in self.years:  # its holidays and makeup workdays are days that have been set
            return day.weekday() < 5
        if not is_published(day.year):
            raise YearNotPublished(year=day.year, last_year=day.year - 1)
        return _is_published_workday(day)

    def hours(self, day: date, hall: Hall) -> Spans:
        """When the doors are open that day, () when they are not. Raises YearNotPublished."""
        own = self.days.get(day)
        if own is not None and own.hours is not None:
            return own.hours
        return hall.hours if self.is_workday(day) else ()

    def closed_for(self, day: date) -> str | None:
        """Why nobody works that day, as people are told: its feast, or the reason staff wrote.

        None for a plain weekend, for a day that is worked, and where nobody can know.
        """
        if (own := self.days.get(day)) is not None:
            return own.note if own.hours == () else None
        if day.year in self.years or not is_published(day.year):
            return None
        return _published_feast(day)

    def next_workdays(self, after: date, n: int) -> tuple[date, ...]:
        """The next `n` workdays after a day; fewer than `n` means that what is published ends there."""
        found: list[date] = []
        for day in self._known_days(after + ONE_DAY):
            if len(found) >= n:
                break
            if self.is_workday(day):
                found.append(day)
        return tuple(found)

    def workdays_between(self, after: date, until: date) -> int:
        """How many workdays lie after one day up to and including another. Raises YearNotPublished."""
        days = (until - after).days
        return sum(self.is_workday(after + ONE_DAY * n) for n in range(1, days + 1))

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after a day, or before it where `n` is negative; the day itself for 0.

        Raises YearNotPublished.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def is_open(self, hall: Hall, now: datetime) -> bool:
        """Whether the doors are open at this instant. Raises YearNotPublished."""
        at = local(now).time()
        return any(opens <= at < closes for opens, closes in self.hours(day_of(now), hall))

    def opens_next(self, hall: Hall, now: datetime) -> datetime | None:
        """The next instant after `now` at which the doors open; None where what is published ends before it."""
        for day in self._known_days(day_of(now)):
            openings = (instant_at(day, opens) for opens, _ in self.hours(day, hall))
            if (first := min((at for at in openings if at > now), default=None)) is not None:
                return first
        return None

    def differing(self, year: int) -> tuple[date, ...]:
        """Days of an entered year which the package, knowing it by now, has otherwise."""
        if year not in self.years or not is_published(year):
            return ()
        every = (date(year, 1, 1) + ONE_DAY * n for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
        return tuple(day for day in every if self.is_workday(day) != PUBLISHED.is_workday(day))

    def _known_days(self, first: date) -> Iterator[date]:
        """Days from one on, until the first that nobody can know."""
        for n in range(LONGEST_CLOSURE_DAYS):
            day = first + ONE_DAY * n
            if day not in self.days and not self.knows(day.year):
                return
            yield day


PUBLISHED = Calendar()


# The package walks through all of its years each time, 0.1 ms; a clock of a case asks for dozens of days.
@lru_cache(maxsize=4096)
def _is_published_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=512)
def _published_feast(day: date) -> str | None:
    """What a day off belongs to, by the package's name for it: 国庆节."""
    is_off, name = chinese_calendar.get_holiday_detail(day)  # type: ignore[no-untyped-call]
    return FEASTS.get(name) if is_off else None


@lru_cache(maxsize=64)
def is_published(year: int) -> bool:
    """Whether chinesecalendar, as installed, knows the year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))  # type: ignore[no-untyped-call]
    except NotImplementedError:
        return False
    return True


def say_spans(hours: Spans) -> str:
    return "，".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in hours)


def are_in_order(hours: Spans) -> bool:
    """Whether each span opens before it closes, and none begins before the one in front has ended."""
    ends = [time.min, *(closes for _, closes in hours)]
    return all(before <= opens < closes for before, (opens, closes) in zip(ends, hours, strict=False))
