"""Counters as the queue sees them: what each may call, and who sits there. Locked in the order of lines.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hall.matters import service as matters
from hall.matters.model import Group
from hall.places.model import Counter
from hall.places.tables import counters
from hall.queue import lines
from hall.queue.model import CounterNotFound, Post, PostNotOpen, PostState, PostTaken, State, StillServing, Ticket, What
from hall.queue.tables import posts
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter with what it may call. `only`: ids of the matters it serves, None for all of its groups."""

    id: int
    hall_id: str
    number: int
    groups: tuple[Group, ...]
    only: frozenset[str] | None

    @property
    def group_ids(self) -> list[int]:
        return [group.id for group in self.groups]

    def serves(self, ticket: Ticket) -> bool:
        return self.only is None or ticket.matter_id is None or ticket.matter_id in self.only


async def read_desk(tx: Tx, counter: Counter, is_locked: bool = False) -> Desk:
    """Raises CounterNotFound, for one that was taken down too."""
    named = (counters.c.hall_id == counter.hall_id, counters.c.number == counter.number)
    asked = select(counters.c.id, counters.c.groups, counters.c.matters).where(*named, counters.c.closed_at.is_(None))
    row = await tx.one(asked.with_for_update() if is_locked else asked)
    if row is None:
        raise CounterNotFound(number=counter.number)
    groups = tuple(one for one in await matters.groups(tx, counter.hall_id) if one.letter in row.groups)
    only = None if row.matters is None else frozenset(row.matters)
    return Desk(row.id, counter.hall_id, counter.number, groups, only)


_posts = select(posts.c.state, posts.c.by, posts.c.ticket_id, posts.c.since)


async def read_post(tx: Tx, desk: Desk, now: datetime, is_locked: bool = True) -> Post | None:
    """The post of a counter; one that a day's end forgot to close is closed."""
    asked = _posts.where(posts.c.counter_id == desk.id)
    row = await tx.one(asked.with_for_update() if is_locked else asked)
    if row is None:
        return None
    state, ticket_id = PostState(row.state), row.ticket_id
    if day_of(row.since) < day_of(now):
        state, ticket_id = PostState.CLOSED, None
    return Post(desk.id, desk.hall_id, desk.number, state, row.by, ticket_id, row.since)


def check_staff(desk: Desk, post: Post, staff: StaffMember) -> None:
    if post.by != staff.name:
        raise PostTaken(counter=desk.number, by=post.by)


async def manned(tx: Tx, desk: Desk, staff: StaffMember, now: datetime) -> Post:
    """The post, locked, at which this member of staff sits. Raises PostNotOpen, PostTaken."""
    post = await read_post(tx, desk, now)
    if post is None or post.state is PostState.CLOSED:
        raise PostNotOpen(counter=desk.number)
    check_staff(desk, post, staff)
    return post


async def check_free(tx: Tx, desk: Desk, post: Post) -> None:
    if post.ticket_id is not None and (held := await lines.ticket(tx, post.ticket_id)) is not None:
        raise StillServing(counter=desk.number, number=held.number)


async def call_here(
    tx: Tx, desk: Desk, staff: StaffMember, ticket: Ticket, what: What, now: datetime, note: str | None = None
) -> tuple[Ticket, int]:
    """Writes down that a ticket is called to this counter, whose post is locked; returns it, and the fact's number."""
    values: dict[str, Any] = {"state": State.CALLED, "counter_id": desk.id, "calls": ticket.calls + 1, "called_at": now}
    await lines.change(tx, ticket.id, **values)
    await tx.run(update(posts).where(posts.c.counter_id == desk.id).values(ticket_id=ticket.id))
    fact = await lines.write(tx, desk.hall_id, what, now, staff.name, ticket.id, desk.id, note)
    return replace(ticket, **values), fact


async def become(
    tx: Tx,
    desk: Desk,
    staff: StaffMember,
    held: Ticket,
    what: What,
    now: datetime,
    note: str | None = None,
    **values: Any,
) -> Ticket:
    """Writes down what a ticket at this counter has become, and shows it on the board."""
    await lines.change(tx, held.id, **values)
    await lines.write(tx, desk.hall_id, what, now, staff.name, held.id, desk.id, note)
    await lines.show(tx, desk.hall_id)
    return replace(held, **values)


async def begin_here(tx: Tx, desk: Desk, staff: StaffMember, called: Ticket, now: datetime) -> Ticket:
    return await become(tx, desk, staff, called, What.SERVING, now, state=State.SERVING, serving_at=now)
