"""Slots made ahead: by plan and calendar, once, never below what is booked."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from hall.appointments import slots
from hall.appointments.model import Slot
from hall.appointments.plans import BadPlan, Made, Plan
from hall.appointments.tables import appointments, closures
from hall.appointments.tables import slots as table
from hall.matters.model import Group
from hall.places import service as places
from hall.places.calendar import PUBLISHED
from hall.places.model import Spans
from kit.clock import SHANGHAI
from kit.db import Database, Duplicate, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, at, at_once

MORNING: Spans = ((time(9), time(12)),)
A_DAY = 13  # half-hours in the hall's usual hours
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


async def a_plan(tx: Tx, letter: str = "A", minutes: int = 30, capacity: int = 3, reserve: int = 1) -> Group:
    group = await a_group(tx, letter)
    await slots.set_plan(tx, group, minutes, capacity, reserve, "张三", MONDAY)
    return group


async def planned(db: Database, **how: int) -> Group:
    await db.transact(a_hall)
    return await db.transact(a_plan, **how)


async def ahead(db: Database, days: int = 2, now: datetime = MONDAY) -> Made:
    async def act(tx: Tx) -> Made:
        return await slots.make_ahead(tx, HALL, await places.calendar(tx, HALL.id), days, now)

    return await db.transact(act)


async def every(db: Database, on: date | None = None) -> list[Slot]:
    async with db.read() as tx:
        ids = await tx.all(select(table.c.id).order_by(table.c.group_id, table.c.starts_at))
        found = [await slots.slot(tx, row.id) for row in ids]
    return [one for one in found if one is not None and on in (None, one.on)]


async def fill(db: Database, chosen: Slot, booked: int, reserve_booked: int = 0) -> None:
    async with db.tx() as tx:
        change = update(table).where(table.c.id == chosen.id)
        await tx.run(change.values(booked=booked, reserve_booked=reserve_booked))


async def close(db: Database, on: date, hours: Spans = ()) -> None:
    await db.transact(places.set_day, HALL.id, on, hours, "停电检修", "张三", MONDAY)


def places_of(among: Sequence[Slot]) -> set[tuple[int, int]]:
    return {(one.capacity, one.reserve) for one in among}


# ------------------------------------------------------------------------------------------------ made


async def test_slots_are_cut_for_the_next_workdays_by_the_plan(db: Database) -> None:
    group = await planned(db)
    made = await ahead(db)
    assert made == Made((TUESDAY, WEDNESDAY), 2, new=2 * A_DAY)
    there = await every(db)
    assert {(one.group_id, one.capacity, one.reserve, one.booked, one.closure_id) for one in there} == {
        (group.id, 3, 1, 0, None)
    }
    assert [one.starts_at for one in there[:2]] + [there[A_DAY - 1].ends_at] == [
        at(24, 9),
        at(24, 9, 30),
        at(24, 16, 30),
    ]


async def test_making_twice_makes_nothing_twice_and_the_next_day_one_day_more(db: Database) -> None:
    await planned(db)
    await ahead(db)
    before = await every(db)
    assert await ahead(db) == Made((TUESDAY, WEDNESDAY), 2)
    assert await every(db) == before
    assert (await ahead(db, now=MONDAY + timedelta(days=1))).new == A_DAY


async def test_group_without_a_plan_or_with_no_places_gets_no_slots(db: Database) -> None:
    await planned(db, capacity=0, reserve=0)
    await db.transact(a_group, "B")
    assert (await ahead(db)).new == 0


async def test_makeup_saturday_has_slots_and_the_holiday_none(db: Database) -> None:
    await planned(db)
    made = await ahead(db, days=3, now=datetime(2026, 9, 30, 18, 0, tzinfo=SHANGHAI))
    assert made.days == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))
    assert {one.on for one in await every(db)} == set(made.days)


async def test_half_a_day_has_half_the_slots_and_a_closed_day_none(db: Database) -> None:
    await planned(db)
    await close(db, TUESDAY, MORNING)
    await close(db, WEDNESDAY)
    made = await ahead(db)
    assert made.days == (TUESDAY, date(2026, 11, 26))
    assert [len(await every(db, on)) for on in (TUESDAY, WEDNESDAY)] == [6, 0]


async def test_slots_end_where_the_calendar_does_and_it_is_said(db: Database) -> None:
    await planned(db)
    made = await ahead(db, days=5, now=datetime(2026, 12, 29, 10, 0, tzinfo=SHANGHAI))
    assert (made.days, made.wanted, made.is_short) == ((date(2026, 12, 30), date(2026, 12, 31)), 5, True)


async def test_halls_do_not_mix(db: Database) -> None:
    await planned(db)
    async with db.tx() as tx:
        east = type(HALL)("east", "东区大厅", None, None, MORNING, True)
        await places.found(tx, east)
        made = await slots.make_ahead(tx, east, PUBLISHED, 2, MONDAY)
    assert made.new == 0


@pytest.mark.parametrize("given", [(4, 1, 0), (241, 1, 0), (30, -1, 0), (30, 1, -1), (30, 501, 0)])
async def test_plan_that_makes_no_sense_is_refused(db: Database, given: tuple[int, int, int]) -> None:
    await db.transact(a_hall)
    group = await db.transact(a_group)
    with pytest.raises(BadPlan) as refused:
        await db.transact(slots.set_plan, group, *given, "张三", MONDAY)
    assert refused.value.message == "号源计划没有存：每段要在5到240分钟之间，公众号和预留号各是0到500个。请改好再存。"
    assert await db.consult(slots.plans, HALL.id) == ()


# ------------------------------------------------------------------------------------------------ changed


async def test_changed_plan_changes_what_is_ahead_but_never_below_what_is_booked(db: Database) -> None:
    group = await planned(db)
    await ahead(db)
    there = await every(db)
    await fill(db, there[0], 3, 1)
    await fill(db, there[1], 1)
    await db.transact(slots.set_plan, group, 30, 2, 0, "李四", MONDAY)
    made = await ahead(db)
    assert (made.new, made.changed) == (0, 2 * A_DAY - 1)  # the first is full, and stays so
    after = await every(db)
    assert [(one.capacity, one.reserve) for one in after[:3]] == [(3, 1), (2, 0), (2, 0)]
    assert places_of(after[2:]) == {(2, 0)}
    assert (await ahead(db)).changed == 0


async def test_begun_slots_stay_as_they_are(db: Database) -> None:
    group = await planned(db)
    await ahead(db)
    await db.transact(slots.set_plan, group, 30, 9, 0, "李四", MONDAY)
    await ahead(db, now=at(24, 10, 10))
    of_tuesday = await every(db, TUESDAY)
    assert [one.capacity for one in of_tuesday[:4]] == [3, 3, 3, 9]


async def test_day_closed_afterwards_gives_out_no_more_places_and_shows_who_is_expected(db: Database) -> None:
    group = await planned(db)
    await ahead(db)
    there = await every(db, WEDNESDAY)
    await fill(db, there[0], 2)
    await fill(db, there[1], 0, 1)
    await close(db, WEDNESDAY)
    await ahead(db)
    async with db.read() as tx:
        assert await slots.free_slots(tx, HALL.id, group.id, WEDNESDAY, MONDAY) == ()
        calendar = await places.calendar(tx, HALL.id)
        expected = await slots.slots_on_closed_days(tx, HALL, calendar, MONDAY)
    assert [one.id for one in expected] == [there[0].id, there[1].id]
    assert [(one.booked, one.capacity, one.reserve) for one in expected] == [(2, 2, 0), (0, 0, 1)]


async def test_day_opened_again_has_its_places_back(db: Database) -> None:
    await planned(db)
    await ahead(db)
    await close(db, WEDNESDAY)
    await ahead(db)
    assert places_of(await every(db, WEDNESDAY)) == {(0, 0)}
    await db.transact(places.unset_day, HALL.id, WEDNESDAY, MONDAY)
    await ahead(db)
    assert places_of(await every(db, WEDNESDAY)) == {(3, 1)}


async def test_shorter_hours_close_the_afternoon_only(db: Database) -> None:
    await planned(db)
    await ahead(db)
    await close(db, WEDNESDAY, MORNING)
    await ahead(db)
    of_day = await every(db, WEDNESDAY)
    assert (places_of(of_day[:6]), places_of(of_day[6:])) == ({(3, 1)}, {(0, 0)})


async def test_another_length_recuts_only_days_that_nobody_has_booked(db: Database) -> None:
    group = await planned(db)
    await ahead(db)
    await fill(db, (await every(db, TUESDAY))[0], 1)
    await db.transact(slots.set_plan, group, 20, 2, 0, "李四", MONDAY)
    made = await ahead(db)
    assert (made.withdrawn, made.new) == (A_DAY, 19)
    lengths = {on: {one.ends_at - one.starts_at for one in await every(db, on)} for on in (TUESDAY, WEDNESDAY)}
    assert lengths == {TUESDAY: {timedelta(minutes=30)}, WEDNESDAY: {timedelta(minutes=20)}}
    assert await ahead(db) == Made((TUESDAY, WEDNESDAY), 2)


async def test_a_day_once_booked_and_cancelled_is_not_recut(db: Database) -> None:
    """An appointment still refers to its slot."""
    group = await planned(db)
    await ahead(db, days=1)
    chosen = (await every(db))[0]
    async with db.tx() as tx:
        citizen = await a_citizen(tx)
        facts: dict[str, Any] = {"citizen_id": citizen.id, "slot_id": chosen.id, "state": "cancelled"}
        facts |= {"number": "Y1", "matter_id": "m", "matter_name": "事项", "booked_at": MONDAY, "changed_at": MONDAY}
        await tx.insert(insert(appointments).values(**facts, relation="self", is_reserve=False))
    await db.transact(slots.set_plan, group, 20, 3, 1, "李四", MONDAY)
    assert await ahead(db, days=1) == Made((TUESDAY,), 1)


async def test_shifted_hours_make_no_slot_beside_one_that_expects_people(db: Database) -> None:
    await planned(db)
    await ahead(db)
    first = (await every(db, WEDNESDAY))[0]
    await fill(db, first, 2)
    await close(db, WEDNESDAY, ((time(9, 15), time(10, 45)),))
    await ahead(db)
    giving = [one for one in await every(db, WEDNESDAY) if one.capacity]
    assert [(one.starts_at, one.capacity) for one in giving] == [
        (at(25, 9), 2),
        (at(25, 9, 45), 3),
        (at(25, 10, 15), 3),
    ]


# ------------------------------------------------------------------------------------------------ foreseen


@pytest.mark.parametrize("wanted", [(30, 3, 1), (30, 1, 0), (30, 6, 2), (20, 2, 1), (45, 0, 0)])
async def test_what_a_plan_would_do_is_what_it_then_does(db: Database, wanted: tuple[int, int, int]) -> None:
    """On Tuesday people are expected, on Wednesday nobody, Thursday is shut, Friday is not cut yet."""
    length = wanted[0]
    group = await planned(db)
    await ahead(db, days=3)
    await fill(db, (await every(db, TUESDAY))[0], 2, 1)
    shut_by = await db.transact(a_closure, group.id, at(26, 9), at(26, 12))
    async with db.tx() as tx:
        await tx.run(update(table).where(table.c.on == date(2026, 11, 26)).values(closure_id=shut_by))

    def of(among: Sequence[Slot]) -> tuple[int, int]:
        given = [one for one in among if one.closure_id is None]
        return sum(one.capacity for one in given), sum(one.reserve for one in given)

    before = of(await every(db))
    calendar = await db.consult(places.calendar, HALL.id)
    plan = Plan(group.id, HALL.id, *wanted, "李四", MONDAY)
    seen = await db.consult(slots.foresee, plan, HALL, calendar, 4, MONDAY)
    assert of(await every(db)) == before  # looking changes nothing
    await db.transact(slots.set_plan, group, *wanted, "李四", MONDAY)
    made = await ahead(db, days=4)
    after = of(await every(db))
    assert seen.made == made
    assert (seen.public, seen.kept) == ((before[0], after[0]), (before[1], after[1]))
    assert (seen.booked, seen.full) == (3, wanted[1] < 2 or wanted[2] < 1)
    assert seen.as_cut == (() if length == 30 else (TUESDAY,))
    assert (await db.consult(slots.foresee, plan, HALL, calendar, 4, MONDAY)).is_nothing


async def test_a_plan_that_makes_no_sense_is_refused_before_it_is_looked_at(db: Database) -> None:
    group = await planned(db)
    with pytest.raises(BadPlan):
        plan = Plan(group.id, HALL.id, 30, 501, 0, "李四", MONDAY)
        await db.consult(slots.foresee, plan, HALL, PUBLISHED, 4, MONDAY)


# ------------------------------------------------------------------------------------------------ shut


async def a_closure(tx: Tx, group_id: int | None, begins: datetime, ends: datetime) -> int:
    facts = {"hall_id": HALL.id, "group_id": group_id, "starts_at": begins, "ends_at": ends, "reason": "检修"}
    return await tx.insert(insert(closures).values(**facts, made_by="张三", made_at=MONDAY))


async def test_slot_made_inside_a_closure_is_born_shut_and_offered_to_nobody(db: Database) -> None:
    group = await planned(db)
    other = await db.transact(a_plan, "B")
    shut_by = await db.transact(a_closure, group.id, at(24, 9), at(24, 10))
    await ahead(db, days=1)
    async with db.read() as tx:
        free = await slots.free_slots(tx, HALL.id, group.id, TUESDAY, MONDAY)
        near = await slots.nearest(tx, HALL.id, group.id, at(24, 9), MONDAY)
        elsewhere = await slots.free_slots(tx, HALL.id, other.id, TUESDAY, MONDAY)
    assert [one.starts_at for one in free[:1]] == [one.starts_at for one in near[:1]] == [at(24, 10)]
    assert len(elsewhere) == A_DAY
    assert [(one.closure_id, one.left) for one in (await every(db))[:3]] == [(shut_by, 0), (shut_by, 0), (None, 3)]


async def test_people_expected_in_a_shut_slot_are_the_closures_business(db: Database) -> None:
    await planned(db)
    await ahead(db)
    first = (await every(db, WEDNESDAY))[0]
    await fill(db, first, 2)
    await close(db, WEDNESDAY)
    shut_by = await db.transact(a_closure, None, at(25, 0), at(26, 0))
    async with db.tx() as tx:
        await tx.run(update(table).where(table.c.on == WEDNESDAY).values(closure_id=shut_by))
    async with db.read() as tx:
        calendar = await places.calendar(tx, HALL.id)
        assert await slots.slots_on_closed_days(tx, HALL, calendar, MONDAY) == ()


# ------------------------------------------------------------------------------------------------ everybody at once


async def test_eight_workers_at_once_make_each_slot_once(db: Database) -> None:
    await planned(db)
    await db.transact(a_plan, "B")
    ended = await at_once(db, *(ahead(db, days=10) for _ in range(8)))
    assert [one for one in ended if isinstance(one, BaseException)] == []
    assert sorted(one.new for one in ended if isinstance(one, Made)) == [0] * 7 + [2 * 10 * A_DAY]
    assert len(await every(db)) == 2 * 10 * A_DAY


async def test_control_without_the_lock_on_the_plans_two_make_the_same(db: Database) -> None:
    """Only the unique key is left then, and the job fails."""
    group = await planned(db)

    async def unlocked() -> int:
        async with db.read() as tx:
            there = await tx.all(select(table.c.id).where(table.c.group_id == group.id))
        await asyncio.sleep(0.05)
        if there:
            return 0
        async with db.tx() as tx:
            rows = [(span, None) for span in slots.cut(TUESDAY, HALL.hours, timedelta(minutes=30))]
            await slots._insert(tx, HALL.id, group.id, rows, 3, 1)
            return len(rows)

    ended = await at_once(db, *(unlocked() for _ in range(8)))
    assert sum(isinstance(one, Duplicate) for one in ended) == 7


async def test_places_taken_while_the_plan_shrinks_are_kept(db: Database) -> None:
    group = await planned(db, capacity=8)
    await ahead(db, days=1)
    there = await every(db)
    await db.transact(slots.set_plan, group, 30, 0, 0, "李四", MONDAY)

    async def take(tx: Tx, slot_id: int) -> int:
        guard = (table.c.id == slot_id, table.c.booked < table.c.capacity)
        return await tx.run(update(table).where(*guard).values(booked=table.c.booked + 1))

    taking = [db.transact(take, one.id) for one in there for _ in range(3)]
    ended = await at_once(db, *taking[:20], ahead(db, days=1), *taking[20:])
    assert [one for one in ended if isinstance(one, BaseException)] == []
    await ahead(db, days=1)
    after = await every(db)
    assert sum(one.booked for one in after) == sum(one for one in ended if isinstance(one, int))
    assert all(one.capacity == one.booked for one in after)


async def test_control_a_plan_that_shrinks_by_what_was_read_before_cuts_off_people(db: Database) -> None:
    await planned(db, capacity=8)
    await ahead(db, days=1)
    chosen = (await every(db))[0]

    async def shrink() -> None:
        async with db.read() as tx:
            seen = await slots.slot(tx, chosen.id)
        await asyncio.sleep(0.05)
        assert seen is not None
        async with db.tx() as tx:
            await tx.run(update(table).where(table.c.id == chosen.id).values(capacity=seen.booked))

    async def take(tx: Tx) -> None:
        guard = (table.c.id == chosen.id, table.c.booked < table.c.capacity)
        await tx.run(update(table).where(*guard).values(booked=table.c.booked + 1))

    await at_once(db, shrink(), *(db.transact(take) for _ in range(3)))
    after = (await every(db))[0]
    assert after.booked > after.capacity
