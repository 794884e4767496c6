"""Somebody at the counter without a number: served at once while nobody waits, never past the line, never two at once."""

import pytest
from sqlalchemy import func, select

from hall.appointments import rule_book
from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.appointments.model import State as Booked
from hall.appointments.refusals import TooEarly
from hall.queue import calling, walk_ups
from hall.queue import service as queue
from hall.queue.desks import read_desk
from hall.queue.model import GroupNotFound, NotExpected, OthersWait, PostPaused, State, StillServing, Ticket
from hall.queue.tables import tickets
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_matter, at_once, book, slots_on
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


async def an_appointment_at_half_past_ten(tx: Tx, here: Here) -> Appointment:
    """Whoever has it may come from 10:15 to 10:40; it is 10:00."""
    await rule_book.set_rules(tx, HALL.id, {"check_in": {"opens_minutes": 15, "late_minutes": 10}}, "赵主任", MONDAY)
    matter = await a_matter(tx, here.a)
    slot = next(one for one in await slots_on(tx, here.a, 23) if one.starts_at == after(30))
    return await book(tx, await a_citizen(tx), slot.id, matter, "王小明", "13800000001", MONDAY)


async def test_who_is_early_for_an_appointment_is_served_while_nobody_waits_and_checks_in_by_it(db: Database) -> None:
    here = await db.transact(an_open_counter)
    held = await db.transact(an_appointment_at_half_past_ten, here)
    with pytest.raises(TooEarly):
        await db.transact(queue.take, HALL.id, here.a, held.citizen_id, after(1), held)  # a number would pass others
    served = await db.transact(walk_ups.serve_who_is_here, here.counter, CLERK, "", held, after(1))
    assert (served.state, served.appointment_id) == (State.SERVING, held.id)
    come = await db.consult(appointments.find, held.number)
    assert come is not None and come.state is Booked.ARRIVED


async def test_who_is_late_or_has_cancelled_is_told_of_to_the_clerk_with_what_to_press(db: Database) -> None:
    here = await db.transact(an_open_counter)
    held = await db.transact(an_appointment_at_half_past_ten, here)
    with pytest.raises(NotExpected, match="过了可以签到的时间，用不上了。现在没有人在等，想今天办的话，请选“没有预约”"):
        await db.transact(walk_ups.serve_who_is_here, here.counter, CLERK, "A", held, after(41))
    await db.transact(appointments.cancel, held.citizen_id, held.number, after(2), CLERK.name)
    with pytest.raises(NotExpected, match="已经取消了"):
        await db.transact(walk_ups.serve_who_is_here, here.counter, CLERK, "A", held, after(3))
    assert await serving(db) == 0
    assert (await serve(db, here, 41)).state is State.SERVING


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
