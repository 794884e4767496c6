"""Days set in the calendar, and the slots with them: nobody books meanwhile what has just been closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hall.appointments import slots
from hall.appointments.model import Slot
from hall.appointments.plans import Made
from hall.matters import service as matters
from hall.places import service as places
from hall.places.model import EVERY_HALL, Hall, Spans
from hall.places.notice import Notice
from kit.db import Tx

NOT_SET = "没有单独定过"


@dataclass(frozen=True, slots=True)
class InLine:
    """What a hall's slots ahead have become. `stranded`: those in which people are expected though the doors are
    closed; a closure moves or cancels them."""

    hall: Hall
    made: Made
    stranded: tuple[Slot, ...]


async def in_line(tx: Tx, hall: Hall, days_ahead: int, now: datetime) -> InLine:
    """Brings a hall's slots in line with plan and calendar at once."""
    calendar = await places.calendar(tx, hall.id)
    made = await slots.make_ahead(tx, hall, calendar, days_ahead, now)
    return InLine(hall, made, await slots.slots_on_closed_days(tx, hall, calendar, now))


async def all_in_line(tx: Tx, hall_id: str, days_ahead: int, now: datetime) -> tuple[InLine, ...]:
    """As `in_line`, of one hall or of EVERY_HALL."""
    of = [hall for hall in await places.halls(tx) if hall_id in (EVERY_HALL, hall.id)]
    return tuple([await in_line(tx, hall, days_ahead, now) for hall in of])


async def set_day(
    tx: Tx, hall_id: str, on: date, hours: Spans | None, note: str, by: str, now: datetime, days_ahead: int
) -> tuple[InLine, ...]:
    """As `places.set_day`, and the slots with it."""
    await places.set_day(tx, hall_id, on, hours, note, by, now)
    return await all_in_line(tx, hall_id, days_ahead, now)


async def unset_day(tx: Tx, hall_id: str, on: date, now: datetime, days_ahead: int) -> tuple[InLine, ...]:
    """As `places.unset_day`, and the slots with it."""
    await places.unset_day(tx, hall_id, on, now)
    return await all_in_line(tx, hall_id, days_ahead, now)


async def enter_year(tx: Tx, notice: Notice, by: str, now: datetime, days_ahead: int) -> tuple[InLine, ...]:
    """As `places.enter_year`, and every hall's slots with it."""
    await places.enter_year(tx, notice, by, now)
    return await all_in_line(tx, EVERY_HALL, days_ahead, now)


async def set_plan(
    tx: Tx,
    hall_id: str,
    letter: str,
    minutes: int,
    capacity: int,
    reserve: int,
    by: str,
    now: datetime,
    days_ahead: int,
) -> InLine:
    """As `slots.set_plan` for the group of this letter, and its slots with it. Raises GroupUnknown, BadPlan."""
    group = await matters.lettered(tx, hall_id, letter)
    await slots.set_plan(tx, group, minutes, capacity, reserve, by, now)
    return await in_line(tx, await places.hall(tx, hall_id), days_ahead, now)


async def plain_day(tx: Tx, on: date, hall_id: str) -> Mapping[str, Any]:
    """For the trail: what has been set for the day, for this hall alone or for EVERY_HALL."""
    own = next((day for day in await places.set_days(tx, hall_id) if day.on == on), None)
    return {"安排": NOT_SET} if own is None else {"安排": own.say(), "原因": own.note}


async def plain_year(tx: Tx, year: int) -> Mapping[str, Any]:
    """For the trail."""
    entered = (await places.calendar(tx)).years.get(year)
    return {} if entered is None else {"通知": entered.notice}
