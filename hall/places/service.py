"""Founding halls, setting up counters, editing the calendar, and reading what is known of them.

Every change to the calendar moves the version "calendar", so that workers reload what they hold.
"""

import re
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from hall.places.calendar import Calendar, EnteredYear, SetDay, are_in_order, is_published
from hall.places.model import (
    EVERY_HALL,
    MOST_NUMBER,
    NOTE_LIMIT,
    BadCounter,
    BadHall,
    BadHours,
    BadNote,
    BadNotice,
    Counter,
    CounterExists,
    DayNotSet,
    DayPast,
    Hall,
    HallExists,
    HallNotFound,
    Spans,
    YearKnown,
    YearTooFar,
)
from hall.places.notice import Notice, check
from hall.places.tables import calendar_days, calendar_years
from hall.places.tables import counters as counter_table
from hall.places.tables import halls as hall_table
from kit.clock import day_of, say_day
from kit.db import Duplicate, Tx
from kit.live import bump

VERSION, HALLS = "calendar", "halls"
ID, NAME, ADDRESS, PHONE = ("编号", 32), ("名称", 64), ("地址", 128), ("电话", 32)  # characters, as in the table
HALL_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NOTICE = 128  # characters, as in the table
LONGEST_FEAST = 16  # days off in a row; nine were the most so far
HOLIDAY = "放假"  # note of a day off of no feast that is named
WORKED = (None, "调休上班")  # hours and note of a makeup workday
_every_hall = select(*hall_table.c).order_by(hall_table.c.id)
_days = select(*(calendar_days.c[f.name] for f in fields(SetDay))).order_by(calendar_days.c.on)


def _hall(row: Any) -> Hall:
    return Hall(row.id, row.name, row.address, row.phone, _spans(row.hours), row.is_sample)


def _spans(written: Collection[tuple[str, str]]) -> Spans:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in written)


def _written(hours: Spans) -> list[list[str]]:
    return [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in hours]


async def found(tx: Tx, hall: Hall) -> None:
    """Enters a new hall. Raises BadHours, BadHall, HallExists."""
    _check_hall(hall)
    try:
        await tx.run(insert(hall_table).values(id=hall.id, **_hall_facts(hall)))
    except Duplicate as there:
        raise HallExists(id=hall.id) from there
    await bump(tx, HALLS)


async def set_hall(tx: Tx, hall: Hall) -> None:
    """Changes what is known of a hall; the slots ahead are for the caller to see to. Raises HallNotFound, BadHours,
    BadHall.
    """
    _check_hall(hall)
    if await tx.run(update(hall_table).where(hall_table.c.id == hall.id).values(**_hall_facts(hall))) == 0:
        raise HallNotFound()
    await bump(tx, HALLS)


def _hall_facts(hall: Hall) -> dict[str, Any]:
    facts = {"name": hall.name, "address": hall.address, "phone": hall.phone, "is_sample": hall.is_sample}
    return facts | {"hours": _written(hall.hours)}


def _check_hall(hall: Hall) -> None:
    for value, (label, most) in ((hall.id, ID), (hall.name, NAME), (hall.address, ADDRESS), (hall.phone, PHONE)):
        if len(value or "") > most:
            raise BadHall(reason=f"{label}最多{most}个字")
    if not hall.name.strip():
        raise BadHall(reason="名称要写")
    if not HALL_ID.fullmatch(hall.id):
        raise BadHall(reason="编号用小写字母、数字和短横写，它会出现在叫号屏的地址里")
    if not (hall.hours and are_in_order(hall.hours)):
        raise BadHours()


async def halls(tx: Tx) -> tuple[Hall, ...]:
    return tuple(_hall(row) for row in await tx.all(_every_hall))


async def hall(tx: Tx, hall_id: str) -> Hall:
    """Raises HallNotFound."""
    row = await tx.one(_every_hall.where(hall_table.c.id == hall_id))
    if row is None:
        raise HallNotFound()
    return _hall(row)


# ------------------------------------------------------------------------------------------------ counters


async def add_counter(tx: Tx, counter: Counter) -> None:
    """Sets up a counter; one of that number that was taken down stands again. Raises BadCounter, CounterExists."""
    _check_counter(counter)
    again = update(counter_table).where(*_is(counter.hall_id, counter.number), counter_table.c.closed_at.is_not(None))
    if await tx.run(again.values(closed_at=None, **_counter_facts(counter))):
        return
    where = {"hall_id": counter.hall_id, "number": counter.number}
    try:
        await tx.insert(insert(counter_table).values(**where, **_counter_facts(counter)))
    except Duplicate as there:
        name = await tx.value(select(counter_table.c.name).where(*_is(counter.hall_id, counter.number)))
        raise CounterExists(number=counter.number, name=name) from there


