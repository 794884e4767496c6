"""Closing while others close, book, or cut slots. Each race has a control that shows what the guard is there for."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from hall.appointments import closures, slots
from hall.appointments.closures import How
from hall.appointments.model import Slot, State
from hall.appointments.tables import appointments as rows
from hall.appointments.tables import closures as closure_rows
from hall.appointments.tables import slots as slot_rows
from hall.matters.model import Matter
from hall.places import service as places
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on
from tests.hall.test_appointment_races import enter

TUESDAY = (at(24, 0), at(25, 0))
HELD_SECONDS = 0.2  # how long the first keeps its transaction open while the second comes


async def shut(tx: Tx, span: tuple[datetime, datetime] = TUESDAY, by: str = "王主任") -> closures.Closure:
    return await closures.shut(tx, HALL.id, None, *span, "停电检修", by, MONDAY)


async def closures_seen(db: Database) -> int:
    async with db.read() as tx:
        return int(await tx.value(select(func.count()).select_from(closure_rows)))


async def test_two_who_close_the_same_span_at_once_make_one_closure(db: Database) -> None:
    await db.transact(a_hall)
    async with db.tx() as tx:
        first = await shut(tx)
        second = asyncio.create_task(db.transact(shut, TUESDAY, "李主任"))
        await asyncio.sleep(HELD_SECONDS)
        assert await closures_seen(db) == 0  # the control: who only looked would make another now
    assert ((await second).id, (await second).made_by) == (first.id, "王主任")
    assert await closures_seen(db) == 1


async def test_of_two_closures_that_overlap_each_slot_belongs_to_one_and_nobody_is_left(db: Database) -> None:
    matter, found = await db.transact(a_week)
    people = [await db.transact(a_citizen, f"o-{n}") for n in range(6)]
    held = [
        await db.transact(book, who, found[n * 2].id, matter, "王芳", f"1380000000{n}", MONDAY)
        for n, who in enumerate(people)
    ]
    spans = ((at(24, 9), at(24, 12)), (at(24, 11), at(24, 17)))
    close = (closures.close, HALL.id, None)
    done = await at_once(db, *(db.transact(*close, *span, "停电", How.MOVE, "王主任", MONDAY) for span in spans))
    assert [one for one in done if isinstance(one, BaseException)] == []
    async with db.read() as tx:
        behind = select(func.count()).select_from(rows).join(slot_rows, slot_rows.c.id == rows.c.slot_id)
        assert await tx.value(behind.where(rows.c.state == State.BOOKED, slot_rows.c.closure_id.is_not(None))) == 0
        assert await tx.value(select(func.count()).select_from(rows).where(rows.c.state == State.BOOKED)) == len(held)
        for one in found:
            said = await tx.value(select(slot_rows.c.booked).where(slot_rows.c.id == one.id))
            live = (rows.c.slot_id == one.id, rows.c.state == State.BOOKED)
            assert said == await tx.value(select(func.count()).select_from(rows).where(*live))


async def a_week(tx: Tx) -> tuple[Matter, tuple[Slot, ...]]:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    return matter, await slots_on(tx, group, 24, 25, capacity=20)


async def left_behind(db: Database) -> int:
    """How many are booked in a slot that is shut."""
    behind = select(func.count()).select_from(rows).join(slot_rows, slot_rows.c.id == rows.c.slot_id)
    async with db.read() as tx:
        shut_in = (rows.c.live_key.is_not(None), slot_rows.c.closure_id.is_not(None))
        return int(await tx.value(behind.where(*shut_in)))


async def test_whoever_books_while_the_hall_closes_is_not_left_behind(db: Database) -> None:
    matter, found = await db.transact(a_week)
    people = [await db.transact(a_citizen, f"o-{n}") for n in range(12)]
    form = (found[0].id, matter, "王芳")
    booking = [db.transact(book, who, *form, f"138000000{n:02d}", MONDAY) for n, who in enumerate(people)]
    close = (closures.close, HALL.id, None, *TUESDAY, "停电", How.MOVE, "王主任", MONDAY)
    await at_once(db, *booking[:6], db.transact(*close), *booking[6:])
    assert await left_behind(db) == 0


async def test_control_a_booking_that_trusts_what_it_saw_is_left_behind(db: Database) -> None:
    matter, found = await db.transact(a_week)
    who = await db.transact(a_citizen)

    async def trusting() -> None:
        async with db.read() as tx:
            seen = await slots.slot(tx, found[0].id)
        await asyncio.sleep(HELD_SECONDS)
        assert seen is not None and seen.left > 0
        async with db.tx() as tx:
            of_it: Any = slot_rows.c.id == seen.id
            await tx.run(update(slot_rows).where(of_it).values(booked=slot_rows.c.booked + 1))
            await enter(tx, who.id, seen, matter, MONDAY)

    late = asyncio.create_task(trusting())
    await asyncio.sleep(HELD_SECONDS / 4)
    await db.transact(closures.close, HALL.id, None, *TUESDAY, "停电", How.MOVE, "王主任", MONDAY)
    await late
    assert await left_behind(db) == 1


async def test_slots_cut_while_the_hall_closes_are_shut_too(db: Database) -> None:
    async def planned(tx: Tx) -> None:
        await a_hall(tx)
        await slots.set_plan(tx, await a_group(tx), 30, 2, 0, "王主任", MONDAY)

    async def open_on_tuesday(tx: Tx) -> int:
        tuesday = (slot_rows.c.on == at(24, 0).date(), slot_rows.c.closure_id.is_(None))
        return int(await tx.value(select(func.count()).select_from(slot_rows).where(*tuesday)))

    await db.transact(planned)
    async with db.tx() as tx:
        await slots.make_ahead(tx, HALL, await places.calendar(tx, HALL.id), 3, MONDAY)
        assert await open_on_tuesday(tx) > 0
        closing = asyncio.create_task(db.transact(shut))
        await asyncio.sleep(HELD_SECONDS)
        assert await db.consult(open_on_tuesday) == 0  # the control: who only looked would find nothing to shut
    await closing
    assert await db.consult(open_on_tuesday) == 0
