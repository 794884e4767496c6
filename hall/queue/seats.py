"""Who sits where, and all that a clerk sees of a counter at one glance. Reading only: nothing is locked."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from hall.places import service as places
from hall.places.model import Counter
from hall.places.tables import counters
from hall.queue import calling, lines
from hall.queue.desks import read_desk, read_post
from hall.queue.model import Called, CounterNotFound, InLine, Post, PostState, State, Ticket
from hall.queue.tables import posts, tickets
from hall.staff.model import StaffMember
from kit.clock import day_of, instant_at, to_ms
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter of the hall, and who sits there now (None: nobody)."""

    counter: Counter
    by: str | None


@dataclass(frozen=True, slots=True)
class Sight:
    """A manned counter. `missed`: of its groups, whom a call did not reach and who may come back today."""

    counter: Counter
    post: Post
    called: Called | None
    line: tuple[InLine, ...]
    today: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]

    @property
    def mark(self) -> str:
        """Differs as soon as who is at the counter, or whether it is open, does."""
        held = None if self.called is None else self.called.ticket
        of_ticket = (
            "" if held is None else f"{held.id}-{held.state}-{held.calls}-{to_ms(held.called_at or held.taken_at)}"
        )
        return f"{self.post.counter_id}-{self.post.state}-{of_ticket}"


async def seats(tx: Tx, hall_id: str, now: datetime) -> tuple[Seat, ...]:
    """Every counter of the hall in the order of their numbers."""
    begins = instant_at(day_of(now), time())
    manned = (
        select(counters.c.number, posts.c.by)
        .join(posts, posts.c.counter_id == counters.c.id)
        .where(posts.c.hall_id == hall_id, posts.c.state != PostState.CLOSED, posts.c.since >= begins)
    )
    by = {row.number: row.by for row in await tx.all(manned)}
    return tuple(Seat(one, by.get(one.number)) for one in await places.counters(tx, hall_id))


async def counter(tx: Tx, hall_id: str, number: int) -> Counter:
    """Raises CounterNotFound."""
    for one in await places.counters(tx, hall_id):
        if one.number == number:
            return one
    raise CounterNotFound(number=number)


async def own(tx: Tx, hall_id: str, staff: StaffMember, now: datetime) -> Counter | None:
    """Where this member of staff sits; None where they have not sat down."""
    return next((one.counter for one in await seats(tx, hall_id, now) if one.by == staff.name), None)


async def sight(tx: Tx, hall_id: str, staff: StaffMember, now: datetime) -> Sight | None:
    """All that this member of staff sees of the counter they sit at; None where they have not sat down."""
    here = await own(tx, hall_id, staff, now)
    if here is None:
        return None
    desk = await read_desk(tx, here)
    post = await read_post(tx, desk, now, is_locked=False)
    if post is None or post.state is PostState.CLOSED:
        return None
    day = (tickets.c.hall_id == hall_id, tickets.c.on == day_of(now))
    over = tickets.c.state.in_([State.SERVED, State.MISSED, State.LEFT, State.SERVING, State.CALLED])
    away = (tickets.c.group_id.in_(desk.group_ids), tickets.c.state == State.MISSED, tickets.c.ended_at.is_(None))
    today = await tx.all(lines.select_tickets.where(*day, tickets.c.counter_id == desk.id, over))
    missed = await tx.all(lines.select_tickets.where(*day, *away))
    return Sight(
        counter=here,
        post=post,
        called=await calling.called(tx, here, now),
        line=await calling.in_line(tx, here, now),
        today=tuple(lines.ticket_of(row) for row in reversed(today)),
        missed=tuple(lines.ticket_of(row) for row in missed),
    )


async def of_day(tx: Tx, hall_id: str, on: date) -> tuple[Ticket, ...]:
    """Every ticket of a day at a hall that is not over, in the order they were taken."""
    here = (tickets.c.hall_id == hall_id, tickets.c.on == on, tickets.c.ended_at.is_(None))
    return tuple(lines.ticket_of(row) for row in await tx.all(lines.select_tickets.where(*here)))
