"""Everybody at once. Each race has a control without the guard, which must fail: or the race proves nothing."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Slot
from hall.appointments.refusals import AlreadyCancelled, LimitReached, SlotFull
from hall.appointments.tables import appointments as table
from hall.appointments.tables import slots as slot_table
from hall.citizens.model import Citizen
from hall.matters.model import Group, Matter
from kit.db import Database, Tx
from tests.hall.builders import MONDAY, a_citizen, a_group, a_hall, a_matter, at_once, book, slots_on

PEOPLE, PLACES = 30, 5


async def a_rush(tx: Tx) -> tuple[list[Citizen], list[Matter], tuple[Slot, ...], Group]:
    await a_hall(tx)
    group = await a_group(tx)
    matters = [await a_matter(tx, group, f"m{n}", name=f"事项{n}") for n in range(20)]
    people = [await a_citizen(tx, f"o-{n}") for n in range(PEOPLE)]
    return people, matters, await slots_on(tx, group, 24, 25, capacity=PLACES), group


def count(kind: type, among: list[Any]) -> int:
    return sum(isinstance(one, kind) for one in among)


async def booked(db: Database, slot: Slot) -> tuple[int, int]:
    """What the slot says, and how many appointments there are."""
    async with db.read() as tx:
        said = await tx.value(select(slot_table.c.booked).where(slot_table.c.id == slot.id))
        live = (table.c.slot_id == slot.id, table.c.live_key.is_not(None))
        return said, await tx.value(select(func.count()).select_from(table).where(*live))


async def test_thirty_people_for_five_places_make_five_appointments(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    form = (matters[0], "王小明", "13800000001", MONDAY)
    ended = await at_once(db, *(db.transact(book, who, slots[0].id, *form) for who in people))
    assert (count(Appointment, ended), count(SlotFull, ended)) == (PLACES, PEOPLE - PLACES)
    assert await booked(db, slots[0]) == (PLACES, PLACES)


async def test_control_without_the_guarded_update_oversells(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)

    async def unguarded(who: Citizen) -> bool:
        async with db.read() as tx:
            seen = await appointments.slot(tx, slots[0].id)
        await asyncio.sleep(0.01)
        if seen is None or seen.left == 0:
            return False
        async with db.tx() as tx:
            await tx.run(
                update(slot_table).where(slot_table.c.id == slots[0].id).values(booked=slot_table.c.booked + 1)
            )
            await enter(tx, who.id, slots[0], matters[0], MONDAY)
        return True

    assert (await at_once(db, *(unguarded(who) for who in people))).count(True) > PLACES


async def enter(tx: Tx, citizen_id: int, slot: Slot, matter: Matter, now: datetime) -> None:
    key = f"{citizen_id}:{matter.id}:{slot.on}"
    facts = {"matter_id": matter.id, "matter_name": matter.name, "state": "booked", "live_key": key}
    times = {"booked_at": now, "changed_at": now}
    await tx.insert(
        insert(table).values(
            number=f"{citizen_id}-{slot.id}-{matter.id}", citizen_id=citizen_id, slot_id=slot.id, **facts, **times
        )
    )


async def test_one_person_asking_twenty_times_at_once_gets_three(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    each = zip(slots, matters, strict=False)
    ended = await at_once(
        db,
        *(db.transact(book, people[0], slot.id, matter, "王小明", "13800000001", MONDAY) for slot, matter in each),
    )
    assert (count(Appointment, ended), count(LimitReached, ended)) == (3, 17)


async def test_control_without_the_lock_on_the_person_exceeds_three(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)

    async def unlocked(slot: Slot, matter: Matter) -> bool:
        async with db.read() as tx:
            held = await appointments.own(tx, people[0].id, MONDAY)
        await asyncio.sleep(0.01)
        if len(held) >= 3:
            return False
        async with db.tx() as tx:
            await enter(tx, people[0].id, slot, matter, MONDAY)
        return True

    each = zip(slots, matters, strict=False)
    assert (await at_once(db, *(unlocked(slot, matter) for slot, matter in each))).count(True) > 3


async def test_the_same_booking_sent_ten_times_at_once_is_one(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    form = (matters[0], "王小明", "13800000001", MONDAY)
    ended = await at_once(db, *(db.transact(book, people[0], slots[0].id, *form) for _ in range(10)))
    assert count(Appointment, ended) == 1
    assert await booked(db, slots[0]) == (1, 1)


async def test_cancelling_ten_times_at_once_frees_one_place(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    for who in people[:3]:
        made = await db.transact(book, who, slots[0].id, matters[0], "王小明", "13800000001", MONDAY)
    ended = await at_once(db, *(db.transact(appointments.cancel, people[2].id, made.number, MONDAY) for _ in range(10)))
    assert (count(Appointment, ended), count(AlreadyCancelled, ended)) == (1, 9)
    assert await booked(db, slots[0]) == (2, 2)


async def test_changing_places_both_ways_at_once_loses_none(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    there, here = slots[0], slots[1]
    form = (matters[0], "王小明", "13800000001", MONDAY)
    left = [await db.transact(book, who, here.id, *form) for who in people[:4]]
    right = [await db.transact(book, who, there.id, *form) for who in people[4:8]]
    moves = [db.transact(appointments.reschedule, a.citizen_id, a.number, there.id, MONDAY) for a in left]
    moves += [db.transact(appointments.reschedule, a.citizen_id, a.number, here.id, MONDAY) for a in right]
    ended = await at_once(db, *moves)
    assert count(Appointment, ended) + count(SlotFull, ended) == 8
    (first, really_first), (second, really_second) = await booked(db, here), await booked(db, there)
    assert (first, second) == (really_first, really_second)
    assert first + second == 8
    assert max(first, second) <= PLACES


async def test_a_place_given_back_goes_to_exactly_one_of_those_waiting(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    form = (matters[0], "王小明", "13800000001", MONDAY)
    held = [await db.transact(book, who, slots[0].id, *form) for who in people[:PLACES]]
    await db.transact(appointments.cancel, held[0].citizen_id, held[0].number, MONDAY)
    waiting = people[PLACES:]
    ended = await at_once(db, *(db.transact(book, who, slots[0].id, *form) for who in waiting))
    assert count(Appointment, ended) == 1
    assert await booked(db, slots[0]) == (PLACES, PLACES)


async def test_cancelling_amid_a_reschedule_frees_the_new_place(db: Database) -> None:
    people, matters, slots, _ = await db.transact(a_rush)
    form = (matters[0], "王小明", "13800000001", MONDAY)
    held = await db.transact(book, people[0], slots[0].id, *form)
    async with db.tx() as tx:
        await appointments.reschedule(tx, held.citizen_id, held.number, slots[1].id, MONDAY)
        cancelling = asyncio.create_task(db.transact(appointments.cancel, held.citizen_id, held.number, MONDAY))
        await asyncio.sleep(0.1)  # it waits at the lock on the person, and reads the slot only afterwards
    assert (await cancelling).slot_id == slots[1].id
    assert [await booked(db, slot) for slot in slots[:2]] == [(0, 0), (0, 0)]
