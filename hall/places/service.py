"""Founding halls, setting up counters, editing the calendar, and reading what is known of them.

Every change to the calendar moves the version "calendar", so that workers reload what they hold.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from hall.places.calendar import Calendar, EnteredYear, SetDay, are_in_order, is_published
from hall.places.model import (
    EVERY_HALL,
    MOST_NUMBER,
    NOTE_LIMIT,
    BadCounter,
    BadHours,
    BadNote,
    BadNotice,
    Counter,
    DayNotSet,
    DayPast,
    Hall,
    HallNotFound,
    Spans,
    YearKnown,
    YearTooFar,
)
from hall.places.notice import check
from hall.places.tables import calendar_days, calendar_years
from hall.places.tables import counters as counter_table
from hall.places.tables import halls as hall_table
from kit.clock import day_of, say_day
from kit.db import Duplicate, Tx
from kit.live import bump

VERSION = "calendar"
LONGEST_NOTICE = 128  # characters, as in the table
HOLIDAY, MAKEUP_WORKDAY = "放假", "调休上班"  # notes of the days that come with a year
_every_hall = select(*hall_table.c).order_by(hall_table.c.id)
_days = select(*(calendar_days.c[f.name] for f in fields(SetDay))).order_by(calendar_days.c.on)


def _hall(row: Any) -> Hall:
    return Hall(row.id, row.name, row.address, row.phone, _spans(row.hours), row.is_sample)


def _spans(written: Collection[tuple[str, str]]) -> Spans:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in written)


def _written(hours: Spans) -> list[list[str]]:
    return [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in hours]


async def found(tx: Tx, hall: Hall) -> None:
    """Enters a new hall. Raises BadHours, and Duplicate when its id is taken."""
    if not are_in_order(hall.hours):
        raise BadHours()
    facts = {"name": hall.name, "address": hall.address, "phone": hall.phone, "is_sample": hall.is_sample}
    await tx.run(insert(hall_table).values(id=hall.id, hours=_written(hall.hours), **facts))


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
    """Sets up a counter. Raises BadCounter, and Duplicate when the hall has one of that number."""
    _check_counter(counter)
    where = {"hall_id": counter.hall_id, "number": counter.number}
    await tx.insert(insert(counter_table).values(**where, **_counter_facts(counter)))


async def set_counter(tx: Tx, counter: Counter) -> None:
    """Sets up a counter, or changes the one of that number. Raises BadCounter.

    Whether the hall has such groups and matters is for the caller to see to: they stand a floor above.
    """
    _check_counter(counter)
    here = (counter_table.c.hall_id == counter.hall_id, counter_table.c.number == counter.number)
    change = update(counter_table).where(*here).values(**_counter_facts(counter))
    if await tx.run(change) == 0:
        try:
            await add_counter(tx, counter)
        except Duplicate:
            await tx.run(change)


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
    """The hall's counters by number."""
    found_here = counter_table.c.hall_id == hall_id
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


async def enter_year(
    tx: Tx,
    year: int,
    notice: str,
    holidays: Mapping[date, str],
    makeup_workdays: Collection[date],
    by: str,
    now: datetime,
) -> EnteredYear:
    """Enters the State Council's notice for a year that chinesecalendar does not know yet.

    `holidays`: each day off, and of which feast. All other weekends are off and all other days worked. Once it stands,
    single days are changed by `set_day`. Raises YearTooFar, YearKnown, BadNotice.
    """
    first = day_of(now).year
    if is_published(year):
        raise YearKnown(year=year, source="国务院办公厅通知，随系统带来")
    if not first <= year <= first + 1:  # it is published in the autumn before
        raise YearTooFar(year=year, first=first, last=first + 1)
    if not 0 < len(notice.strip()) <= LONGEST_NOTICE:
        raise BadNotice(year=year, reason=f"要写通知的文号或标题，最多{LONGEST_NOTICE}个字")
    check(year, holidays, makeup_workdays)
    entered = EnteredYear(year, notice.strip(), by, now)
    facts = {f.name: getattr(entered, f.name) for f in fields(EnteredYear)}
    try:
        await tx.run(insert(calendar_years).values(**facts))
    except Duplicate as there:
        raise YearKnown(year=year, source="工作人员录过") from there
    await _enter_days(tx, entered, holidays, makeup_workdays)
    await bump(tx, VERSION)
    return entered


async def _enter_days(
    tx: Tx, entered: EnteredYear, holidays: Mapping[date, str], makeup_workdays: Collection[date]
) -> None:
    """A day set by hand before is not overruled in silence: whoever set it knew, or guessed."""
    listed: dict[date, tuple[list[Any] | None, str]] = {day: ([], name or HOLIDAY) for day, name in holidays.items()}
    listed |= dict.fromkeys(makeup_workdays, (None, MAKEUP_WORKDAY))
    taken = [day.on for day in await set_days(tx, EVERY_HALL) if day.on in listed]
    if taken:
        days = "、".join(map(say_day, taken))
        raise BadNotice(year=entered.year, reason=f"{days}之前单独改过，请先撤掉那几天的改动")
    who = {"hall_id": EVERY_HALL, "set_by": entered.entered_by, "set_at": entered.entered_at}
    rows = [who | {"on": on, "hours": hours, "note": note} for on, (hours, note) in sorted(listed.items())]
    await tx.run(insert(calendar_days).values(rows))
