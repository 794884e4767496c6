"""Taking a ticket, knowing one's place, giving up and coming back; the hall's rule. Calling is in calling.py."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.matters.model import Group
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import Hall
from hall.places.tables import counters
from hall.queue import estimates, lines
from hall.queue import rules as the_rules
from hall.queue.model import (
    CITIZEN,
    JOB,
    Fact,
    HallClosed,
    NotMissed,
    NotWaiting,
    PostState,
    Privilege,
    State,
    Ticket,
    TicketNotFound,
    Times,
    What,
    times,
)
from hall.queue.pace import Estimate
from hall.queue.rules import Rules
from hall.queue.tables import posts, queue_rules, ticket_counters, tickets
from hall.staff.model import StaffMember
from kit.clock import day_of, instant_at, local, say_day, say_time
from kit.db import Duplicate, Tx

# ------------------------------------------------------------------------------------------------ taking a ticket


async def take(
    tx: Tx,
    hall_id: str,
    group: Group,
    citizen_id: int | None,
    now: datetime,
    appointment: Appointment | None = None,
    *,
    matter_id: str | None = None,
    privilege: Privilege | None = None,
    by: str = CITIZEN,
    may_be_early: bool = False,
) -> Ticket:
    """Takes a number, as a walk-in or arriving for an appointment; who holds one for this group today gets it again.

    Whoever holds one that was missed is thereby back. `privilege` is what the person said, or staff saw, of themselves;
    an appointment is one of its own. `may_be_early`: as of `appointments.arrive`.
    Raises HallNotFound, HallClosed, YearNotPublished, and for an appointment NotToday, TooEarly, MissedTime,
    AlreadyCancelled.
    """
    hall = await places.hall(tx, hall_id)
    calendar = await places.calendar(tx, hall_id)
    if not calendar.is_open(hall, now):
        raise _closed(hall, calendar, now)
    on = day_of(now)
    scene = await estimates.before_taking(tx, hall_id, now)
    if appointment is not None:
        await appointments.arrive(tx, appointment, now, by, may_be_early=may_be_early)
        matter_id = matter_id or appointment.matter_id
        privilege = privilege or Privilege.APPOINTMENT
    last = (await lines.lock(tx, hall_id, [group.id], on))[group.id].last
    held = await _held(tx, group.id, citizen_id, on, appointment)
    if held is None:
        made = await _hand_out(tx, group, last, citizen_id, now, appointment, matter_id, privilege, by)
        await estimates.record(tx, made, scene)
        await lines.show(tx, hall_id)
        return made
    if held.state is State.MISSED and held.ended_at is None:
        held = await come_back(tx, held, by, now)
    if appointment is None or held.appointment_id is not None:
        return held  # a second appointment at the same counters is served with the one ticket
    has_kept_turn = held.queued_at == held.taken_at  # who missed a call is not privileged any more
    joined: dict[str, Any] = {
        "appointment_id": appointment.id,
        "matter_id": held.matter_id or matter_id,
        "privilege": held.privilege or (privilege if has_kept_turn else None),
    }
    await lines.change(tx, held.id, **joined)
    await lines.show(tx, hall_id)
    return replace(held, **joined, starts_at=appointment.starts_at)


def _closed(hall: Hall, calendar: Calendar, now: datetime) -> HallClosed:
    opens_at, why = calendar.opens_next(hall, now), calendar.closed_for(day_of(now))
    today = f"今天休息（{why}）。" if why else ""
    if opens_at is None:
        return HallClosed(opens_at=None, when=f"{today}下次开门的时间还没有公布，请留意大厅通知。")
    when = f"{today}{say_day(day_of(opens_at))}{say_time(opens_at)}开门，到时候再来取就行。"
    return HallClosed(opens_at=local(opens_at).isoformat(), when=when)


async def _held(
    tx: Tx, group_id: int, citizen_id: int | None, on: date, appointment: Appointment | None
) -> Ticket | None:
    row = None
    if appointment is not None:
        row = await tx.one(lines.select_tickets.where(tickets.c.appointment_id == appointment.id))
    if row is None and citizen_id is not None:
        key = lines.live_key(citizen_id, group_id, on)
        row = await tx.one(lines.select_tickets.where(tickets.c.live_key == key))
    return None if row is None else lines.ticket_of(row)


async def _hand_out(
    tx: Tx,
    group: Group,
    last: int,
    citizen_id: int | None,
    now: datetime,
    appointment: Appointment | None,
    matter_id: str | None,
    privilege: Privilege | None,
    by: str,
) -> Ticket:
    on = day_of(now)
    await lines.number(tx, group.hall_id, group.id, on, last=last + 1)
    since = now if not last else max(now, await _taken_at(tx, group, last, on))
    row: dict[str, Any] = {
        "hall_id": group.hall_id,
        "group_id": group.id,
        "on": on,
        "number": _number(group, last + 1),
        "citizen_id": citizen_id,
        "appointment_id": None if appointment is None else appointment.id,
        "state": State.WAITING,
        "taken_at": since,
        "matter_id": matter_id,
        "privilege": privilege,
        "queued_at": since,
        "calls": 0,
    }
    key = lines.live_key(citizen_id, group.id, on)
    made = await tx.insert(insert(tickets).values(live_key=key, **row))
    await lines.write(tx, group.hall_id, What.TAKEN, since, by, made)
    blank: dict[str, Any] = dict.fromkeys(("counter_id", "called_at", "serving_at", "ended_at"))
    starts_at = None if appointment is None else appointment.starts_at
    return Ticket(id=made, starts_at=starts_at, **row, **blank)


def _number(group: Group, count: int) -> str:
    return f"{group.letter}{count:03d}"


async def _taken_at(tx: Tx, group: Group, last: int, on: date) -> datetime:
    """Whoever waited longer at the lock has the later number: their turn must not be the earlier one."""
    before = (tickets.c.hall_id == group.hall_id, tickets.c.on == on, tickets.c.number == _number(group, last))
    found: datetime = await tx.value(select(tickets.c.taken_at).where(*before))
    return found


# ------------------------------------------------------------------------------------------------ one's place


async def own(tx: Tx, citizen_id: int, on: date) -> tuple[Ticket, ...]:
    """A citizen's tickets of a day, in the order they were taken."""
    theirs = (tickets.c.citizen_id == citizen_id, tickets.c.on == on)
    return tuple(lines.ticket_of(row) for row in await tx.all(lines.select_tickets.where(*theirs)))


