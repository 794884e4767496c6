"""Reading and locking the lines of people, and writing down what changed: what the verbs of the queue stand on.

Locks are taken in one order: the day's `ticket_counters` rows of the groups, sorted by group; then the row of the post;
then tickets. Whoever holds the row of a group's day is alone in taking from its line or adding to it, so lines
are read without locking tickets: in READ COMMITTED a plain read behind the lock sees all that was committed before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from hall.appointments.tables import appointments, slots
from hall.queue.model import Fact, Privilege, State, Ticket, What
from hall.queue.rules import Flow, Rules, read
from hall.queue.tables import queue_rules, ticket_counters, ticket_facts, tickets
from kit.db import Duplicate, Tx
from kit.live import bump

BEFORE_ITS_TURN = "before its turn"  # note of a call that overtook somebody

select_tickets = (
    select(*(tickets.c[f.name] for f in fields(Ticket) if f.name in tickets.c), slots.c.starts_at)
    .outerjoin(appointments, appointments.c.id == tickets.c.appointment_id)
    .outerjoin(slots, slots.c.id == appointments.c.slot_id)
    .order_by(tickets.c.id)
)


def ticket_of(row: Any) -> Ticket:
    found = dict(zip(row._fields, row, strict=True))
    privilege = None if row.privilege is None else Privilege(row.privilege)
    return Ticket(**(found | {"state": State(row.state), "privilege": privilege}))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The locked row of a group's day."""

    last: int  # number given out
    run: int  # privileged tickets called in a row


async def lock(tx: Tx, hall_id: str, group_ids: Iterable[int], on: date) -> dict[int, Numbers]:
    """Until the transaction ends nobody else takes a number of these groups, or calls from them."""
    wanted = sorted(set(group_ids))
    here = (ticket_counters.c.hall_id == hall_id, ticket_counters.c.on == on, ticket_counters.c.group_id.in_(wanted))
    locked = (
        select(ticket_counters.c.group_id, ticket_counters.c.last, ticket_counters.c.privileged_run)
        .where(*here)
        .order_by(ticket_counters.c.group_id)
        .with_for_update()
    )
    found = await tx.all(locked)
    if len(found) < len(wanted):
        there = {row.group_id for row in found}
        for group_id in wanted:
            if group_id not in there:
                await _begin(tx, hall_id, group_id, on)
        found = await tx.all(locked)
    return {row.group_id: Numbers(row.last, row.privileged_run) for row in found}


async def _begin(tx: Tx, hall_id: str, group_id: int, on: date) -> None:
    """The first of the day makes the row; two firsts at once make one."""
    try:
        new = insert(ticket_counters).values(hall_id=hall_id, group_id=group_id, on=on, last=0, privileged_run=0)
        await tx.run(new)
    except Duplicate:
        pass


async def number(tx: Tx, hall_id: str, group_id: int, on: date, **values: int) -> None:
    """Changes the row of a group's day, which is locked: `last` or `privileged_run`."""
    here = (ticket_counters.c.hall_id == hall_id, ticket_counters.c.group_id == group_id, ticket_counters.c.on == on)
    await tx.run(update(ticket_counters).where(*here).values(**values))


async def waiting(tx: Tx, hall_id: str, group_ids: Iterable[int], on: date) -> tuple[Ticket, ...]:
    """All who wait in these groups, in the order of their tickets."""
    here = (tickets.c.hall_id == hall_id, tickets.c.group_id.in_(sorted(set(group_ids))), tickets.c.on == on)
    rows = await tx.all(select_tickets.where(*here, tickets.c.state == State.WAITING))
    return tuple(ticket_of(row) for row in rows)


async def rules(tx: Tx, hall_id: str) -> Rules:
    """The hall's rule, the usual one where none is set."""
    kept: dict[str, Any] | None = await tx.value(select(queue_rules.c.rules).where(queue_rules.c.hall_id == hall_id))
    return read(kept or {})


async def flow(tx: Tx, line: Sequence[Ticket], hall_id: str, numbers: Mapping[int, int], on: date) -> Flow:
    """What was called from these groups since the first of `line` queued; `numbers` gives each group's run."""
    run = max(numbers.values(), default=0)
    if not any(ticket.privilege for ticket in line):
        return Flow(run)  # nobody could be called before their turn
    since = min(ticket.queued_at for ticket in line)
    of_groups = (tickets.c.group_id.in_(sorted(numbers)), tickets.c.on == on)
    calls = (ticket_facts.c.hall_id == hall_id, ticket_facts.c.at >= since, ticket_facts.c.what == What.CALLED)
    asked = select(ticket_facts.c.at, ticket_facts.c.note).join(tickets, tickets.c.id == ticket_facts.c.ticket_id)
    rows = await tx.all(asked.where(*calls, *of_groups).order_by(ticket_facts.c.at))
    return Flow(run, [row.at for row in rows], [row.at for row in rows if row.note == BEFORE_ITS_TURN])


async def runs(tx: Tx, hall_id: str, group_ids: Iterable[int], on: date) -> dict[int, int]:
    """Each group's run, as it stands; 0 before the first ticket of the day."""
    wanted = sorted(set(group_ids))
    here = (ticket_counters.c.hall_id == hall_id, ticket_counters.c.on == on, ticket_counters.c.group_id.in_(wanted))
    asked = select(ticket_counters.c.group_id, ticket_counters.c.privileged_run).where(*here)
    return dict.fromkeys(wanted, 0) | {row.group_id: row.privileged_run for row in await tx.all(asked)}


async def ticket(tx: Tx, ticket_id: int) -> Ticket | None:
    row = await tx.one(select_tickets.where(tickets.c.id == ticket_id))
    return None if row is None else ticket_of(row)


async def change(tx: Tx, ticket_id: int, **values: Any) -> None:
    await tx.run(update(tickets).where(tickets.c.id == ticket_id).values(**values))


async def write(
    tx: Tx,
    hall_id: str,
    what: What,
    now: datetime,
    by: str,
    ticket_id: int | None = None,
    counter_id: int | None = None,
    note: str | None = None,
) -> int:
    """Adds a fact; returns its number."""
    told = {"hall_id": hall_id, "what": what, "at": now, "by": by, "note": note}
    return await tx.insert(insert(ticket_facts).values(ticket_id=ticket_id, counter_id=counter_id, **told))


async def facts(tx: Tx, ticket_id: int) -> tuple[Fact, ...]:
    """All that happened to a ticket, in order."""
    columns = (ticket_facts.c[f.name] for f in fields(Fact))
    asked = select(*columns).where(ticket_facts.c.ticket_id == ticket_id).order_by(ticket_facts.c.id)
    return tuple(Fact(What(row.what), *row[1:]) for row in await tx.all(asked))


async def show(tx: Tx, hall_id: str) -> None:
    """The board has changed. Last in a transaction: until it ends, nobody else in the hall gets past this row."""
    await bump(tx, f"board:{hall_id}")


def live_key(citizen_id: int | None, group_id: int, on: date) -> str | None:
    return None if citizen_id is None else f"{citizen_id}:{group_id}:{on.isoformat()}"
