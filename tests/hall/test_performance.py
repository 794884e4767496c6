"""How a hall performs, counted by hand: the days are those of tests/hall/counted_days.py."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hall.cases import service as cases
from hall.cases.tables import cases as case_rows
from hall.performance import service as performance
from hall.performance.model import NOTHING, Asked, By, Figure, Pile, Report, Rows, TooManyRows, read
from hall.performance.spans import Span, SpanBackwards, SpanTooLong, When, span_before, span_of
from hall.places import service as places
from hall.places.calendar import PUBLISHED
from hall.places.model import Hall
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_hall, at
from tests.hall.counted_days import a_day_of_bookings, a_monday, a_month_of_cases
from tests.hall.opinions import a_dealing, a_hall_at_work, say_it

EVENING = at(23, 18)


@pytest.fixture
async def hall(db: Database) -> Database:
    """One that has nothing yet."""
    await db.transact(a_hall)
    return db


async def reported(db: Database, by: By = By.COUNTER, first: int = 23, last: int = 23, hall: str = HALL.id) -> Report:
    """Of days of November 2026."""
    free = {"first": date(2026, 11, first), "last": date(2026, 11, last)}
    asked = await db.consult(performance.wanted, hall, When.FREE, by, EVENING, **free)
    return await db.consult(performance.report, asked, EVENING)


def shown(values: Any, *figures: Figure) -> list[str]:
    return [f"{values[one].text} {values[one].behind}".rstrip() for one in figures]


async def rows_of(db: Database, report: Report, figure: Figure, **more: Any) -> Rows:
    called = await db.consult(performance.names, report.wanted.hall_id)
    return await db.consult(performance.rows, Asked(figure, report.wanted, called, **more))


QUEUE = (
    Figure.TAKEN,
    Figure.SERVED,
    Figure.MISSED,
    Figure.LEFT,
    Figure.WAIT,
    Figure.LONG_WAIT,
    Figure.SERVICE,
)


async def test_a_monday_is_as_counted_and_each_counter_answers_for_its_own(hall: Database) -> None:
    await hall.transact(a_monday)
    found = await reported(hall)
    whole = ["5个", "3个", "20.0% 1/5个号", "20.0% 1/5个号", "10分钟 4个号", "16分钟 4个号", "10分钟 3次办理"]
    assert shown(found.values, *QUEUE) == whole
    one, two, nobody = found.groups
    assert [group.name for group in found.groups] == ["1号窗口", "2号窗口", "没有到窗口的"]
    # A002 was begun at 1 and ended at 2: a service at each, one ticket at the second
    assert shown(one.values, *QUEUE) == [
        *("2个", "1个", "50.0% 1/2个号", "0% 0/2个号"),
        *("13分钟 3个号", "16分钟 3个号", "4分钟 2次办理"),
    ]
    assert shown(two.values, *QUEUE) == [
        *("2个", "2个", "0% 0/2个号", "0% 0/2个号"),
        *("10分钟 1个号", "10分钟 1个号", "20分钟 1次办理"),  # what the job ended took nobody knows how long
    ]
    assert shown(nobody.values, *QUEUE) == [
        *("1个", "0个", "0% 0/1个号", "100% 1/1个号"),
        *(NOTHING, NOTHING, NOTHING),
    ]


async def test_matters_and_days_tell_the_same_monday_apart_otherwise(hall: Database) -> None:
    await hall.transact(a_monday)
    by_matter = await reported(hall, By.MATTER)
    # a ticket that was sent on waits there whatever the matter: A002 does not say what it is for any more
    assert [(group.name, *shown(group.values, Figure.TAKEN, Figure.SERVED)) for group in by_matter.groups] == [
        ("食品经营许可证核发", "1个", "1个"),
        ("没有说办什么", "4个", "2个"),
    ]
    by_day = await reported(hall, By.DAY, 1, 30)
    assert [(group.name, group.values[Figure.TAKEN].whole) for group in by_day.groups] == [("11月23日（周一）", 5)]
    assert by_day.before[Figure.TAKEN].text == "0个"


CASES = (Figure.ACCEPTED, Figure.CONCLUDED, Figure.CONCLUDED_SHARE, Figure.ON_TIME, Figure.CASE_DAYS)


async def test_a_month_of_cases_is_as_counted_with_its_stops_and_endings(hall: Database) -> None:
    await hall.transact(a_monday)
    await hall.transact(a_month_of_cases)
    found = await reported(hall, By.MATTER, 1, 30)
    assert shown(found.values, *CASES) == ["6件", "4件", "80.0% 4/5件", "66.7% 2/3件", "7个工作日 4件"]
    assert {group.name: shown(group.values, *CASES) for group in found.groups}["老年证"] == [
        *("1件", "1件", "100% 1/1件", NOTHING, "0个工作日 1件")  # it promises nothing, so it can keep nothing
    ]
    # the first half: what was concluded later is concluded by now, though not in these days
    half = await reported(hall, By.DAY, 1, 12)
    assert shown(half.values, *CASES) == ["6件", "3件", "80.0% 4/5件", "50.0% 1/2件", "7个工作日 3件"]
    assert [(one.key.day, *shown(one.values, *CASES[:3])) for one in half.groups if isinstance(one.key, date)] == [
        (12, "0件", "1件", NOTHING),
        (11, "0件", "1件", NOTHING),
        (9, "1件", "1件", "100% 1/1件"),
        (2, "5件", "0件", "75.0% 3/4件"),
    ]


async def test_who_did_not_come_is_counted_among_those_of_whom_it_is_known(hall: Database) -> None:
    await hall.transact(a_monday)
    await hall.transact(a_day_of_bookings)
    for by in By:
        assert shown((await reported(hall, by, 24, 24)).values, Figure.NO_SHOW) == ["50.0% 1/2个预约"]
    by_counter = await reported(hall, By.COUNTER, 24, 24)
    assert [group for group in by_counter.groups if Figure.NO_SHOW in group.values] == []
    (day,) = (await reported(hall, By.DAY, 24, 24)).groups
    assert shown(day.values, Figure.NO_SHOW) == ["50.0% 1/2个预约"]


async def test_four_opinions_are_too_few_and_five_are_a_share(db: Database) -> None:
    here = await db.transact(a_hall_at_work)

    async def said(tx: Tx, *levels: int) -> None:
        for level in levels:
            await say_it(tx, await a_dealing(tx, here), level)

    await db.transact(said, 5, 4, 3, 1)
    few = await reported(db)
    assert shown(few.values, Figure.CONTENT) == ["不足5条"]
    assert (await rows_of(db, few, Figure.CONTENT)).lines == ()
    await db.transact(said, 4)
    found = await reported(db)
    assert shown(found.values, Figure.CONTENT) == ["60.0% 3/5条评价"]
    told = await rows_of(db, found, Figure.CONTENT, most=3)
    assert told.lines == (
        ("2026-11-23", "非常满意", "1", "是"),
        ("2026-11-23", "满意", "2", "是"),
        ("2026-11-23", "基本满意", "1", "否"),
    )
    assert (await rows_of(db, found, Figure.CONTENT, before=told.older)).lines == (
        ("2026-11-23", "非常不满意", "1", "否"),
    )


async def test_the_rows_behind_each_figure_are_as_many_as_it_says(hall: Database) -> None:
    for built in (a_monday, a_month_of_cases, a_day_of_bookings):
        await hall.transact(built)
    for by in By:
        found = await reported(hall, by, 1, 30)
        for figure in set(Figure) - {Figure.CONTENT}:
            value = found.values[figure]
            told = await rows_of(hall, found, figure)
            assert len(told.lines) == value.whole, figure
            if figure.told.part:
                assert sum(line[-1] == "是" for line in told.lines) == value.part, figure
        for group in found.groups:
            for figure, value in group.values.items():
                told = await rows_of(hall, found, figure, is_one=True, key=group.key)
                assert len(told.lines) == value.whole, (by, group.name, figure)


async def test_rows_tell_numbers_and_instants_page_by_page(hall: Database) -> None:
    await hall.transact(a_monday)
    found = await reported(hall)
    first = await rows_of(hall, found, Figure.WAIT, most=2)
    rest = await rows_of(hall, found, Figure.WAIT, most=2, before=first.older)
    assert (first.older is not None, rest.older) == (True, None)
    assert first.headers == ("票号", "事项", "窗口", "从", "到", "分钟")
    assert [(line[0], line[2], line[3][-8:], line[4][-8:], line[5]) for line in first.lines + rest.lines] == [
        ("B001", "2号窗口", "16:00:00", "16:10:00", "10"),
        ("A004", "1号窗口", "09:10:00", "09:23:00", "13"),
        ("A002", "1号窗口", "09:01:00", "09:17:00", "16"),
        ("A001", "1号窗口", "09:00:00", "09:05:00", "5"),
    ]


async def test_a_day_begins_at_midnight_in_shanghai(hall: Database) -> None:
    await hall.transact(a_monday)
    await hall.transact(a_month_of_cases)

    async def conclude(tx: Tx, now: datetime) -> None:
        number = await tx.value(select(case_rows.c.number).where(case_rows.c.state == "accepted"))
        await cases.conclude(tx, number, None, "准予", now)

    await hall.transact(conclude, at(24, 23, 59) + timedelta(seconds=59.999))
    days = [(await reported(hall, By.DAY, day, day)).values[Figure.CONCLUDED].whole for day in (23, 24, 25)]
    assert days == [0, 1, 0]


async def test_another_hall_counts_nothing_of_ours(hall: Database) -> None:
    for built in (a_monday, a_month_of_cases, a_day_of_bookings):
        await hall.transact(built)
    other = Hall("other", "另一个大厅（示例）", None, None, HALL.hours, is_sample=True)
    await hall.transact(places.found, other)
    found = await reported(hall, By.DAY, 1, 30, other.id)
    assert (found.is_empty, found.groups) == (True, ())
    shares = [one for one in Figure if one.told.reading != "count"]
    assert {found.values[one].text for one in shares} == {NOTHING}
    assert [len((await rows_of(hall, found, figure)).lines) for figure in Figure] == [0] * len(Figure)


async def test_what_happens_moves_the_mark_and_nothing_else_does(hall: Database) -> None:
    await hall.transact(a_monday)
    marks = [await hall.consult(performance.mark, HALL.id, EVENING) for _ in range(2)]
    await hall.transact(a_month_of_cases)
    marks.append(await hall.consult(performance.mark, HALL.id, EVENING))
    await hall.transact(a_day_of_bookings)
    marks.append(await hall.consult(performance.mark, HALL.id, EVENING))
    marks.append(await hall.consult(performance.mark, HALL.id, at(24, 9)))
    assert (marks[0] == marks[1], len(set(marks))) == (True, 4)


async def test_a_sheet_holds_every_row_or_says_that_there_are_too_many(
    hall: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.transact(a_monday)
    found = await reported(hall)
    asked = Asked(Figure.TAKEN, found.wanted, await hall.consult(performance.names, HALL.id), most=2)
    assert len((await hall.consult(performance.every_row, asked)).lines) == 5
    monkeypatch.setattr(performance, "MOST_ROWS", 4)
    with pytest.raises(TooManyRows):
        await hall.consult(performance.every_row, asked)


# ------------------------------------------------------------------------------------------------ pure


@pytest.mark.parametrize(
    ("pile", "text"),
    [({}, "暂无"), ({0: 3}, "0%"), ({1: 3}, "100%"), ({1: 9999, 0: 1}, "99.9%"), ({1: 1, 0: 9999}, "0.1%")],
)
def test_a_share_is_never_told_whole_or_nothing_where_it_is_not(pile: dict[int, int], text: str) -> None:
    assert read(Figure.ON_TIME, Pile(pile)).text == text


@pytest.mark.parametrize(
    ("minutes", "half", "nine_tenths"),
    [([7], 7, 7), ([1, 2], 1, 2), ([1, 2, 3, 4], 2, 4), (list(range(1, 11)), 5, 9), (list(range(1, 12)), 6, 10)],
)
def test_half_of_the_people_and_nine_of_ten_waited_no_longer(minutes: list[int], half: int, nine_tenths: int) -> None:
    pile = Pile(minutes)
    assert [read(one, pile).amount for one in (Figure.WAIT, Figure.LONG_WAIT)] == [half, nine_tenths]


def test_spans_and_what_they_are_compared_with() -> None:
    today = date(2026, 11, 25)  # a Wednesday
    told = {when: span_of(when, today) for when in (When.TODAY, When.WEEK, When.MONTH)}
    assert {when: (span.first.day, span.last.day) for when, span in told.items()} == {
        When.TODAY: (25, 25),
        When.WEEK: (23, 25),
        When.MONTH: (1, 25),
    }
    before = {when: span_before(when, span, PUBLISHED) for when, span in told.items()}
    assert before == {
        When.TODAY: Span(date(2026, 11, 24), date(2026, 11, 24)),
        When.WEEK: Span(date(2026, 11, 16), date(2026, 11, 18)),
        When.MONTH: Span(date(2026, 10, 1), date(2026, 10, 25)),
    }
    monday = span_of(When.TODAY, date(2026, 11, 23))
    assert span_before(When.TODAY, monday, PUBLISHED) == Span(date(2026, 11, 20), date(2026, 11, 20))
    last_of_march = span_of(When.MONTH, date(2026, 3, 31))
    assert span_before(When.MONTH, last_of_march, PUBLISHED) == Span(date(2026, 2, 1), date(2026, 2, 28))
    free = span_of(When.FREE, today, date(2026, 11, 10), date(2026, 11, 12))
    assert span_before(When.FREE, free, PUBLISHED) == Span(date(2026, 11, 7), date(2026, 11, 9))
    assert span_of(When.FREE, today) == Span(today, today)
    with pytest.raises(SpanBackwards):
        span_of(When.FREE, today, date(2026, 11, 12), date(2026, 11, 10))
    with pytest.raises(SpanTooLong):
        span_of(When.FREE, today, date(2026, 8, 12))


def test_every_figure_says_what_it_counts() -> None:
    for figure in Figure:
        told = figure.told
        assert all((told.name, told.about.endswith("。"), told.whole.endswith("。"), told.of)), figure
        assert bool(told.part) == (told.reading == "share"), figure
