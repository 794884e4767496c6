from datetime import UTC, date, datetime

import pytest

from hall.places import service as places
from hall.places.model import Counter, HallNotFound, YearNotPublished, is_open, is_workday, next_workdays, opens_next
from kit.clock import SHANGHAI
from kit.db import Database
from tests.hall.builders import HALL, at


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # Monday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # 调休上班, a Saturday
        (date(2026, 2, 17), False),  # Spring Festival
    ],
)
def test_workday_follows_the_published_calendar(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_workday_of_an_unpublished_year_is_not_guessed() -> None:
    with pytest.raises(YearNotPublished) as refused:
        is_workday(date(2027, 1, 4))
    assert refused.value.message == "2027年的放假调休安排还没有公布，暂时说不准哪天上班，请先选2026年内的日子。"


def test_next_workdays_skip_the_weekend() -> None:
    assert next_workdays(date(2026, 11, 26), 2) == (date(2026, 11, 27), date(2026, 11, 30))


def test_next_workdays_stop_where_the_calendar_ends() -> None:
    assert next_workdays(date(2026, 12, 29), 10) == (date(2026, 12, 30), date(2026, 12, 31))
    assert next_workdays(date(2027, 3, 1), 10) == ()


@pytest.mark.parametrize(
    ("hour", "minute", "opened"),
    [(8, 59, False), (9, 0, True), (11, 59, True), (12, 0, False), (13, 0, True), (16, 29, True), (16, 30, False)],
)
def test_doors_are_open_in_the_hours_and_not_a_minute_more(hour: int, minute: int, opened: bool) -> None:
    assert is_open(HALL, at(23, hour, minute)) is opened


def test_doors_are_closed_on_sunday_and_hours_are_shanghai_time() -> None:
    assert is_open(HALL, at(22, 10)) is False
    assert is_open(HALL, datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) is True


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(23, 7), at(23, 9)),
        (at(23, 12, 30), at(23, 13)),
        (at(23, 18), at(24, 9)),
        (at(27, 17), at(30, 9)),  # Friday evening
        (at(28, 10), at(30, 9)),  # Saturday
    ],
)
def test_doors_open_next(now: datetime, opens: datetime) -> None:
    assert opens_next(HALL, now) == opens


def test_nobody_knows_when_doors_open_past_the_calendar() -> None:
    assert opens_next(HALL, datetime(2026, 12, 31, 18, 0, tzinfo=SHANGHAI)) is None
    assert opens_next(HALL, datetime(2027, 5, 1, 18, 0, tzinfo=SHANGHAI)) is None


async def test_hall_and_counters_are_read_as_they_were_founded(db: Database) -> None:
    desk = Counter(HALL.id, 2, "税务（示例）", ("C", "D"))
    async with db.tx() as tx:
        await places.found(tx, HALL)
        await places.add_counter(tx, desk)
        await places.add_counter(tx, Counter(HALL.id, 1, "企业", ("A",)))
    async with db.read() as tx:
        assert await places.hall(tx, HALL.id) == HALL
        assert await places.halls(tx) == (HALL,)
        assert [counter.number for counter in await places.counters(tx, HALL.id)] == [1, 2]
        assert (await places.counters(tx, HALL.id))[1] == desk


async def test_unknown_hall_is_said_so(db: Database) -> None:
    with pytest.raises(HallNotFound):
        await db.consult(places.hall, "nowhere")
