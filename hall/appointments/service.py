"""Making slots, and booking, rescheduling and cancelling appointments.

Locks are always taken in one order: the person, then slots by id. What is left of a slot is decided by the row count of
one guarded UPDATE and by nothing else (limits.md, Booking: every check-then-insert oversold).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from hall.appointments.model import (
    LIVE_LIMIT,
    NAME_LIMIT,
    AlreadyBooked,
    AlreadyCancelled,
    Appointment,
    AppointmentNotFound,
    BadName,
    BadPhone,
    NotBookable,
    NotToday,
    Slot,
    SlotFull,
    SlotGone,
    SlotNotForMatter,
    State,
    TooLate,
    TooManyBookings,
    near_first,
)
from hall.appointments.tables import appointments, slots
from hall.citizens import service as citizens
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.places.model import Spans
from kit.clock import day_of, instant_at, local, say_day
from kit.db import Duplicate, Tx
from kit.errors import Unavailable
from kit.ids import read_phone, with_check
from kit.secrets import readable_code

NEAR = 3  # free slots offered in place of a full one
NUMBER_TRIES = 5
_slots = select(*(slots.c[f.name] for f in fields(Slot))).order_by(slots.c.starts_at)
_of_slot = ("hall_id", "group_id", "on", "starts_at", "ends_at")
_appointments = (
    select(*((slots if f.name in _of_slot else appointments).c[f.name] for f in fields(Appointment)))
    .join(slots, slots.c.id == appointments.c.slot_id)
    .order_by(slots.c.starts_at)
)


async def make_slots(
    tx: Tx, hall_id: str, group_id: int, days: Sequence[date], hours: Spans, minutes: int, capacity: int
) -> int:
    """Cuts the opening hours of each day into slots; those that exist stay as they are. Returns how many are new."""
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.on.in_(days))
    there = {row.starts_at for row in await tx.all(select(slots.c.starts_at).where(*of_group))}
    cut = [span for day in days for span in _cut(day, hours, timedelta(minutes=minutes)) if span[0] not in there]
    facts = {"hall_id": hall_id, "group_id": group_id, "capacity": capacity, "booked": 0}
    new = [facts | {"on": day_of(at), "starts_at": at, "ends_at": end} for at, end in cut]
    if new:
        await tx.run(insert(slots).values(new))
    return len(cut)


def _cut(day: date, hours: Spans, length: timedelta) -> list[tuple[datetime, datetime]]:
    found = []
    for opens, closes in hours:
        at, end = instant_at(day, opens), instant_at(day, closes)
        while at + length <= end:
            found.append((at, at + length))
            at += length
    return found


async def slot(tx: Tx, slot_id: int) -> Slot | None:
    row = await tx.one(_slots.where(slots.c.id == slot_id))
    return None if row is None else Slot(*row)


def _free(hall_id: str, group_id: int, now: datetime) -> Select[Any]:
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id)
    return _slots.where(*of_group, slots.c.starts_at > now, slots.c.booked < slots.c.capacity)


async def free_slots(tx: Tx, hall_id: str, group_id: int, on: date, now: datetime) -> tuple[Slot, ...]:
    """Slots of that day which have not begun and have a place left, by time."""
    return tuple(Slot(*row) for row in await tx.all(_free(hall_id, group_id, now).where(slots.c.on == on)))


async def nearest(
    tx: Tx,
    hall_id: str,
    group_id: int,
    wanted: datetime | None,
    now: datetime,
    n: int = NEAR,
    days: Sequence[date] = (),
) -> tuple[Slot, ...]:
    """At most `n` free slots, nearest to the wish first (`near_first` says what near means)."""
    free = [Slot(*row) for row in await tx.all(_free(hall_id, group_id, now))]
    return tuple(near_first(free, wanted, days)[:n])


async def book(
    tx: Tx, citizen: Citizen, slot_id: int, matter: Matter, name: str, phone: str, now: datetime
) -> Appointment:
    """Books a place for one person and one matter.

    Raises NotBookable, BadName, BadPhone, SlotGone, SlotNotForMatter, TooManyBookings, AlreadyBooked, SlotFull.
    """
    if not matter.is_open_to_booking:
        raise NotBookable(matter=matter.name)
    name, phone = _good_name(name), _good_phone(phone)
    await citizens.lock(tx, citizen.id)
    chosen = await _bookable(tx, slot_id, matter.hall_id, matter.group_id, matter.name, now)
    await _check_limits(tx, citizen.id, matter, chosen, now)
    await _take_place(tx, chosen, now)
    return await _enter(tx, citizen.id, chosen, matter, name, phone, now)


def _good_name(name: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFKC", name).split())
    if not tidy or len(tidy) > NAME_LIMIT or not all(c.isalpha() or c in " ·.'-" for c in tidy):
        raise BadName(most=NAME_LIMIT)
    return tidy


def _good_phone(phone: str) -> str:
    read = read_phone(phone)
    if read is None:
        raise BadPhone()
    return read


async def _bookable(tx: Tx, slot_id: int, hall_id: str, group_id: int, matter_name: str, now: datetime) -> Slot:
    chosen = await slot(tx, slot_id)
    if chosen is None or chosen.starts_at <= now:
        raise SlotGone()
    if (chosen.hall_id, chosen.group_id) != (hall_id, group_id):
        raise SlotNotForMatter(matter=matter_name)
    return chosen


async def _check_limits(tx: Tx, citizen_id: int, matter: Matter, chosen: Slot, now: datetime) -> None:
    """Holds only under the lock on the person: twenty requests at once for twenty slots gave 5–20 bookings without."""
    await _check_day(tx, citizen_id, matter.id, matter.name, chosen.on)
    live = (appointments.c.citizen_id == citizen_id, appointments.c.state == State.BOOKED, slots.c.ends_at > now)
    held = select(func.count()).select_from(appointments.join(slots, slots.c.id == appointments.c.slot_id)).where(*live)
    if await tx.value(held) >= LIVE_LIMIT:
        raise TooManyBookings(limit=LIVE_LIMIT)


async def _check_day(tx: Tx, citizen_id: int, matter_id: str, matter_name: str, on: date) -> None:
    key = _live_key(citizen_id, matter_id, on)
    number = await tx.value(select(appointments.c.number).where(appointments.c.live_key == key))
    if number is not None:
        raise AlreadyBooked(day=say_day(on), matter=matter_name, number=number)


def _live_key(citizen_id: int, matter_id: str, on: date) -> str:
    return f"{citizen_id}:{matter_id}:{on.isoformat()}"


async def _take_place(tx: Tx, chosen: Slot, now: datetime) -> None:
    full = chosen.left <= 0  # a cheap look first: nobody waits at a full slot's lock
    if not full:
        guard = (slots.c.id == chosen.id, slots.c.booked < slots.c.capacity)
        full = await tx.run(update(slots).where(*guard).values(booked=slots.c.booked + 1)) == 0
    if full:
        raise SlotFull(await nearest(tx, chosen.hall_id, chosen.group_id, chosen.starts_at, now))


async def _give_back(tx: Tx, slot_id: int) -> None:
    await tx.run(update(slots).where(slots.c.id == slot_id, slots.c.booked > 0).values(booked=slots.c.booked - 1))


async def _enter(
    tx: Tx, citizen_id: int, chosen: Slot, matter: Matter, name: str, phone: str, now: datetime
) -> Appointment:
    facts: dict[str, Any] = {
        "citizen_id": citizen_id,
        "slot_id": chosen.id,
        "matter_id": matter.id,
        "matter_name": matter.name,
        "name": name,
        "phone": phone,
        "state": State.BOOKED,
        "booked_at": now,
        "changed_at": now,
        "moved_from": None,
    }
    key = _live_key(citizen_id, matter.id, chosen.on)
    for _ in range(NUMBER_TRIES):  # the unique key decides; two alike on one day are one in 28 million
        number = with_check(f"Y{local(now):%y%m%d}{readable_code(5)}")
        try:
            made = await tx.insert(insert(appointments).values(number=number, live_key=key, **facts))
        except Duplicate:
            continue
        return Appointment(id=made, number=number, **facts, **{n: getattr(chosen, n) for n in _of_slot})
    raise Unavailable()


async def cancel(tx: Tx, citizen_id: int, number: str, now: datetime) -> Appointment:
    """Frees the place, once. Raises AppointmentNotFound, AlreadyCancelled, TooLate."""
    await citizens.lock(tx, citizen_id)
    held = await _changeable(tx, citizen_id, number, now)
    gone = {"state": State.CANCELLED, "live_key": None, "changed_at": now}
    if await _change(tx, held, gone) == 0:
        raise AlreadyCancelled()
    await _give_back(tx, held.slot_id)
    return replace(held, state=State.CANCELLED, changed_at=now)


async def reschedule(tx: Tx, citizen_id: int, number: str, slot_id: int, now: datetime) -> Appointment:
    """Moves an appointment; the number stays, and the old place is kept until the new one is certain.

    Raises AppointmentNotFound, AlreadyCancelled, TooLate, SlotGone, SlotNotForMatter, AlreadyBooked, SlotFull.
    """
    await citizens.lock(tx, citizen_id)
    held = await _changeable(tx, citizen_id, number, now)
    if held.slot_id == slot_id:
        return held
    chosen = await _bookable(tx, slot_id, held.hall_id, held.group_id, held.matter_name, now)
    if chosen.on != held.on:
        await _check_day(tx, citizen_id, held.matter_id, held.matter_name, chosen.on)
    both = slots.c.id.in_(sorted((held.slot_id, slot_id)))
    await tx.all(select(slots.c.id).where(both).order_by(slots.c.id).with_for_update())
    await _take_place(tx, chosen, now)
    key = _live_key(citizen_id, held.matter_id, chosen.on)
    moved = {"slot_id": chosen.id, "moved_from": held.slot_id, "live_key": key, "changed_at": now}
    if await _change(tx, held, moved) == 0:
        raise TooLate()
    await _give_back(tx, held.slot_id)
    now_there = {n: getattr(chosen, n) for n in _of_slot}
    return replace(held, slot_id=chosen.id, moved_from=held.slot_id, changed_at=now, **now_there)


async def _changeable(tx: Tx, citizen_id: int, number: str, now: datetime) -> Appointment:
    held = await look(tx, citizen_id, number)
    if held.state is State.CANCELLED:
        raise AlreadyCancelled()
    if held.state is not State.BOOKED or held.starts_at <= now:
        raise TooLate()
    return held


async def _change(tx: Tx, held: Appointment, values: dict[str, Any]) -> int:
    still_booked = (appointments.c.id == held.id, appointments.c.state == State.BOOKED)
    return await tx.run(update(appointments).where(*still_booked).values(**values))


async def arrive(tx: Tx, held: Appointment, now: datetime) -> Appointment:
    """The person is here (签到). Raises NotToday, AlreadyCancelled; arriving twice changes nothing."""
    if held.on != day_of(now):
        raise NotToday(day=say_day(held.on))
    if await _change(tx, held, {"state": State.ARRIVED, "changed_at": now}) == 0:
        held = await look(tx, held.citizen_id, held.number)
        if held.state is not State.ARRIVED:
            raise AlreadyCancelled()
        return held
    return replace(held, state=State.ARRIVED, changed_at=now)


async def own(tx: Tx, citizen_id: int, now: datetime, include_past: bool = False) -> tuple[Appointment, ...]:
    """A citizen's appointments by time: those still ahead, or with `include_past` all, cancelled ones too."""
    theirs = _appointments.where(appointments.c.citizen_id == citizen_id)
    if not include_past:
        theirs = theirs.where(appointments.c.state.in_([State.BOOKED, State.ARRIVED]), slots.c.ends_at > now)
    return tuple(_appointment(row) for row in await tx.all(theirs))