async def set_counter(tx: Tx, counter: Counter) -> None:
    """Sets up a counter, or changes the one of that number. Raises BadCounter.

    Whether the hall has such groups and matters is for the caller to see to: they stand a floor above.
    """
    _check_counter(counter)
    here = _is(counter.hall_id, counter.number)
    change = update(counter_table).where(*here).values(closed_at=None, **_counter_facts(counter))
    if await tx.run(change) == 0:
        try:
            await add_counter(tx, counter)
        except CounterExists:
            await tx.run(change)


async def take_down(tx: Tx, hall_id: str, number: int, now: datetime) -> bool:
    """The counter is no more, until it is set up again; whether there was one. Who sits there is a floor above."""
    here = (*_is(hall_id, number), counter_table.c.closed_at.is_(None))
    return await tx.run(update(counter_table).where(*here).values(closed_at=now)) > 0


def _is(hall_id: str, number: int) -> tuple[ColumnElement[bool], ...]:
    return counter_table.c.hall_id == hall_id, counter_table.c.number == number


def _counter_facts(counter: Counter) -> dict[str, Any]:
    matters = None if counter.matters is None else list(counter.matters)
    return {"name": counter.name, "groups": list(counter.groups), "matters": matters}


def _check_counter(counter: Counter) -> None:
    def refuse_unless(is_fine: bool, reason: str) -> None:
        if not is_fine:
            raise BadCounter(reason=reason)

    letters, only = counter.groups, counter.matters
    refuse_unless(1 <= counter.number <= MOST_NUMBER, f"号码要在1到{MOST_NUMBER}之间")
    refuse_unless(0 < len(counter.name.strip()) <= NOTE_LIMIT, f"名称要写，最多{NOTE_LIMIT}个字")
    are_letters = all(len(letter) == 1 and "A" <= letter <= "Z" for letter in letters)
    refuse_unless(bool(letters) and are_letters, "至少要有一个业务组，用大写字母写")
    refuse_unless(len(set(letters)) == len(letters), "业务组写重了")
    refuse_unless(only is None or (bool(only) and all(only)), "只办哪些事项要写事项编号；各组的事都办就不用写")
    refuse_unless(only is None or len(set(only)) == len(only), "事项编号写重了")


async def counters(tx: Tx, hall_id: str) -> tuple[Counter, ...]:
    """The hall's counters by number, without those taken down."""
    found_here = and_(counter_table.c.hall_id == hall_id, counter_table.c.closed_at.is_(None))
    rows = await tx.all(select(*counter_table.c).where(found_here).order_by(counter_table.c.number))
    return tuple(_counter(row) for row in rows)


def _counter(row: Any) -> Counter:
    matters = None if row.matters is None else tuple(row.matters)
    return Counter(row.hall_id, row.number, row.name, tuple(row.groups), matters)


# ------------------------------------------------------------------------------------------------ calendar


async def calendar(tx: Tx, hall_id: str = EVERY_HALL) -> Calendar:
    """The published calendar with what staff have made of it for this hall, or without an id for every hall alike."""
    own = await _days_for(tx, hall_id)
    years = tuple(EnteredYear(*row) for row in await tx.all(select(*calendar_years.c)))
    return Calendar({day.on: day for day in own}, {year.year: year for year in years})


async def hours_on(tx: Tx, hall_id: str, on: date) -> Spans:
    """When the doors of a hall are open on a day on which it works: the usual hours, or those set for that day."""
    own = await _days_for(tx, hall_id, calendar_days.c.on == on)
    hours = own[-1].hours if own else None
    return (await hall(tx, hall_id)).hours if hours is None else hours


async def _days_for(tx: Tx, hall_id: str, *which: ColumnElement[bool]) -> list[SetDay]:
    """Days set for every hall, then those of this one: of two for a day the later stands."""
    rows = await tx.all(_days.where(calendar_days.c.hall_id.in_((EVERY_HALL, hall_id)), *which))
    return sorted(map(_set_day, rows), key=lambda day: day.hall_id != EVERY_HALL)


