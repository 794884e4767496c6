"""Time. Instants are aware UTC datetimes; people see Asia/Shanghai. `now` is passed in, never fetched deep inside."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"

Clock = Callable[[], datetime]


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """The instant as a clock on the hall's wall shows it."""
    return instant.astimezone(SHANGHAI)


def day_of(instant: datetime) -> date:
    """The calendar day in Shanghai on which the instant falls."""
    return local(instant).date()


def instant_at(day: date, at: time) -> datetime:
    """The UTC instant of a wall-clock time on a Shanghai day."""
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def to_ms(instant: datetime) -> int:
    """Milliseconds since the epoch, the form in which instants are stored."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The instant stored as milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def say_day(day: date) -> str:
    """11月25日（周三）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def say_time(instant: datetime) -> str:
    """09:30, in Shanghai."""
    return local(instant).strftime("%H:%M")


def say_span(starts_at: datetime, ends_at: datetime) -> str:
    """11月25日（周三）09:00到12:00, and whole days as days: 11月25日（周三）到11月27日（周五）."""
    first, last = day_of(starts_at), day_of(ends_at)
    if local(starts_at).time() == local(ends_at).time() == time():
        last -= timedelta(days=1)
        return say_day(first) if first == last else f"{say_day(first)}到{say_day(last)}"
    until = say_time(ends_at) if first == last else say_day(last) + say_time(ends_at)
    return f"{say_day(first)}{say_time(starts_at)}到{until}"
