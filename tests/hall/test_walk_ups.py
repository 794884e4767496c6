"""Somebody at the counter without a number: served at once while nobody waits, never past the line, never two at once."""

import pytest
from sqlalchemy import func, select

from hall.queue import calling, walk_ups
from hall.queue import service as queue
from hall.queue.desks import read_desk
from hall.queue.model import GroupNotFound, OthersWait, PostPaused, State, StillServing, Ticket
from hall.queue.tables import tickets
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, at_once
from tests.hall.lines import CLERK, Here, after, an_open_counter


async def serve(db: Database, here: Here, minutes: float = 0, letter: str = "A") -> Ticket:
    return await db.transact(walk_ups.serve_who_is_here, here.counter, CLERK, letter, None, after(minutes))


async def serving(db: Database) -> int:
    async with db.read() as tx:
        asked = select(func.count()).select_from(tickets).where(tickets.c.state == State.SERVING)
        return int(await tx.value(asked))


async def test_who_has_no_number_is_served_at_once_and_counted_like_everybody(db: Database) -> None:
    here = await db.transact(an_open_counter)
    served = await serve(db, here)
    assert (served.number, served.state, served.serving_at) == ("A001", State.SERVING, MONDAY)
    done = await db.transact(calling.finish, here.counter, CLERK, after(6))
    spent = await db.consult(queue.spent, done)
    assert (spent.waited, spent.way, spent.served) == (0, 0, 360_000)
    assert (await serve(db, here, 7)).number == "A002"


async def test_nobody_is_put_past_those_who_wait_and_an_empty_chair_serves_nobody(db: Database) -> None:
    here = await db.transact(an_open_counter)
    with pytest.raises(GroupNotFound):
        await serve(db, here, letter="B")  # not of this counter
    await db.transact(queue.take, HALL.id, here.b, None, MONDAY)  # they wait for another one
    await serve(db, here)
    await db.transact(calling.finish, here.counter, CLERK, after(1))
    await db.transact(queue.take, HALL.id, here.a, None, after(1))
    with pytest.raises(OthersWait, match="有1位在等1号窗口"):
        await serve(db, here, 2)
    await db.transact(calling.call_next, here.counter, CLERK, after(2))
    with pytest.raises(StillServing):
        await serve(db, here, 3)
    await db.transact(calling.serve, here.counter, CLERK, after(3))
    await db.transact(calling.finish, here.counter, CLERK, after(4))
    await db.transact(calling.pause, here.counter, CLERK, after(4))
    with pytest.raises(PostPaused):
        await serve(db, here, 5)


async def test_of_two_presses_at_once_one_serves(db: Database) -> None:
    here = await db.transact(an_open_counter)
    ended = await at_once(db, *(serve(db, here) for _ in range(3)))
    assert sorted(type(one).__name__ for one in ended) == ["StillServing", "StillServing", "Ticket"]
    assert await serving(db) == 1


async def test_control_without_the_look_at_the_counter_two_would_be_served(db: Database) -> None:
    here = await db.transact(an_open_counter)
    desk = await db.consult(read_desk, here.counter)
    for _ in range(2):
        await db.transact(walk_ups.begin, desk, CLERK, here.a, None, MONDAY)
    assert await serving(db) == 2
