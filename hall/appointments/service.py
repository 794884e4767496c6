"""The verbs of the room: booking and changing (booking.py, changes.py), arriving, looking up, forgetting.

Locks are always taken in one order: the person, then what else they are counted by, then slots by id.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, tuple_, update

from hall.appointments import appeals as appeals_room
from hall.appointments import facts, people, rule_book
from hall.appointments.booking import book, book_all
from hall.appointments.changes import by_id, cancel, change, find, look, reschedule
from hall.appointments.model import Appointment, State
from hall.appointments.reading import every_appointment, read_appointment
from hall.appointments.refusals import AlreadyCancelled, MissedTime, NotToday, TooEarly
from hall.appointments.rules import Key
from hall.appointments.slots import free_slots, make_slots, nearest, slot
from hall.appointments.tables import appeals, appointments, slots
from kit.clock import day_of, instant_at, local, say_day, say_time
from kit.db import Tx

__all__ = [
    "arrive",
    "book",
    "book_all",
    "by_id",
    "cancel",
    "erase",
    "erase_personal",
    "find",
    "forget",
    "free_slots",
    "look",
    "make_slots",
    "nearest",
    "own",
    "reschedule",
    "slot",
]


async def arrive(
    tx: Tx, held: Appointment, now: datetime, by: str = facts.CITIZEN, *, may_be_early: bool = False
) -> Appointment:
    """The person is here (签到); arriving twice changes nothing.

    `may_be_early`: on their day they may come as early as they like, since nobody waits whom they would pass.
    Raises NotToday, TooEarly, MissedTime, AlreadyCancelled. Who missed the time can still take a number in turn.
    """
    if held.on != day_of(now):
        raise NotToday(day=say_day(held.on))
    if held.state is State.BOOKED:
        await _check_time(tx, held, now, may_be_early)
        if await change(tx, held, {"state": State.ARRIVED}, now):
            await facts.note(tx, held, "arrived", now, by)
            return replace(held, state=State.ARRIVED, changed_at=now)
        held = await look(tx, held.citizen_id, held.number)
    if held.state is State.NO_SHOW:
        raise MissedTime(time=say_time(held.starts_at))
    if held.state is State.CANCELLED:
        raise AlreadyCancelled()
    return held


async def _check_time(tx: Tx, held: Appointment, now: datetime, may_be_early: bool) -> None:
    check_in = (await rule_book.rules_of(tx, held.hall_id, held.group_id, held.matter_id)).check_in
    if check_in.opens_minutes is not None and not may_be_early:
        opens_at = held.starts_at - timedelta(minutes=check_in.opens_minutes)
        if now < opens_at:
            words = {"time": say_time(held.starts_at), "opens": say_time(opens_at)}
            raise TooEarly(opens_at=local(opens_at).isoformat(), **words)
    if check_in.late_minutes is not None and now > held.starts_at + timedelta(minutes=check_in.late_minutes):
        raise MissedTime(time=say_time(held.starts_at))


async def own(
    tx: Tx,
    citizen_id: int,
    now: datetime,
    include_past: bool = False,
    after: tuple[datetime, int] | None = None,
    limit: int | None = None,
) -> tuple[Appointment, ...]:
    """A citizen's appointments by time: those still ahead, or with `include_past` all, cancelled ones too.

    `after`: the time and the id of the one before the first wanted, for a page at a time.
    """
    theirs = every_appointment.where(appointments.c.citizen_id == citizen_id).order_by(appointments.c.id).limit(limit)
    if after is not None:
        theirs = theirs.where(tuple_(slots.c.starts_at, appointments.c.id) > after)
    if not include_past:
        theirs = theirs.where(appointments.c.state.in_([State.BOOKED, State.ARRIVED]), slots.c.ends_at > now)
    return tuple(read_appointment(row) for row in await tx.all(theirs))


_NOTHING = {"name": None, "phone": None, "company": None}


async def erase_personal(tx: Tx, before: date) -> int:
    """Blanks name and phone of appointments whose day lies before a date; returns how many had any.

    The fingerprints stay as long as a rule may count by them, and cannot be read back. What was said in appeals of
    those days goes too.
    """
    old = (appeals.c.made_at < instant_at(before, time(0)), appeals.c.said.is_not(None))
    await tx.run(update(appeals).where(*old).values(said=None))
    past = appointments.c.slot_id.in_(select(slots.c.id).where(slots.c.on < before))
    return await tx.run(update(appointments).where(past, appointments.c.name.is_not(None)).values(**_NOTHING))


async def forget(tx: Tx, citizen_id: int, now: datetime) -> int:
    """Blanks name and phone of someone who unsubscribed, unless a counter still expects them; returns how many."""
    expected = select(slots.c.id).where(slots.c.ends_at > now)
    done = appointments.c.slot_id.not_in(expected) | (appointments.c.state == State.CANCELLED)
    theirs = (appointments.c.citizen_id == citizen_id, appointments.c.name.is_not(None), done)
    return await tx.run(update(appointments).where(*theirs).values(**_NOTHING))


async def erase(tx: Tx, citizen_id: int) -> int:
    """Blanks what a person's appointments say of anybody, fingerprints too; returns how many there are.

    A fingerprint stays where something that was missed or cancelled is counted by it: nobody is rid of a pause by
    deleting their data. It cannot be read back.
    """
    every = await people.history(tx, [Key.CITIZEN.mark(citizen_id)], date.min)
    await appeals_room.erase(tx, {Key.CITIZEN.mark(citizen_id)}.union(*(one.marks for one in every)))
    theirs = appointments.c.citizen_id == citizen_id
    is_counted = appointments.c.ended_by.in_(["citizen", "job"]) & appointments.c.excused_by.is_(None)
    marks = dict.fromkeys(("phone_mark", "id_mark", "credit_mark"))
    await tx.run(update(appointments).where(theirs, ~is_counted | appointments.c.ended_by.is_(None)).values(**marks))
    return await tx.run(update(appointments).where(theirs).values(**_NOTHING))
