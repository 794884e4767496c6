"""UTC inside, Shanghai on the wall."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kit import clock

instants = st.integers(0, 2**33 * 10**6).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))


@given(instants)
def test_instant_is_stored_to_the_millisecond(instant: datetime) -> None:
    assert clock.from_ms(clock.to_ms(instant)) == instant - timedelta(microseconds=instant.microsecond % 1000)


def test_day_turns_at_midnight_in_shanghai() -> None:
    assert clock.day_of(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert clock.day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)


@given(st.dates(date(1992, 1, 1), date(2200, 1, 1)), st.times())  # China kept summer time until 1991
def test_wall_clock_time_is_found_again(day: date, at: time) -> None:
    instant = clock.instant_at(day, at)
    assert instant.tzinfo is UTC
    assert clock.local(instant).replace(tzinfo=None) == datetime.combine(day, at)


def test_days_and_times_are_said_as_on_the_wall() -> None:
    assert clock.say_day(date(2026, 11, 25)) == "11月25日（周三）"
    assert clock.say_day(date(2026, 11, 29)) == "11月29日（周日）"
    assert clock.say_time(datetime(2026, 11, 23, 1, 5, tzinfo=UTC)) == "09:05"


def test_a_span_is_said_by_its_days_where_they_are_whole() -> None:
    def at(day: int, hour: int = 0) -> datetime:
        return clock.instant_at(date(2026, 11, day), time(hour))

    said = [clock.say_span(at(25), at(26)), clock.say_span(at(25), at(28))]
    assert said == ["11月25日（周三）", "11月25日（周三）到11月27日（周五）"]
    said = [clock.say_span(at(25, 9), at(25, 12)), clock.say_span(at(25, 13), at(27, 12))]
    assert said == ["11月25日（周三）09:00到12:00", "11月25日（周三）13:00到11月27日（周五）12:00"]


def test_now_is_aware() -> None:
    assert clock.now().utcoffset() == timedelta(0)
