"""Which days are worked: as published, as entered by staff, of one hall or of all."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from hall.places import service as places
from hall.places.calendar import PUBLISHED, Calendar
from hall.places.model import (
    EVERY_HALL,
    BadHours,
    BadNote,
    BadNotice,
    DayNotSet,
    DayPast,
    HallNotFound,
    Spans,
    YearKnown,
    YearNotPublished,
    YearTooFar,
)
from hall.places.notice import Notice, statutory
from kit import live
from kit.clock import SHANGHAI
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_hall, at, at_once

OTHER = replace(HALL, id="east", name="东区大厅")
MORNING: Spans = ((time(9), time(11, 30)),)
WEDNESDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 28)


def days(year: int, *months_and_days: tuple[int, int, int]) -> list[date]:
    """(2, 5, 7): the 5th of February and the six days after it."""
    return [date(year, m, d) + timedelta(days=n) for m, d, length in months_and_days for n in range(length)]


# 2027 as the notice might have it; what it will really say is not known yet.
FEASTS = {"元旦": (1, 1, 3), "春节": (2, 5, 8), "清明节": (4, 3, 3), "劳动节": (5, 1, 5), "端午节": (6, 9, 1),
          "中秋节": (9, 15, 3), "国庆节": (10, 1, 7)}  # fmt: skip
HOLIDAYS = {day: name for name, reach in FEASTS.items() for day in days(2027, reach)}
MAKEUP = [date(2027, 2, 20), date(2027, 5, 8), date(2027, 10, 9)]
NOTICE = "关于2027年部分节假日安排的通知"
ENTERED_AT = at(25, 9)


async def enter(tx: Tx, holidays: dict[date, str] = HOLIDAYS, makeup: list[date] = MAKEUP, year: int = 2027) -> None:
    await places.enter_year(tx, Notice(year, NOTICE, holidays, makeup), "张三", ENTERED_AT)


async def edited(db: Database, hall_id: str = HALL.id) -> Calendar:
    return await db.consult(places.calendar, hall_id)


# ------------------------------------------------------------------------------------------------ published


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 10, 3), "国庆节"),  # a Saturday of the holiday
        (date(2026, 10, 10), None),  # worked for it
        (date(2026, 10, 17), None),  # a plain Saturday
        (date(2026, 11, 23), None),
        (date(2040, 10, 1), None),  # nobody knows
    ],
)
def test_a_day_off_is_called_by_its_feast_as_it_was_published(day: date, why: str | None) -> None:
    assert PUBLISHED.closed_for(day) == why


async def test_a_day_off_is_called_as_the_notice_or_staff_have_it(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(enter)
    await db.transact(places.set_day, HALL.id, date(2027, 3, 1), (), "停电检修", "张三", ENTERED_AT)
    await db.transact(places.set_day, HALL.id, date(2027, 10, 1), None, "国庆加开", "张三", ENTERED_AT)
    calendar = await edited(db)
    asked = [date(2027, 1, 1), date(2027, 2, 20), date(2027, 3, 1), date(2027, 10, 1), date(2027, 10, 2)]
    assert [calendar.closed_for(day) for day in asked] == ["元旦", None, "停电检修", None, "国庆节"]


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
    assert PUBLISHED.is_workday(day) is works


def test_workday_of_an_unpublished_year_is_not_guessed() -> None:
    with pytest.raises(YearNotPublished) as refused:
        PUBLISHED.is_workday(date(2027, 1, 4))
    assert refused.value.message == "2027年的放假调休安排还没有公布，暂时说不准哪天上班，请先选2026年内的日子。"


def test_next_workdays_skip_the_weekend_and_take_the_makeup_saturday() -> None:
    assert PUBLISHED.next_workdays(date(2026, 11, 26), 2) == (date(2026, 11, 27), date(2026, 11, 30))
    assert PUBLISHED.next_workdays(date(2026, 10, 7), 3) == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))
    assert PUBLISHED.next_workdays(date(2026, 11, 26), 0) == ()


def test_next_workdays_stop_where_the_calendar_ends() -> None:
    assert PUBLISHED.next_workdays(date(2026, 12, 29), 10) == (date(2026, 12, 30), date(2026, 12, 31))
    assert PUBLISHED.next_workdays(date(2027, 3, 1), 10) == ()


def test_workdays_are_counted_over_the_long_holiday() -> None:
    before, after = date(2026, 9, 30), date(2026, 10, 12)
    assert PUBLISHED.workdays_between(before, after) == 4  # 8, 9, 10 (makeup), 12
    assert PUBLISHED.workdays_between(after, before) == 0
    assert PUBLISHED.add_workdays(before, 4) == after
    assert PUBLISHED.add_workdays(after, -4) == before
    assert PUBLISHED.add_workdays(before, 0) == before


def test_counting_past_the_published_calendar_is_refused() -> None:
    with pytest.raises(YearNotPublished):
        PUBLISHED.add_workdays(date(2026, 12, 30), 5)
    with pytest.raises(YearNotPublished):
        PUBLISHED.workdays_between(date(2026, 12, 30), date(2027, 1, 8))


@pytest.mark.parametrize(
    ("hour", "minute", "opened"),
    [(8, 59, False), (9, 0, True), (11, 59, True), (12, 0, False), (13, 0, True), (16, 29, True), (16, 30, False)],
)
def test_doors_are_open_in_the_hours_and_not_a_minute_more(hour: int, minute: int, opened: bool) -> None:
    assert PUBLISHED.is_open(HALL, at(23, hour, minute)) is opened


def test_doors_are_closed_on_sunday_and_hours_are_shanghai_time() -> None:
    assert PUBLISHED.is_open(HALL, at(22, 10)) is False
    assert PUBLISHED.is_open(HALL, datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) is True


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
    assert PUBLISHED.opens_next(HALL, now) == opens


def test_nobody_knows_when_doors_open_past_the_calendar() -> None:
    assert PUBLISHED.opens_next(HALL, datetime(2026, 12, 31, 18, 0, tzinfo=SHANGHAI)) is None
    assert PUBLISHED.opens_next(HALL, datetime(2027, 5, 1, 18, 0, tzinfo=SHANGHAI)) is None


# ------------------------------------------------------------------------------------------------ days set by staff


async def test_hall_closed_for_a_day_is_no_workday_there_and_one_elsewhere(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.found, OTHER)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, (), "停电检修", "张三", MONDAY)
    here, there = await edited(db), await edited(db, OTHER.id)
    assert (here.is_workday(WEDNESDAY), there.is_workday(WEDNESDAY)) == (False, True)
    assert (here.is_open(HALL, at(25, 10)), there.is_open(OTHER, at(25, 10))) == (False, True)
    assert here.opens_next(HALL, at(24, 17)) == at(26, 9)
    assert here.next_workdays(date(2026, 11, 24), 1) == (date(2026, 11, 26),)
    own = here.days[WEDNESDAY]
    assert (own.note, own.set_by, own.set_at) == ("停电检修", "张三", MONDAY)


async def test_half_a_day_is_a_workday_with_its_own_hours(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, MORNING, "下午学习", "张三", MONDAY)
    calendar = await edited(db)
    assert calendar.is_workday(WEDNESDAY)
    assert calendar.hours(WEDNESDAY, HALL) == MORNING
    assert [calendar.is_open(HALL, at(25, *clock)) for clock in ((11, 29), (11, 30), (14, 0))] == [True, False, False]
    assert calendar.opens_next(HALL, at(25, 12)) == at(26, 9)


async def test_saturday_set_to_usual_hours_is_worked(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.set_day, EVERY_HALL, SATURDAY, None, "周末加开", "张三", MONDAY)
    calendar = await edited(db)
    assert calendar.is_workday(SATURDAY)
    assert calendar.hours(SATURDAY, HALL) == HALL.hours
    assert calendar.opens_next(HALL, at(27, 17)) == at(28, 9)


async def test_halls_own_day_stands_before_that_of_all_halls(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, MORNING, "只开上午", "张三", MONDAY)
    await db.transact(places.set_day, EVERY_HALL, WEDNESDAY, (), "台风", "李四", MONDAY)
    assert (await edited(db)).hours(WEDNESDAY, HALL) == MORNING
    assert (await edited(db, "another")).hours(WEDNESDAY, OTHER) == ()
    assert (await edited(db, EVERY_HALL)).hours(WEDNESDAY, HALL) == ()


async def test_day_set_again_is_replaced_and_unset_follows_the_calendar_again(db: Database) -> None:
    await db.transact(a_hall)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, (), "停电检修", "张三", MONDAY)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, MORNING, "上午有电", "李四", MONDAY)
    assert [day.note for day in await db.consult(places.set_days, HALL.id)] == ["上午有电"]
    await db.transact(places.unset_day, HALL.id, WEDNESDAY, MONDAY)
    assert (await edited(db)).hours(WEDNESDAY, HALL) == HALL.hours
    with pytest.raises(DayNotSet):
        await db.transact(places.unset_day, HALL.id, WEDNESDAY, MONDAY)


async def test_one_day_of_an_unpublished_year_may_be_set_and_the_next_is_still_not_guessed(db: Database) -> None:
    await db.transact(places.set_day, EVERY_HALL, date(2027, 1, 1), (), "元旦", "张三", MONDAY)
    calendar = await edited(db)
    assert calendar.is_workday(date(2027, 1, 1)) is False
    with pytest.raises(YearNotPublished):
        calendar.is_workday(date(2027, 1, 2))
    assert calendar.next_workdays(date(2026, 12, 30), 3) == (date(2026, 12, 31),)


@pytest.mark.parametrize(
    ("hall_id", "on", "hours", "note", "problem"),
    [
        ("nowhere", WEDNESDAY, (), "停电", HallNotFound),
        (HALL.id, date(2026, 11, 22), (), "停电", DayPast),
        (HALL.id, WEDNESDAY, ((time(12), time(9)),), "停电", BadHours),
        (HALL.id, WEDNESDAY, ((time(9), time(12)), (time(11), time(13))), "停电", BadHours),
        (HALL.id, WEDNESDAY, (), "  ", BadNote),
        (HALL.id, WEDNESDAY, (), "停" * 65, BadNote),
    ],
)
async def test_day_that_makes_no_sense_is_refused(
    db: Database, hall_id: str, on: date, hours: Spans, note: str, problem: type[Exception]
) -> None:
    await db.transact(a_hall)
    with pytest.raises(problem):
        await db.transact(places.set_day, hall_id, on, hours, note, "张三", MONDAY)
    assert (await edited(db)).days == {}


async def test_a_day_set_by_ten_at_once_is_set_once(db: Database) -> None:
    await db.transact(a_hall)
    setting = (db.transact(places.set_day, HALL.id, WEDNESDAY, (), f"第{n}个", "张三", MONDAY) for n in range(10))
    assert [one for one in await at_once(db, *setting) if isinstance(one, BaseException)] == []
    assert len(await db.consult(places.set_days, HALL.id)) == 1


async def test_every_edit_is_announced_to_the_workers(db: Database) -> None:
    async def number() -> int:
        return {row.name: row.number for row in await db.consult(Tx.all, live.EVERY_VERSION)}.get("calendar", 0)

    await db.transact(a_hall)
    await db.transact(places.set_day, HALL.id, WEDNESDAY, (), "停电", "张三", MONDAY)
    await db.transact(places.unset_day, HALL.id, WEDNESDAY, MONDAY)
    await db.transact(enter)
    assert await number() == 3


# ------------------------------------------------------------------------------------------------ a year entered


async def test_entered_year_is_worked_as_the_notice_says(db: Database) -> None:
    await db.transact(enter)
    calendar = await edited(db)
    worked = {day: calendar.is_workday(day) for day in (date(2027, 1, 4), date(2027, 1, 9), *MAKEUP, date(2027, 2, 11))}
    assert list(worked.values()) == [True, False, True, True, True, False]
    assert calendar.next_workdays(date(2026, 12, 30), 3) == (date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 5))
    assert calendar.opens_next(HALL, datetime(2026, 12, 31, 18, 0, tzinfo=SHANGHAI)) == datetime(
        2027, 1, 4, 9, 0, tzinfo=SHANGHAI
    )
    assert calendar.hours(MAKEUP[0], HALL) == HALL.hours
    assert (calendar.years[2027].entered_by, calendar.years[2027].notice) == ("张三", NOTICE)
    assert calendar.days[date(2027, 2, 6)].note == "春节"
    with pytest.raises(YearNotPublished):
        calendar.is_workday(date(2028, 1, 3))


async def test_day_of_an_entered_year_may_be_changed_afterwards(db: Database) -> None:
    await db.transact(enter)
    await db.transact(places.set_day, EVERY_HALL, date(2027, 2, 12), None, "提前上班", "张三", MONDAY)
    assert (await edited(db)).is_workday(date(2027, 2, 12))


def without(*gone: date) -> dict[date, str]:
    return {day: name for day, name in HOLIDAYS.items() if day not in gone}


@pytest.mark.parametrize(
    ("holidays", "makeup", "reason"),
    [
        (HOLIDAYS | {date(2026, 12, 31): "元旦"}, MAKEUP, "2026年12月31日不在这一年里，跨年的那几天请单独改"),
        (HOLIDAYS, [date(2027, 2, 22)], "2027年2月22日不是周末，不会是调休上班日"),
        (HOLIDAYS, [date(2027, 2, 7)], "2027年2月7日又放假又上班"),
        (without(date(2027, 10, 1)), MAKEUP, "国庆节的法定假日没有放全"),
        (without(date(2027, 2, 5), date(2027, 6, 9)), MAKEUP, "春节、端午节的法定假日没有放全"),
        ({}, [], "元旦、春节、端午节、中秋节、国庆节的法定假日没有放全"),  # the others fall on weekends
    ],
)
async def test_notice_that_makes_no_sense_is_refused(
    db: Database, holidays: dict[date, str], makeup: list[date], reason: str
) -> None:
    with pytest.raises(BadNotice) as refused:
        await db.transact(enter, holidays, makeup)
    assert refused.value.message == f"2027年的放假安排没有存：{reason}。请对照国务院办公厅的通知核对后再录。"
    assert not (await edited(db)).knows(2027)


async def test_year_is_entered_once_and_only_when_it_can_be_known(db: Database) -> None:
    with pytest.raises(YearKnown):
        await db.transact(enter, year=2026)
    with pytest.raises(YearTooFar):
        await db.transact(enter, year=2028)
    await db.transact(enter)
    with pytest.raises(YearKnown):
        await db.transact(enter)


async def test_notice_does_not_overrule_a_day_set_by_hand_in_silence(db: Database) -> None:
    await db.transact(places.set_day, EVERY_HALL, date(2027, 1, 1), None, "听说要上班", "张三", MONDAY)
    with pytest.raises(BadNotice) as refused:
        await db.transact(enter)
    assert "1月1日（周五）之前单独改过，请先撤掉那几天的改动" in refused.value.message
    await db.transact(places.unset_day, EVERY_HALL, date(2027, 1, 1), MONDAY)
    await db.transact(enter)


@pytest.mark.parametrize("year", [2025, 2026])
def test_statutory_days_are_free_in_the_years_that_were_published_since(year: int) -> None:
    """The check of the checker: the notices of these years stand on the same regulation."""
    found = statutory(year)
    assert sum(map(len, found.values())) == 12  # and 清明, whose day is not foretold
    assert [day for days_off in found.values() for day in days_off if PUBLISHED.is_workday(day)] == []


async def test_entered_year_is_compared_with_the_package_once_it_knows_it() -> None:
    entered = Calendar(years={2026: None}, days={})  # type: ignore[dict-item]
    assert date(2026, 10, 1) in entered.differing(2026), "a year entered without its holidays is told"
    assert PUBLISHED.differing(2026) == ()
    assert entered.differing(2099) == ()
