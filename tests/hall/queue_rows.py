"""Rows of a queue as its verbs leave them, put down directly: what a board shows, whatever brought it about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from hall.matters.model import Group
from hall.places import service as places
from hall.places.model import Counter
from hall.places.tables import counters
from hall.queue.board import version_name
from hall.queue.model import State
from hall.queue.tables import posts, tickets
from kit import live
from kit.clock import day_of
from kit.db import Tx


@dataclass(frozen=True)
class Post:
    id: int
    hall_id: str
    number: int


async def a_post(
    tx: Tx, hall_id: str, number: int, letters: Sequence[str], now: datetime, state: str = "open", name: str = ""
) -> Post:
    """A counter, and somebody at it unless it is closed."""
    await places.add_counter(tx, Counter(hall_id, number, name or f"{number}号窗口", tuple(letters)))
    return await man(tx, hall_id, number, now, state)


async def man(tx: Tx, hall_id: str, number: int, now: datetime, state: str = "open") -> Post:
    here = (counters.c.hall_id == hall_id, counters.c.number == number)
    counter_id = await tx.value(select(counters.c.id).where(*here))
    if state != "closed":
        manned = {"hall_id": hall_id, "state": state, "by": "张三丰", "ticket_id": None, "since": now}
        await tx.run(insert(posts).values(counter_id=counter_id, **manned))
    await live.bump(tx, version_name(hall_id))
    return Post(counter_id, hall_id, number)


async def a_waiting(tx: Tx, group: Group, number: str, now: datetime, citizen_id: int | None = None) -> int:
    facts = {"hall_id": group.hall_id, "group_id": group.id, "on": day_of(now), "number": number}
    taken = {"state": State.WAITING, "taken_at": now, "queued_at": now, "calls": 0, "citizen_id": citizen_id}
    ticket_id = await tx.insert(insert(tickets).values(**facts, **taken))
    await live.bump(tx, version_name(group.hall_id))
    return ticket_id


async def a_call(tx: Tx, ticket_id: int, post: Post, now: datetime) -> None:
    called = {"state": State.CALLED, "counter_id": post.id, "calls": 1, "called_at": now}
    await tx.run(update(tickets).where(tickets.c.id == ticket_id).values(**called))
    await tx.run(update(posts).where(posts.c.counter_id == post.id).values(ticket_id=ticket_id, since=now))
    await live.bump(tx, version_name(post.hall_id))


async def a_start(tx: Tx, ticket_id: int, post: Post, now: datetime) -> None:
    """The one who was called has come."""
    await tx.run(update(tickets).where(tickets.c.id == ticket_id).values(state=State.SERVING, serving_at=now))
    await tx.run(update(posts).where(posts.c.counter_id == post.id).values(since=now))
    await live.bump(tx, version_name(post.hall_id))
