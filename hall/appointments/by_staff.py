"""What staff do for people: booking by phone, moving and cancelling by number, pauses and appeals (申诉)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from hall.appointments import booking, changes, lapses, people
from hall.appointments.model import Appointment, Form, Relation, Request, Slot
from hall.appointments.reading import every_appointment, every_slot, read_appointment
from hall.appointments.refusals import AppointmentNotFound, BadPhone, BadReason, BanNotFound, SlotGone
from hall.appointments.rules import KEY_SIGNS, Key
from hall.appointments.tables import bans, slots
from hall.citizens import service as citizens
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.clock import local, to_ms
from kit.db import Tx
from kit.ids import read_phone

REASON_LENGTH = 64


async def book_for(
    tx: Tx,
    staff: str,
    phone: str,
    name: str,
    slot_id: int,
    matter: Matter,
    now: datetime,
    relation: Relation = Relation.SELF,
    key: str | None = None,
    **more: Any,
) -> Appointment:
    """Books for someone on the phone or at the desk; may give a place of the reserve. `more` goes into the form.

    Raises what `booking.book` raises.
    """
    number = read_phone(phone)
    if number is None:
        raise BadPhone()
    citizen = await citizens.by_phone(tx, number, now)
    form = Form(name, number, relation, **more)
    return await booking.book(tx, Request(citizen.id, slot_id, matter, form, key, staff), now)


async def slot_at(tx: Tx, hall_id: str, group_id: int, starts_at: datetime) -> Slot:
    """The slot that begins then, whether the public can have it or not. Raises SlotGone."""
    then = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.starts_at == starts_at)
    row = await tx.one(every_slot.where(*then))
    if row is None:
        raise SlotGone()
    return Slot(*row)


async def free_on(tx: Tx, hall_id: str, group_id: int, on: date, now: datetime) -> tuple[Slot, ...]:
    """The slots still ahead on a day that have a place, one of the reserve too, by time."""
    here = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.on == on, slots.c.starts_at > now)
    found = [Slot(*row) for row in await tx.all(every_slot.where(*here).order_by(slots.c.starts_at))]
    return tuple(one for one in found if one.left > 0 or one.reserve_left > 0)


async def found(tx: Tx, number: str) -> Appointment:
    """Anyone's appointment. Raises AppointmentNotFound."""
    held = await changes.find(tx, number)
    if held is None:
        raise AppointmentNotFound()
    return held


async def cancel_for(tx: Tx, staff: str, number: str, now: datetime, why: str | None = None) -> Appointment:
    """Cancels for someone, and tells them: no cutoff, no lapse. `why`: the hall's reason; None: they asked for it.

    Raises AppointmentNotFound, AlreadyCancelled, TooLate, BadReason.
    """
    why, held = _reason(why), await found(tx, number)
    gone = await changes.cancel(tx, held.citizen_id, held.number, now, staff, why)
    await _tell(tx, held, None, why, now)
    return gone


async def move_for(tx: Tx, staff: str, number: str, slot_id: int, now: datetime, why: str | None = None) -> Appointment:
    """Moves for someone, and tells them: no cutoff. `why` as in `cancel_for`.

    Raises BadReason, and what `changes.reschedule` raises.
    """
    why, held = _reason(why), await found(tx, number)
    moved = await changes.reschedule(tx, held.citizen_id, held.number, slot_id, now, staff, why)
    if moved.slot_id != held.slot_id:
        await _tell(tx, held, moved, why, now)
    return moved


def _reason(why: str | None) -> str | None:
    """Raises BadReason."""
    tidy = None if why is None else why.strip()
    if tidy is not None and not 0 < len(tidy) <= REASON_LENGTH:
        raise BadReason(most=REASON_LENGTH)
    return tidy


async def _tell(tx: Tx, was: Appointment, now_is: Appointment | None, why: str | None, now: datetime) -> None:
    """Whoever asked for it is told that it was done, everybody else also why."""
    told = {"number": was.number, "matter": was.matter_name, "was_at": local(was.starts_at).isoformat()}
    if now_is is not None:
        told |= {"starts_at": local(now_is.starts_at).isoformat()}
    if why is None:
        kind = Kind.MOVED_FOR if now_is else Kind.CANCELLED_FOR
    else:
        kind, told = Kind.MOVED if now_is else Kind.CANCELLED, told | {"reason": why}
    await notices.tell(
        tx, was.citizen_id, kind, told, f"{kind}:{was.id}:{to_ms(now)}", now, by_day(now), hall_id=was.hall_id
    )


async def excuse(tx: Tx, staff: str, number: str, why: str, now: datetime) -> Appointment:
    """Takes a missed or cancelled appointment out of every count. Raises AppointmentNotFound."""
    held = await found(tx, number)
    await lapses.excuse(tx, held, staff, why, now)
    return held


async def on_day(tx: Tx, hall_id: str, on: date) -> tuple[Appointment, ...]:
    """Everything booked for a day at a hall, by time, whatever became of it."""
    here = every_appointment.where(slots.c.hall_id == hall_id, slots.c.on == on)
    return tuple(read_appointment(row) for row in await tx.all(here))


# ------------------------------------------------------------------------------------------------ pauses


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause as staff see it: by what it counts, never whom by name."""

    id: int
    key: Key
    rule: str
    group_id: int | None
    matter_id: str | None
    from_at: datetime
    until_at: datetime


async def pauses(tx: Tx, hall_id: str, now: datetime, number: str | None = None) -> tuple[Pause, ...]:
    """Pauses in force at a hall, the newest first; with an appointment's number only those of whom it is for.

    Raises AppointmentNotFound.
    """
    of_pause = (bans.c.id, bans.c.mark, bans.c.rule, bans.c.group_id, bans.c.matter_id, bans.c.from_at, bans.c.until_at)
    in_force = (bans.c.hall_id == hall_id, bans.c.until_at > now, bans.c.lifted_at.is_(None))
    chosen = select(*of_pause).where(*in_force).order_by(bans.c.id.desc())
    if number is not None:
        marks = await people.marks_kept(tx, await found(tx, number))
        chosen = chosen.where(bans.c.mark.in_(sorted(marks.values())))
    keys = {sign: key for key, sign in KEY_SIGNS.items()}
    return tuple(Pause(row.id, keys[row.mark[:1]], *row[2:]) for row in await tx.all(chosen))


async def lift(tx: Tx, staff: str, ban_id: int, why: str, now: datetime) -> None:
    """Ends a pause after an appeal; who and why are kept. Raises BanNotFound."""
    if not await lapses.lift(tx, ban_id, staff, why, now):
        raise BanNotFound()
