"""What staff see of appointments at one hall: a day's list, one by its number, all of one phone. Reading only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select, tuple_

from hall.appointments import facts, people
from hall.appointments.changes import find
from hall.appointments.facts import Fact
from hall.appointments.model import NOON_HOUR, Appointment, State
from hall.appointments.offers import Of, open_days
from hall.appointments.reading import every_appointment, every_slot, read_appointment, read_slots
from hall.appointments.refusals import AppointmentNotFound, BadPhone
from hall.appointments.tables import appointments, slots
from kit.clock import instant_at, say_day, say_time
from kit.db import Tx
from kit.ids import read_phone
from kit.secrets import fingerprint

MOST_OF_A_PHONE = 50  # the newest: nobody holds more that matter


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a day's appointments; None is any. `is_morning`: before noon, or from noon on."""

    on: date
    matter_id: str | None = None
    state: State | None = None
    is_morning: bool | None = None


async def of_day(
    tx: Tx, hall_id: str, wanted: Wanted, limit: int, after: tuple[datetime, int] | None = None
) -> tuple[Appointment, ...]:
    """Up to `limit` of a day, by time; `after`: the time and the id of the last one of the page before."""
    chosen = every_appointment.where(slots.c.hall_id == hall_id, slots.c.on == wanted.on)
    if wanted.matter_id is not None:
        chosen = chosen.where(appointments.c.matter_id == wanted.matter_id)
    if wanted.state is not None:
        chosen = chosen.where(appointments.c.state == wanted.state)
    if wanted.is_morning is not None:
        noon = instant_at(wanted.on, time(NOON_HOUR))
        chosen = chosen.where(slots.c.starts_at < noon if wanted.is_morning else slots.c.starts_at >= noon)
    if after is not None:
        chosen = chosen.where(tuple_(slots.c.starts_at, appointments.c.id) > after)
    rows = await tx.all(chosen.order_by(appointments.c.id).limit(limit))
    return tuple(read_appointment(row) for row in rows)


async def counts(tx: Tx, hall_id: str, on: date) -> dict[State, int]:
    """How many of a day stand how."""
    here = (slots.c.hall_id == hall_id, slots.c.on == on)
    of_state = select(appointments.c.state, func.count().label("n")).join(slots, slots.c.id == appointments.c.slot_id)
    return {State(row.state): row.n for row in await tx.all(of_state.where(*here).group_by(appointments.c.state))}


async def at_hall(tx: Tx, hall_id: str, number: str) -> Appointment:
    """Raises AppointmentNotFound, for another hall's number too."""
    held = await find(tx, number)
    if held is None or held.hall_id != hall_id:
        raise AppointmentNotFound()
    return held


async def of_phone(tx: Tx, hall_id: str, phone: str) -> tuple[Appointment, ...]:
    """Everything booked here with a phone, the latest day first. Raises BadPhone."""
    number = read_phone(phone)
    if number is None:
        raise BadPhone()
    theirs = (appointments.c.phone_mark == fingerprint(number), slots.c.hall_id == hall_id)
    newest = every_appointment.order_by(None).order_by(slots.c.starts_at.desc(), appointments.c.id.desc())
    return tuple(read_appointment(row) for row in await tx.all(newest.where(*theirs).limit(MOST_OF_A_PHONE)))


@dataclass(frozen=True, slots=True)
class Story:
    """What became of an appointment. `is_on_wechat`: whether the person can be told there."""

    facts: tuple[Fact, ...]
    is_on_wechat: bool

    @property
    def is_excused(self) -> bool:
        return any(fact.what == "excused" for fact in self.facts)

    @property
    def is_lapse(self) -> bool:
        """Missed, or cancelled by the person: what counts against them as long as it is not excused."""
        last = next((fact for fact in reversed(self.facts) if fact.what in ("no_show", "cancelled")), None)
        return last is not None and last.by in (facts.CITIZEN, facts.JOB) and not self.is_excused


async def story(tx: Tx, held: Appointment) -> Story:
    return Story(await facts.of(tx, held.id), bool(await people.on_wechat(tx, [held.citizen_id])))


async def free_days(tx: Tx, of: Of, now: datetime, *, with_reserve: bool = False) -> dict[date, int]:
    """The days that can be booked now and have places, and how many; those only staff give out too, if asked."""
    opened = await open_days(tx, of, now)
    here = (slots.c.hall_id == of.hall_id, slots.c.group_id == of.group_id, slots.c.starts_at > now)
    free: Counter[date] = Counter()
    for slot in await read_slots(tx, every_slot.where(*here).order_by(slots.c.starts_at)):
        left = slot.left + (slot.reserve_left if with_reserve else 0)
        if left > 0 and opened is not None and opened.hold(slot.on):
            free[slot.on] += left
    return dict(free)


async def plain(tx: Tx, number: str) -> Mapping[str, Any]:
    """An appointment as the trail of what staff did tells it."""
    held = await find(tx, number)
    if held is None:
        return {}
    excused = (await story(tx, held)).is_excused
    told = {"时间": f"{say_day(held.on)}{say_time(held.starts_at)}", "状态": held.state.chinese}
    return told | {"这次不算": excused} if excused else told
