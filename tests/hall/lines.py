"""Lines of people and the counters that call them, for tests of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from hall.matters.model import Group
from hall.places import service as places
from hall.places.model import Counter
from hall.places.tables import counters
from hall.queue import calling, lines
from hall.queue.model import NobodyWaits, Privilege, State, Ticket, What
from hall.queue.tables import ticket_counters, ticket_facts, tickets
from hall.staff.model import Grant, Role, StaffMember
from kit.clock import day_of
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall

CLERK = StaffMember(1, "王芳", (Grant(Role.CLERK),), False)
OTHER = StaffMember(2, "李强", (Grant(Role.CLERK),), False)
TODAY = day_of(MONDAY)
PRIVILEGES = tuple(Privilege)[:4]


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def clerk(n: int) -> StaffMember:
    return StaffMember(n, f"窗口{n}", (Grant(Role.CLERK),), False)


async def a_counter(tx: Tx, number: int = 1, letters: str = "A", only: Sequence[str] | None = None) -> Counter:
    counter = Counter(hall_id=HALL.id, number=number, name=f"{number}号窗口", groups=tuple(letters))
    await places.add_counter(tx, counter)
    if only is not None:
        await tx.run(update(counters).where(counters.c.number == number).values(matters=list(only)))
    return counter


@dataclass(frozen=True)
class Here:
    a: Group
    b: Group
    counter: Counter


async def an_open_counter(tx: Tx) -> Here:
    """A hall with groups A and B, and one open counter for A."""
    await a_hall(tx)
    here = Here(await a_group(tx, "A"), await a_group(tx, "B"), await a_counter(tx))
    await calling.open_post(tx, here.counter, CLERK, MONDAY)
    return here


async def a_line(
    tx: Tx,
    group: Group,
    privileges: Sequence[Privilege | None],
    apart: timedelta = timedelta(seconds=20),
    now: datetime = MONDAY,
) -> tuple[Ticket, ...]:
    """Tickets that were taken one after the other before `now`, all at one go."""
    on = day_of(now)
    began = now - apart * len(privileges)
    blank = {"citizen_id": None, "appointment_id": None, "live_key": None, "matter_id": None}
    rows = [
        blank
        | {
            "hall_id": group.hall_id,
            "group_id": group.id,
            "on": on,
            "number": f"{group.letter}{n + 1:03d}",
            "state": State.WAITING,
            "taken_at": began + apart * n,
            "queued_at": began + apart * n,
            "privilege": privilege,
            "calls": 0,
        }
        for n, privilege in enumerate(privileges)
    ]
    for first in range(0, len(rows), 200):
        await tx.run(insert(tickets).values(rows[first : first + 200]))
    row = {"hall_id": group.hall_id, "group_id": group.id, "on": on, "last": len(rows), "privileged_run": 0}
    await tx.run(insert(ticket_counters).values(**row))
    return await lines.waiting(tx, group.hall_id, [group.id], on)


async def called_numbers(db: Database) -> list[str]:
    """Numbers in the order in which they were called, as the facts have it."""
    asked = (
        select(tickets.c.number)
        .join(ticket_facts, ticket_facts.c.ticket_id == tickets.c.id)
        .where(ticket_facts.c.what == What.CALLED)
        .order_by(ticket_facts.c.id)
    )
    async with db.read() as tx:
        return [row.number for row in await tx.all(asked)]


async def now_as(db: Database, ticket: Ticket) -> Ticket:
    """The ticket as the database has it."""
    async with db.read() as tx:
        found = await lines.ticket(tx, ticket.id)
    assert found is not None
    return found


def a_ticket(n: int, queued_at: datetime, privilege: Privilege | None = None, **values: object) -> Ticket:
    """A ticket that no database knows."""
    blank = dict.fromkeys(field.name for field in fields(Ticket))
    told = {"id": n, "hall_id": HALL.id, "group_id": 1, "on": TODAY, "number": f"A{n:03d}", "calls": 0}
    times = {"taken_at": queued_at, "queued_at": queued_at, "privilege": privilege, "state": State.WAITING}
    return replace(Ticket(**(blank | told | times)), **values)


async def a_hall_with(db: Database, *privileges: Privilege | None) -> tuple[Here, tuple[Ticket, ...]]:
    here = await db.transact(an_open_counter)
    return here, await db.transact(a_line, here.a, privileges)


async def call_all(db: Database, counter: Counter, minutes: float = 0) -> list[str]:
    """Calls everyone, each served at once."""
    while True:
        try:
            await db.transact(calling.call_next, counter, CLERK, after(minutes))
        except NobodyWaits:
            return await called_numbers(db)
        await db.transact(calling.serve, counter, CLERK, after(minutes))
        await db.transact(calling.finish, counter, CLERK, after(minutes))
        minutes += 0.1


async def miss(db: Database, counter: Counter) -> Ticket:
    called = await db.transact(calling.call_next, counter, CLERK, MONDAY)
    for _ in range(2):
        await db.transact(calling.recall, counter, CLERK, after(1))
    await db.transact(calling.missed, counter, CLERK, after(2))
    return called
