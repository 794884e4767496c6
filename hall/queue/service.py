"""Taking a ticket and knowing how many are ahead."""

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.matters.model import Group
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import Hall
from hall.queue.model import HallClosed, State, Ticket
from hall.queue.tables import ticket_counters, tickets
from kit.clock import day_of, local, say_day, say_time
from kit.db import Duplicate, Tx

_tickets = select(*(tickets.c[f.name] for f in fields(Ticket))).order_by(tickets.c.id)


def _ticket(row: Any) -> Ticket:
    read = dict(zip(row._fields, row, strict=True))
    return Ticket(**(read | {"state": State(row.state)}))


async def take(
    tx: Tx, hall_id: str, group: Group, citizen_id: int | None, now: datetime, appointment: Appointment | None = None
) -> Ticket:
    """Takes a number, as a walk-in or arriving for an appointment; who holds one for this group today gets it again.

    Raises HallNotFound, HallClosed, YearNotPublished, and for an appointment NotToday, AlreadyCancelled.
    """
    hall = await places.hall(tx, hall_id)
    calendar = await places.calendar(tx, hall_id)
    if not calendar.is_open(hall, now):
        raise _closed(hall, calendar, now)
    on = day_of(now)
    last = await _lock_numbers(tx, hall_id, group.id, on)
    if appointment is not None:
        await appointments.arrive(tx, appointment, now)
    held = await _held(tx, group.id, citizen_id, on, appointment)
    if held is None:
        return await _hand_out(tx, group, last + 1, citizen_id, now, appointment)
    if appointment is None or held.appointment_id is not None:
        return held  # a second appointment at the same counters is served with the one ticket
    await tx.run(update(tickets).where(tickets.c.id == held.id).values(appointment_id=appointment.id))
    return replace(held, appointment_id=appointment.id)


def _closed(hall: Hall, calendar: Calendar, now: datetime) -> HallClosed:
    opens_at = calendar.opens_next(hall, now)
    if opens_at is None:
        return HallClosed(opens_at=None, when="下次开门的时间还没有公布，请留意大厅通知。")
    when = f"{say_day(day_of(opens_at))}{say_time(opens_at)}开门，到时候再来取就行。"
    return HallClosed(opens_at=local(opens_at).isoformat(), when=when)


async def _lock_numbers(tx: Tx, hall_id: str, group_id: int, on: date) -> int:
    """The last number given out; nobody else gives one out until the transaction ends, so none is lost or doubled."""
    here = (ticket_counters.c.hall_id == hall_id, ticket_counters.c.group_id == group_id, ticket_counters.c.on == on)
    locked = select(ticket_counters.c.last).where(*here).with_for_update()
    last: int | None = await tx.value(locked)
    if last is None:
        try:
            await tx.run(insert(ticket_counters).values(hall_id=hall_id, group_id=group_id, on=on, last=0))
        except Duplicate:
            last = await tx.value(locked)
    return last or 0


async def _held(
    tx: Tx, group_id: int, citizen_id: int | None, on: date, appointment: Appointment | None
) -> Ticket | None:
    row = None
    if appointment is not None:
        row = await tx.one(_tickets.where(tickets.c.appointment_id == appointment.id))
    if row is None and citizen_id is not None:
        row = await tx.one(_tickets.where(tickets.c.live_key == _live_key(citizen_id, group_id, on)))
    return None if row is None else _ticket(row)


def _live_key(citizen_id: int, group_id: int, on: date) -> str:
    return f"{citizen_id}:{group_id}:{on.isoformat()}"


async def _hand_out(
    tx: Tx, group: Group, count: int, citizen_id: int | None, now: datetime, appointment: Appointment | None
) -> Ticket:
    on = day_of(now)
    here = {"hall_id": group.hall_id, "group_id": group.id, "on": on}
    numbers = update(ticket_counters).where(*(ticket_counters.c[name] == value for name, value in here.items()))
    await tx.run(numbers.values(last=count))
    facts: dict[str, Any] = here | {
        "number": f"{group.letter}{count:03d}",
        "citizen_id": citizen_id,
        "appointment_id": None if appointment is None else appointment.id,
        "state": State.WAITING,
        "taken_at": now,
    }
    key = None if citizen_id is None else _live_key(citizen_id, group.id, on)
    return Ticket(id=await tx.insert(insert(tickets).values(live_key=key, **facts)), **facts)


async def ahead(tx: Tx, ticket: Ticket) -> int:
    """How many wait in front of this ticket."""
    same = (tickets.c.hall_id == ticket.hall_id, tickets.c.group_id == ticket.group_id, tickets.c.on == ticket.on)
    before = (tickets.c.state == State.WAITING, tickets.c.id < ticket.id)
    waiting: int = await tx.value(select(func.count()).select_from(tickets).where(*same, *before))
    return waiting


async def own(tx: Tx, citizen_id: int, on: date) -> tuple[Ticket, ...]:
    """A citizen's tickets of a day, in the order they were taken."""
    theirs = (tickets.c.citizen_id == citizen_id, tickets.c.on == on)
    return tuple(_ticket(row) for row in await tx.all(_tickets.where(*theirs)))


async def find(tx: Tx, hall_id: str, number: str, on: date) -> Ticket | None:
    """A day's ticket by its number; it says nothing about who holds it, and stands on the board anyway."""
    named = (tickets.c.hall_id == hall_id, tickets.c.number == number.strip().upper(), tickets.c.on == on)
    row = await tx.one(_tickets.where(*named))
    return None if row is None else _ticket(row)