async def set_days(tx: Tx, hall_id: str) -> tuple[SetDay, ...]:
    """The days that staff have set for this hall alone (or for EVERY_HALL), by date."""
    return tuple(_set_day(row) for row in await tx.all(_days.where(calendar_days.c.hall_id == hall_id)))


def _set_day(row: Any) -> SetDay:
    hours = None if row.hours is None else _spans(row.hours)
    return SetDay(row.hall_id, row.on, hours, row.note, row.set_by, row.set_at)


async def set_day(tx: Tx, hall_id: str, on: date, hours: Spans | None, note: str, by: str, now: datetime) -> SetDay:
    """Says when a hall (or EVERY_HALL) is open on one day; what was set for it before is replaced.

    `hours`: () closed all day, None the usual hours; `by`: who says so. Raises HallNotFound, DayPast, BadHours,
    BadNote.
    """
    made = SetDay(hall_id, on, hours, note.strip(), by, now)
    if hall_id != EVERY_HALL:
        await hall(tx, hall_id)
    if on < day_of(now):
        raise DayPast(day=say_day(on))
    if hours is not None and not are_in_order(hours):
        raise BadHours()
    if not 0 < len(made.note) <= NOTE_LIMIT:
        raise BadNote(most=NOTE_LIMIT)
    facts = {"hours": None if hours is None else _written(hours), "note": made.note, "set_by": by, "set_at": now}
    here = (calendar_days.c.hall_id == hall_id, calendar_days.c.on == on)
    change = update(calendar_days).where(*here).values(**facts)
    if await tx.run(change) == 0:
        try:
            await tx.run(insert(calendar_days).values(hall_id=hall_id, on=on, **facts))
        except Duplicate:  # set by somebody else this moment: the later word stands
            await tx.run(change)
    await bump(tx, VERSION)
    return made


async def unset_day(tx: Tx, hall_id: str, on: date, now: datetime) -> None:
    """The day follows the published calendar again. Raises DayPast, DayNotSet."""
    if on < day_of(now):
        raise DayPast(day=say_day(on))
    if await tx.run(delete(calendar_days).where(calendar_days.c.hall_id == hall_id, calendar_days.c.on == on)) == 0:
        raise DayNotSet(day=say_day(on))
    await bump(tx, VERSION)


async def enter_year(tx: Tx, notice: Notice, by: str, now: datetime) -> EnteredYear:
    """Enters the State Council's notice for a year that chinesecalendar does not know yet.

    All weekends it does not name are off and all other days worked. Once it stands, single days are changed by
    `set_day`. Raises YearTooFar, YearKnown, BadNotice.
    """
    first, year = day_of(now).year, notice.year
    if is_published(year):
        raise YearKnown(year=year, source="国务院办公厅通知，随系统带来")
    if not first <= year <= first + 1:  # it is published in the autumn before
        raise YearTooFar(year=year, first=first, last=first + 1)
    if not 0 < len(notice.title.strip()) <= LONGEST_NOTICE:
        raise BadNotice(year=year, reason=f"要写通知的文号或标题，最多{LONGEST_NOTICE}个字")
    check(notice)
    entered = EnteredYear(year, notice.title.strip(), by, now)
    facts = {f.name: getattr(entered, f.name) for f in fields(EnteredYear)}
    try:
        await tx.run(insert(calendar_years).values(**facts))
    except Duplicate as there:
        raise YearKnown(year=year, source="工作人员录过") from there
    await _enter_days(tx, entered, notice)
    await bump(tx, VERSION)
    return entered


async def _enter_days(tx: Tx, entered: EnteredYear, notice: Notice) -> None:
    """A day set by hand before is not overruled in silence: whoever set it knew, or guessed."""
    listed: dict[date, tuple[list[Any] | None, str]]
    listed = {day: ([], name or HOLIDAY) for day, name in notice.holidays.items()}
    listed |= dict.fromkeys(notice.makeup_workdays, WORKED)
    taken = [day.on for day in await set_days(tx, EVERY_HALL) if day.on in listed]
    if taken:
        days = "、".join(map(say_day, taken))
        raise BadNotice(year=entered.year, reason=f"{days}之前单独改过，请先撤掉那几天的改动")
    who = {"hall_id": EVERY_HALL, "set_by": entered.entered_by, "set_at": entered.entered_at}
    rows = [who | {"on": on, "hours": hours, "note": note} for on, (hours, note) in sorted(listed.items())]
    await tx.run(insert(calendar_days).values(rows))
