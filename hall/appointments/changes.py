"""Cancelling and moving. The person is locked first, then slots by id; the old place is kept until the new is sure."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update

from hall.appointments import facts, freed, kept, lapses, people, rule_book, shut_matters
from hall.appointments.booking import key_of, numbers_of, take_place
from hall.appointments.checks import Wish, past_cutoff, refusal, unfit
from hall.appointments.model import Appointment, Slot, State
from hall.appointments.offers import Of, nearest_on_offer
from hall.appointments.reading import OF_SLOT, every_appointment, read_appointment
from hall.appointments.refusals import (
    AlreadyBooked,
    AlreadyCancelled,
    AppointmentNotFound,
    SlotFull,
    TooLate,
)
from hall.appointments.rule_book import RuleBook
from hall.appointments.rules import Key, Lapse, Rules
from hall.appointments.slots import slot
from hall.appointments.tables import appointments, holds, slots
from hall.citizens import service as citizens
from hall.places import service as places
from kit.clock import say_day
from kit.db import Tx
from kit.ids import tidy_number


async def find(tx: Tx, number: str) -> Appointment | None:
    """Anyone's appointment: for staff and operators, never for a citizen's door."""
    row = await tx.one(every_appointment.where(appointments.c.number == tidy_number(number)))
    return None if row is None else read_appointment(row)


async def by_id(tx: Tx, appointment_id: int) -> Appointment | None:
    """For whoever came by it from a ticket or a case."""
    row = await tx.one(every_appointment.where(appointments.c.id == appointment_id))
    return None if row is None else read_appointment(row)


async def look(tx: Tx, citizen_id: int, number: str) -> Appointment:
    """One's own appointment. Raises AppointmentNotFound, for another person's number too."""
    found = await find(tx, number)
    if found is None or found.citizen_id != citizen_id:
        raise AppointmentNotFound()
    return found


async def cancel(
    tx: Tx, citizen_id: int, number: str, now: datetime, staff: str | None = None, why: str | None = None
) -> Appointment:
    """Frees the place, once. What `staff` cancels for someone is not held against them and knows no cutoff.

    Raises AppointmentNotFound, AlreadyCancelled, TooLate, PastCutoff.
    """
    await citizens.lock(tx, citizen_id)
    held = await _changeable(tx, citizen_id, number, now)
    rules = await rule_book.rules_of(tx, held.hall_id, held.group_id, held.matter_id)
    if staff is None:
        await _check_cutoff(tx, held, rules, now)
    gone = await _end(tx, held, rules, now, "staff" if staff else "citizen", staff or facts.CITIZEN, why)
    if staff is None:
        await lapses.count(tx, held, Lapse.CANCEL, now)
    return gone


async def withdraw(tx: Tx, citizen_id: int, number: str, now: datetime) -> Appointment:
    """Cancels for somebody who leaves for good: whoever is nobody any more keeps no place, whatever the cutoff.

    Raises AppointmentNotFound, AlreadyCancelled, TooLate.
    """
    held = await _changeable(tx, citizen_id, number, now)
    rules = await rule_book.rules_of(tx, held.hall_id, held.group_id, held.matter_id)
    return await _end(tx, held, rules, now, "left", facts.CITIZEN)


async def _end(
    tx: Tx, held: Appointment, rules: Rules, now: datetime, ended_by: str, by: str, why: str | None = None
) -> Appointment:
    gone = {"state": State.CANCELLED, "live_key": None, "ended_at": now, "ended_by": ended_by}
    if await change(tx, held, gone, now) == 0:
        raise AlreadyCancelled()
    await facts.note(tx, held, "cancelled", now, by, why)
    await freed.give_back(tx, held, rules, now)
    return replace(held, state=State.CANCELLED, changed_at=now)


async def reschedule(
    tx: Tx,
    citizen_id: int,
    number: str,
    slot_id: int,
    now: datetime,
    staff: str | None = None,
    why: str | None = None,
) -> Appointment:
    """Moves an appointment; the number stays, and the old place is kept until the new one is certain.

    Raises AppointmentNotFound, AlreadyCancelled, TooLate, PastCutoff, SlotGone, SlotNotForMatter, Banned,
    OutsideWindow, LimitReached, AlreadyBooked, MatterShut, SlotFull.
    """
    await citizens.lock(tx, citizen_id)
    held = await _changeable(tx, citizen_id, number, now)
    if held.slot_id == slot_id:
        return held
    book = await rule_book.book(tx, held.hall_id)
    rules = book.of(held.group_id, held.matter_id)
    if staff is None:
        await _check_cutoff(tx, held, rules, now)
    chosen = await _bookable(tx, held, slot_id, now)
    await _check_rules(tx, held, book, chosen, now)
    key = await _free_key(tx, held, chosen)
    both = slots.c.id.in_(sorted((held.slot_id, slot_id)))
    await tx.all(select(slots.c.id).where(both).order_by(slots.c.id).with_for_update())
    shut = await shut_matters.ahead(tx, [held.hall_id], now)
    if closed := shut_matters.refusal(shut, chosen, held.matter_id, held.matter_name):
        raise closed
    await _take(tx, held, chosen, now)
    moved = {"slot_id": chosen.id, "moved_from": held.slot_id, "live_key": key, "is_reserve": False}
    if await change(tx, held, moved, now) == 0:
        raise TooLate()
    await facts.note(tx, held, "moved", now, staff or facts.CITIZEN, why)
    await freed.give_back(tx, held, rules, now)
    now_there = {name: getattr(chosen, name) for name in OF_SLOT}
    return replace(held, slot_id=chosen.id, moved_from=held.slot_id, is_reserve=False, changed_at=now, **now_there)


async def _changeable(tx: Tx, citizen_id: int, number: str, now: datetime) -> Appointment:
    held = await look(tx, citizen_id, number)
    if held.state is State.CANCELLED:
        raise AlreadyCancelled()
    if held.state is not State.BOOKED or held.starts_at <= now:
        raise TooLate()
    return held


async def change(tx: Tx, held: Appointment, values: dict[str, Any], now: datetime) -> int:
    """Writes to an appointment that is still booked; 0 when it no longer is."""
    still_booked = (appointments.c.id == held.id, appointments.c.state == State.BOOKED)
    return await tx.run(update(appointments).where(*still_booked).values(changed_at=now, **values))


async def _check_cutoff(tx: Tx, held: Appointment, rules: Rules, now: datetime) -> None:
    hall = await places.hall(tx, held.hall_id)
    calendar = await places.calendar(tx, held.hall_id)
    hours, is_workday = partial(calendar.hours, hall=hall), calendar.is_workday
    if said := past_cutoff(rules.cutoff, held.starts_at, hours, is_workday, now):
        raise said


async def _bookable(tx: Tx, held: Appointment, slot_id: int, now: datetime) -> Slot:
    chosen = await slot(tx, slot_id)
    if said := unfit(chosen, held.hall_id, held.group_id, held.matter_name, now):
        raise said
    assert chosen is not None, "a slot that fits is there"
    return chosen


async def _check_rules(tx: Tx, held: Appointment, book: RuleBook, chosen: Slot, now: datetime) -> None:
    """The rules of a new booking, with the one that moves left out of the count."""
    rules = book.of(held.group_id, held.matter_id)
    counted = rules.keys() | {Key.CITIZEN}
    marks = {key: mark for key, mark in (await people.marks_kept(tx, held)).items() if key in counted}
    await people.lock(tx, [held.citizen_id], marks.values())
    past = await people.history(tx, marks.values(), rules.looks_back_to(now))
    others = [one for one in past if one.id != held.id]
    bans = await people.bans_of(tx, held.hall_id, list(marks.values()), now) if book.can_pause else []
    is_workday = (await places.calendar(tx, held.hall_id)).is_workday
    if said := refusal(rules, Wish(chosen, held.matter_id, marks), others, bans, is_workday, now):
        raise said


async def _free_key(tx: Tx, held: Appointment, chosen: Slot) -> str:
    """The key it will be held by on its new day."""
    row = await tx.one(select(appointments.c.live_key).where(appointments.c.id == held.id))
    if chosen.on == held.on and row is not None:
        return str(row.live_key)
    marks = await people.marks_kept(tx, held)
    key = key_of(held.citizen_id, held.matter_id, chosen.on, held.relation, marks, held.name or "")
    for number in (await numbers_of(tx, [key])).values():
        raise AlreadyBooked(day=say_day(chosen.on), matter=held.matter_name, number=number)
    return key


async def _take(tx: Tx, held: Appointment, chosen: Slot, now: datetime) -> None:
    theirs = (holds.c.citizen_id == held.citizen_id, holds.c.slot_id == chosen.id, holds.c.until_at > now)
    if (hold_id := await tx.value(select(holds.c.id).where(*theirs))) is not None:
        return await kept.use(tx, [hold_id])
    if chosen.left <= 0 or not await take_place(tx, chosen.id):
        of = Of(held.hall_id, held.group_id, held.matter_id)
        raise SlotFull(await nearest_on_offer(tx, of, chosen.starts_at, now))
    return None
