"""A month of a hall's calendar, day by day: when the doors are open, and whence that is known. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hall.places.calendar import Calendar, SetDay
from hall.places.model import EVERY_HALL, Hall, Spans

SATURDAY = 5


class Whence(StrEnum):
    PUBLISHED = "published"  # as chinesecalendar has it
    ENTERED = "entered"  # from the State Council's notice, typed in by staff
    HALL = "hall"  # set for this hall
    HOUSE = "house"  # set for every hall
    UNKNOWN = "unknown"  # nobody has published the year yet

    @property
    def chinese(self) -> str:
        return WHENCE_NAMES[self]


WHENCE_NAMES = {
    Whence.PUBLISHED: "公布的",
    Whence.ENTERED: "照通知录的",
    Whence.HALL: "本厅定的",
    Whence.HOUSE: "全部大厅定的",
    Whence.UNKNOWN: "还没有公布",
}


@dataclass(frozen=True, slots=True)
class DayShown:
    """`hours`: () closed; None where nobody can know. `own`: what staff have set for the day."""

    on: date
    hours: Spans | None
    whence: Whence
    own: SetDay | None
    closed_for: str | None = None  # its feast, or why staff closed it

    @property
    def is_makeup(self) -> bool:
        """A weekend on which the doors are open."""
        return bool(self.hours) and self.on.weekday() >= SATURDAY

    @property
    def is_holiday(self) -> bool:
        """A day from Monday to Friday on which they are not."""
        return self.hours == () and self.on.weekday() < SATURDAY


def day_of_hall(hall: Hall, calendar: Calendar, on: date) -> DayShown:
    own = calendar.days.get(on)
    if own is None and not calendar.knows(on.year):
        return DayShown(on, None, Whence.UNKNOWN, None)
    return DayShown(on, calendar.hours(on, hall), _whence(calendar, on, own), own, calendar.closed_for(on))


def _whence(calendar: Calendar, on: date, own: SetDay | None) -> Whence:
    entered = calendar.years.get(on.year)
    if own is not None and not (entered and own.hall_id == EVERY_HALL and own.set_at == entered.entered_at):
        return Whence.HOUSE if own.hall_id == EVERY_HALL else Whence.HALL
    return Whence.ENTERED if entered else Whence.PUBLISHED


def weeks(hall: Hall, calendar: Calendar, first: date) -> list[list[DayShown]]:
    """The month of `first`, from the Monday of its first week to the Sunday of its last."""
    day = first - timedelta(days=first.weekday())
    found: list[list[DayShown]] = []
    while day < month_after(first):
        found.append([day_of_hall(hall, calendar, day + timedelta(days=n)) for n in range(7)])
        day += timedelta(days=7)
    return found


def month_after(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(first: date) -> date:
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)