async def find(tx: Tx, number: str) -> Appointment | None:
    """Anyone's appointment: for staff and operators, never for a citizen's door."""
    row = await tx.one(_appointments.where(appointments.c.number == _tidy(number)))
    return None if row is None else _appointment(row)


async def look(tx: Tx, citizen_id: int, number: str) -> Appointment:
    """One's own appointment. Raises AppointmentNotFound, for another person's number too."""
    found = await find(tx, number)
    if found is None or found.citizen_id != citizen_id:
        raise AppointmentNotFound()
    return found


def _tidy(number: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())


def _appointment(row: Any) -> Appointment:
    read = dict(zip(row._fields, row, strict=True))
    return Appointment(**(read | {"state": State(row.state)}))


_NOTHING = {"name": None, "phone": None}


async def erase_personal(tx: Tx, before: date) -> int:
    """Blanks name and phone of appointments whose day lies before a date; returns how many had any."""
    past = appointments.c.slot_id.in_(select(slots.c.id).where(slots.c.on < before))
    return await tx.run(update(appointments).where(past, appointments.c.name.is_not(None)).values(**_NOTHING))


async def forget(tx: Tx, citizen_id: int, now: datetime) -> int:
    """Blanks name and phone of someone who unsubscribed, unless a counter still expects them; returns how many."""
    expected = select(slots.c.id).where(slots.c.ends_at > now)
    done = appointments.c.slot_id.not_in(expected) | (appointments.c.state == State.CANCELLED)
    theirs = (appointments.c.citizen_id == citizen_id, appointments.c.name.is_not(None), done)
    return await tx.run(update(appointments).where(*theirs).values(**_NOTHING))