async def find(tx: Tx, hall_id: str, number: str, on: date) -> Ticket | None:
    """A day's ticket by its number; it says nothing about who holds it, and stands on the board anyway."""
    named = (tickets.c.hall_id == hall_id, tickets.c.number == number.strip().upper(), tickets.c.on == on)
    row = await tx.one(lines.select_tickets.where(*named))
    return None if row is None else lines.ticket_of(row)


async def by_id(tx: Tx, ticket_id: int) -> Ticket | None:
    """For whoever came by it from a case."""
    return await lines.ticket(tx, ticket_id)


async def of_appointment(tx: Tx, appointment_id: int) -> Ticket | None:
    """The ticket an appointment was kept with."""
    row = await tx.one(lines.select_tickets.where(tickets.c.appointment_id == appointment_id))
    return None if row is None else lines.ticket_of(row)


async def waiting(tx: Tx, hall_id: str, group_ids: Iterable[int], on: date) -> tuple[Ticket, ...]:
    """All who wait in these groups, in the order of their tickets; `order` says in which they are called."""
    return await lines.waiting(tx, hall_id, group_ids, on)


async def order(tx: Tx, hall_id: str, group_id: int, now: datetime) -> tuple[Ticket, ...]:
    """Those who wait in a group in the order in which they will be called, as things stand."""
    on = day_of(now)
    line = await lines.waiting(tx, hall_id, [group_id], on)
    rule = await lines.rules(tx, hall_id)
    flow = await lines.flow(tx, line, hall_id, await lines.runs(tx, hall_id, [group_id], on), on)
    return tuple(the_rules.order(line, rule, flow, now))


