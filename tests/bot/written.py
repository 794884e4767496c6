"""Days and hours as the tables of the tests write them."""

from datetime import date, time, timedelta

TODAY = date(2026, 11, 23)  # a Monday


def days(written: str) -> tuple[date, ...]:
    """ "12-02 12-04..12-06": November and December are 2026, other months 2027, unless the year is written."""
    found: list[date] = []
    for part in written.split():
        first, _, last = part.partition("..")
        start, end = day(first), day(last or first)
        found += [start + timedelta(step) for step in range((end - start).days + 1)]
    return tuple(found)


def day(written: str) -> date:
    numbers = [int(number) for number in written.split("-")]
    if len(numbers) == 3:
        return date(*numbers)
    return date(2026 if numbers[0] >= 11 else 2027, *numbers)


def hours(written: str) -> tuple[time | None, time | None]:
    """ "9:00" a point, "9:00-11:00" a range, "" nothing."""
    start, _, end = written.partition("-")
    return clock(start), clock(end)


def clock(written: str) -> time | None:
    return time.fromisoformat(written.zfill(5)) if written else None
