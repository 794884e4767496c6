"""Holding a place: it belongs to one person, there are few of them, and none is lost or doubled."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from hall.appointments import holds, rule_book
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Hold, Slot, State
from hall.appointments.refusals import (
    HoldNotFound,
    LimitReached,
    NotBookable,
    OutsideWindow,
    SlotFull,
    SlotGone,
    TooManyHolds,
)
from hall.appointments.tables import appointments as appointment_rows
from hall.appointments.tables import freed_places
from hall.appointments.tables import holds as hold_rows
from hall.appointments.tables import slots as slot_rows
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at_once, book, slots_on

LATER = MONDAY + timedelta(minutes=6)  # five minutes is how long a place is kept
Place = tuple[Citizen, Matter, tuple[Slot, ...]]


async def a_place(tx: Tx, capacity: int = 1, **rules: Any) -> Place:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, rules, "王主任", MONDAY)
    return await a_citizen(tx), matter, await slots_on(tx, group, 24, 25, capacity=capacity)


async def people(tx: Tx, n: int) -> list[Citizen]:
    return [await a_citizen(tx, f"o-{number}") for number in range(n)]


async def taken(tx: Tx, slot: Slot) -> tuple[int, int]:
    """What the slot says is taken, and what really is: appointments, kept places, places on their way back."""
    said = await tx.value(select(slot_rows.c.booked).where(slot_rows.c.id == slot.id))
    live = (appointment_rows.c.slot_id == slot.id, appointment_rows.c.state != State.CANCELLED)
    really = await tx.value(select(func.count()).select_from(appointment_rows).where(*live))
    for table in (hold_rows, freed_places):
        really += await tx.value(select(func.count()).select_from(table).where(table.c.slot_id == slot.id))
    return said, really


async def test_held_place_is_had_by_nobody_else_and_booked_by_its_person(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    li = await db.transact(a_citizen, "o-li")
    held = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)
    assert held.until_at == MONDAY + timedelta(minutes=5)
    with pytest.raises(SlotFull):
        await db.transact(book, li, slots[0].id, matter, "李雷", "13800000002", MONDAY)
    await db.transact(book, wang, slots[0].id, matter, "王芳", "13800000001", MONDAY)
    assert await db.consult(taken, slots[0]) == (1, 1)
    assert await db.consult(holds.own, wang.id, MONDAY) == ()


async def test_held_place_can_be_moved_to(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    made = await db.transact(book, wang, slots[0].id, matter, "王芳", "13800000001", MONDAY)
    await db.transact(holds.hold, wang.id, slots[1].id, matter, MONDAY)
    await db.transact(appointments.reschedule, wang.id, made.number, slots[1].id, MONDAY)
    assert [await db.consult(taken, slot) for slot in slots[:2]] == [(0, 0), (1, 1)]


async def test_holding_again_prolongs_nothing(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    first = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)
    again = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY + timedelta(minutes=3))
    assert (again.id, again.until_at) == (first.id, first.until_at)


async def test_second_hold_is_refused_until_the_first_is_over(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    first = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)
    with pytest.raises(TooManyHolds, match="您已经占着1个号还没约完"):
        await db.transact(holds.hold, wang.id, slots[1].id, matter, MONDAY)
    await db.transact(holds.release, wang.id, first.id, MONDAY)
    await db.transact(holds.hold, wang.id, slots[1].id, matter, MONDAY)
    await db.transact(holds.hold, wang.id, slots[2].id, matter, LATER)
    assert [await db.consult(taken, slot) for slot in slots[:3]] == [(0, 0), (0, 0), (1, 1)]


async def test_hold_of_another_cannot_be_released(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    held = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)
    li = await db.transact(a_citizen, "o-li")
    with pytest.raises(HoldNotFound):
        await db.transact(holds.release, li.id, held.id, MONDAY)


async def test_holds_keep_to_the_rules(db: Database) -> None:
    rules = {"window": {"first": 1, "last": 1}, "limit": [{"most": 1, "per": "day", "by": ["citizen"]}]}
    wang, matter, slots = await db.transact(a_place, **rules)
    with pytest.raises(OutsideWindow):
        await db.transact(holds.hold, wang.id, slots[-1].id, matter, MONDAY)
    await db.transact(book, wang, slots[0].id, matter, "王芳", "13800000001", MONDAY)
    with pytest.raises(LimitReached, match="每个微信号每天最多有1个预约"):
        await db.transact(holds.hold, wang.id, slots[1].id, matter, MONDAY)


async def test_what_cannot_be_booked_cannot_be_held(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    closed = await db.transact(a_matter, await db.transact(a_group, "B"), "walk-in", is_open_to_booking=False)
    with pytest.raises(NotBookable):
        await db.transact(holds.hold, wang.id, slots[0].id, closed, MONDAY)
    async with db.tx() as tx:
        await tx.run(update(slot_rows).values(closure_id=7))
    with pytest.raises(SlotGone):
        await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)


async def test_hold_of_a_full_slot_comes_back_by_lot(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place, freed_minutes=[1, 10])
    held = await db.transact(holds.hold, wang.id, slots[0].id, matter, MONDAY)
    await db.transact(holds.release, wang.id, held.id, MONDAY)
    assert await db.consult(taken, slots[0]) == (1, 1)  # nobody can know when it will be free


# ------------------------------------------------------------------------------------------------ everybody at once


async def test_sixty_people_hold_five_places(db: Database) -> None:
    _, matter, slots = await db.transact(a_place, 5)
    crowd = await db.transact(people, 60)
    ended = await at_once(db, *(db.transact(holds.hold, who.id, slots[0].id, matter, MONDAY) for who in crowd))
    assert [sum(isinstance(one, kind) for one in ended) for kind in (Hold, SlotFull)] == [5, 55]
    assert await db.consult(taken, slots[0]) == (5, 5)


async def test_control_looking_before_holding_lets_in_more_than_five(db: Database) -> None:
    _, _, slots = await db.transact(a_place, 5)
    crowd = await db.transact(people, 60)

    async def unguarded(who: Citizen) -> bool:
        async with db.read() as tx:
            seen = await appointments.slot(tx, slots[0].id)
        await asyncio.sleep(0.01)
        assert seen is not None
        if seen.left == 0:
            return False
        async with db.tx() as tx:
            await tx.insert(insert(hold_rows).values(citizen_id=who.id, slot_id=slots[0].id, until_at=LATER))
        return True

    assert (await at_once(db, *(unguarded(who) for who in crowd))).count(True) > 5


async def test_one_person_holding_twenty_places_at_once_holds_one(db: Database) -> None:
    wang, matter, slots = await db.transact(a_place)
    ended = await at_once(db, *(db.transact(holds.hold, wang.id, one.id, matter, MONDAY) for one in slots[:20]))
    assert [sum(isinstance(one, kind) for one in ended) for kind in (Hold, TooManyHolds)] == [1, 19]


async def test_control_without_the_lock_on_the_person_holds_more(db: Database) -> None:
    wang, _, slots = await db.transact(a_place)

    async def unlocked(one: Slot) -> bool:
        held = await db.consult(holds.own, wang.id, MONDAY)
        await asyncio.sleep(0.01)
        if held:
            return False
        async with db.tx() as tx:
            await tx.insert(insert(hold_rows).values(citizen_id=wang.id, slot_id=one.id, until_at=LATER))
        return True

    assert (await at_once(db, *(unlocked(one) for one in slots[:20]))).count(True) > 1


async def holding(tx: Tx, crowd: Sequence[Citizen], slot: Slot, matter: Matter) -> None:
    for who in crowd:
        await holds.hold(tx, who.id, slot.id, matter, MONDAY)


async def test_hold_that_runs_out_while_it_is_booked_is_neither_lost_nor_doubled(db: Database) -> None:
    """Ten people book at the last moment by their own clock while two workers already give their places back."""
    _, matter, slots = await db.transact(a_place, 10)
    crowd = await db.transact(people, 10)
    await db.transact(holding, crowd, slots[0], matter)
    form = (matter, "王芳", "13800000001")
    in_time = [db.transact(book, who, slots[0].id, *form, MONDAY + timedelta(minutes=4)) for who in crowd]
    giving_back = [db.transact(holds.expire_holds, LATER, 3) for _ in range(8)]
    mixed: list[Any] = [one for pair in zip(in_time, giving_back, strict=False) for one in pair] + in_time[8:]
    ended = await at_once(db, *mixed)
    assert sum(isinstance(one, Appointment) for one in ended) == 10  # who came too late to the hold found a place
    assert await db.consult(taken, slots[0]) == (10, 10)


async def test_control_giving_back_what_was_only_read_doubles_places(db: Database) -> None:
    _, matter, slots = await db.transact(a_place, 10)
    crowd = await db.transact(people, 5)
    await db.transact(holding, crowd, slots[0], matter)

    async def careless(now: datetime) -> None:
        over = select(hold_rows.c.id).where(hold_rows.c.until_at <= now)
        async with db.read() as tx:
            ids = [row.id for row in await tx.all(over)]
        await asyncio.sleep(0.01)
        async with db.tx() as tx:
            for number in ids:
                await tx.run(update(slot_rows).where(slot_rows.c.booked > 0).values(booked=slot_rows.c.booked - 1))
                await tx.run(hold_rows.delete().where(hold_rows.c.id == number))

    async with db.tx() as tx:  # five booked beside them
        await tx.run(update(slot_rows).where(slot_rows.c.id == slots[0].id).values(booked=10))
    await at_once(db, careless(LATER), careless(LATER))
    assert (await db.consult(taken, slots[0]))[0] < 5


async def test_two_workers_give_back_each_place_once(db: Database) -> None:
    _, matter, slots = await db.transact(a_place, 10)
    crowd = await db.transact(people, 9)
    await db.transact(holding, crowd, slots[0], matter)
    given = await at_once(db, *(db.transact(holds.expire_holds, LATER) for _ in range(6)))
    assert sum(one for one in given if isinstance(one, int)) == 9
    assert await db.consult(taken, slots[0]) == (0, 0)