async def ahead(tx: Tx, ticket: Ticket, now: datetime) -> int:
    """How many of its group will be called before this ticket, were nobody to come or go; 0 once it does not wait."""
    if ticket.state is not State.WAITING:
        return 0
    ids = [one.id for one in await order(tx, ticket.hall_id, ticket.group_id, now)]
    return ids.index(ticket.id) if ticket.id in ids else 0


async def wait(tx: Tx, ticket: Ticket, now: datetime) -> Estimate:
    """How many are ahead, as `ahead` has it, and how long that is likely to be."""
    return replace(await estimates.for_ticket(tx, ticket, now), ahead=await ahead(tx, ticket, now))


async def counters_of(tx: Tx, those: Iterable[Ticket]) -> dict[int, int]:
    """The number of the counter to go to, by ticket: of those that are called or being served."""
    at_counter = {one.id: one.counter_id for one in those if one.state in (State.CALLED, State.SERVING)}
    if not at_counter:
        return {}
    rows = await tx.all(select(counters.c.id, counters.c.number).where(counters.c.id.in_(set(at_counter.values()))))
    numbers = {row.id: row.number for row in rows}
    return {ticket_id: numbers[counter_id] for ticket_id, counter_id in at_counter.items() if counter_id in numbers}


async def first_wait(tx: Tx, ticket: Ticket, now: datetime) -> Estimate:
    """As `wait`, where `take` has just given the ticket: a new one has been told already, so little is read again."""
    if ticket.taken_at < now:
        return await wait(tx, ticket, now)
    kept = await estimates.told(tx, ticket)
    return replace(kept or Estimate(0, None, None, None), ahead=await ahead(tx, ticket, now))


async def facts(tx: Tx, ticket: Ticket) -> tuple[Fact, ...]:
    """All that happened to a ticket, in order."""
    return await lines.facts(tx, ticket.id)


async def spent(tx: Tx, ticket: Ticket) -> Times:
    """How long a ticket waited, was on its way, and was served."""
    return times(await lines.facts(tx, ticket.id))


# ------------------------------------------------------------------------------------------------ going and coming


async def leave(tx: Tx, ticket: Ticket, by: str, now: datetime) -> Ticket:
    """The person gives up, or staff saw them go. Raises NotWaiting once the ticket is at a counter, or over."""
    held = await _alone(tx, ticket)
    if held.counter_id is not None:
        here = posts.c.counter_id == held.counter_id
        await tx.one(select(posts.c.ticket_id).where(here).with_for_update())
        held = await _fresh(tx, ticket)  # `serve` holds the row of the post only
    if held.state not in (State.WAITING, State.CALLED, State.MISSED):
        raise NotWaiting(number=held.number, state=held.state.chinese)
    gone: dict[str, Any] = {"state": State.LEFT, "ended_at": now}
    at_it = (posts.c.counter_id == held.counter_id, posts.c.ticket_id == held.id)
    await tx.run(update(posts).where(*at_it).values(ticket_id=None))
    await lines.change(tx, held.id, live_key=None, **gone)
    await lines.write(tx, held.hall_id, What.LEFT, now, by, held.id)
    await lines.show(tx, held.hall_id)
    return replace(held, **gone)


async def come_back(tx: Tx, ticket: Ticket, by: str, now: datetime) -> Ticket:
    """Someone whose number was missed is here: they wait again where `rules.back_at` says.

    Raises NotMissed, and NotWaiting once its day is over.
    """
    held = await _alone(tx, ticket)
    if held.ended_at is not None:
        raise NotWaiting(number=held.number, state=held.state.chinese)
    if held.state is not State.MISSED:
        raise NotMissed(number=held.number, state=held.state.chinese)
    line = await lines.waiting(tx, held.hall_id, [held.group_id], held.on)
    queued_at = the_rules.back_at(line, await lines.rules(tx, held.hall_id), now)
    again: dict[str, Any] = {"state": State.WAITING, "queued_at": queued_at, "calls": 0, "privilege": None}
    await lines.change(tx, held.id, **again)
    await lines.write(tx, held.hall_id, What.BACK, now, by, held.id)
    await lines.show(tx, held.hall_id)
    return replace(held, **again)


async def _alone(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket as it stands once nobody else takes from its group's line."""
    while True:
        await lines.lock(tx, ticket.hall_id, [ticket.group_id], ticket.on)
        held = await _fresh(tx, ticket)
        if held.group_id == ticket.group_id:
            return held
        ticket = held  # it was transferred before we held the row


async def _fresh(tx: Tx, ticket: Ticket) -> Ticket:
    held = await lines.ticket(tx, ticket.id)
    if held is None:
        raise TicketNotFound(number=ticket.number)
    return held


async def end_day(tx: Tx, hall_id: str, on: date, now: datetime) -> int:
    """After the doors have closed: who still waits has left, who was called has missed it, whoever is at a counter is
    done, and every counter is closed. Returns how many tickets it ended; doing it again changes nothing.
    """
    of_day = select(ticket_counters.c.group_id).where(ticket_counters.c.hall_id == hall_id, ticket_counters.c.on == on)
    await lines.lock(tx, hall_id, [row.group_id for row in await tx.all(of_day)], on)
    closed = await _close_posts(tx, hall_id, on, now)
    open_tickets = (tickets.c.hall_id == hall_id, tickets.c.on == on, tickets.c.ended_at.is_(None))
    ended = [lines.ticket_of(row) for row in await tx.all(lines.select_tickets.where(*open_tickets))]
    for ticket in ended:
        state, what = ENDS[ticket.state]
        await lines.change(tx, ticket.id, state=state, ended_at=now, live_key=None)
        if ticket.state is not state:
            await lines.write(tx, hall_id, what, now, JOB, ticket.id, ticket.counter_id)
    if ended or closed:
        await lines.show(tx, hall_id)
    return len(ended)


async def end_past_days(tx: Tx, hall_id: str, now: datetime) -> int:
    """For a job: ends every day before today that somebody forgot to end. Returns how many tickets it ended."""
    today = day_of(now)
    left_open = (tickets.c.hall_id == hall_id, tickets.c.on < today, tickets.c.ended_at.is_(None))
    days = {row.on for row in await tx.all(select(tickets.c.on).where(*left_open).distinct())}
    return sum([await end_day(tx, hall_id, on, now) for on in sorted(days | {today - timedelta(days=1)})])


ENDS = {
    State.WAITING: (State.LEFT, What.LEFT),
    State.CALLED: (State.MISSED, What.MISSED),
    State.MISSED: (State.MISSED, What.MISSED),  # nobody came back: no new fact
    State.SERVING: (State.SERVED, What.SERVED),
}


async def _close_posts(tx: Tx, hall_id: str, on: date, now: datetime) -> int:
    """Those manned on that day or before, in the order of their locks."""
    day_ends = instant_at(on + timedelta(days=1), datetime.min.time())
    manned = (posts.c.hall_id == hall_id, posts.c.state != PostState.CLOSED, posts.c.since < day_ends)
    asked = select(posts.c.counter_id).where(*manned).order_by(posts.c.counter_id).with_for_update()
    found = [row.counter_id for row in await tx.all(asked)]
    for counter_id in found:
        shut = {"state": PostState.CLOSED, "ticket_id": None, "since": now}
        await tx.run(update(posts).where(posts.c.counter_id == counter_id).values(**shut))
        await lines.write(tx, hall_id, What.CLOSED, now, JOB, counter_id=counter_id)
    return len(found)


# ------------------------------------------------------------------------------------------------ the rule


async def rules(tx: Tx, hall_id: str) -> Rules:
    """The hall's rule, the usual one where none is set."""
    return await lines.rules(tx, hall_id)


async def set_rules(tx: Tx, hall_id: str, given: Mapping[str, Any], staff: StaffMember, now: datetime) -> Rules:
    """Sets the hall's rule from plain data, at once for everyone who waits. Raises HallNotFound, BadRules."""
    await places.hall(tx, hall_id)
    checked = the_rules.read(given)
    written = {"rules": the_rules.plain(checked), "set_by": staff.name, "set_at": now}
    step = update(queue_rules).where(queue_rules.c.hall_id == hall_id).values(**written)
    if await tx.run(step) == 0:
        try:
            await tx.run(insert(queue_rules).values(hall_id=hall_id, **written))
        except Duplicate:
            await tx.run(step)
    await lines.show(tx, hall_id)
    return checked
