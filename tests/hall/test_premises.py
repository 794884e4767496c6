"""Counters taken down and set up while people work at them, and a hall whose hours change under its slots."""

from dataclasses import replace
from datetime import time

import pytest

from hall.appointments import slots
from hall.appointments.slots import set_plan
from hall.matters import service as matters
from hall.matters.model import BadGroup, GroupExists, GroupUnknown, MatterUnknown
from hall.places import service as places
from hall.places.model import Counter, CounterExists
from hall.queue import calling, desks, premises, seats
from hall.queue.model import CounterManned, CounterNotFound
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at_once, book
from tests.hall.lines import clerk

ONE = Counter(HALL.id, 1, "综合窗口", ("A",))


async def a_hall_with_one_counter(tx: Tx) -> None:
    await a_hall(tx)
    await a_matter(tx, await a_group(tx))
    await premises.set_up(tx, ONE)


async def test_a_counter_with_somebody_at_it_is_not_taken_down_and_an_empty_one_is(db: Database) -> None:
    await db.transact(a_hall_with_one_counter)
    await db.transact(calling.open_post, ONE, clerk(1), MONDAY)
    with pytest.raises(CounterManned, match="先关窗"):
        await db.transact(premises.take_down, HALL.id, 1, MONDAY)
    await db.transact(calling.close_post, ONE, clerk(1), MONDAY)
    await db.transact(premises.take_down, HALL.id, 1, MONDAY)
    assert await db.consult(seats.seats, HALL.id, MONDAY) == ()
    for verb in (calling.open_post, calling.call_next):
        with pytest.raises(CounterNotFound):
            await db.transact(verb, ONE, clerk(1), MONDAY)
    with pytest.raises(CounterNotFound):
        await db.transact(premises.take_down, HALL.id, 1, MONDAY)
    again = replace(ONE, name="又开的窗口")
    await db.transact(premises.set_up, again)
    assert await db.consult(places.counters, HALL.id) == (again,)
    with pytest.raises(CounterExists, match="又开的窗口"):
        await db.transact(premises.set_up, ONE)


@pytest.mark.parametrize("is_guarded", [True, False])
async def test_of_who_sits_down_and_who_takes_down_one_is_told_no(
    db: Database, is_guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_guarded:  # the control: both read first, and then both write
        read = desks.read_desk

        async def unlocked(tx: Tx, counter: Counter, is_locked: bool = False) -> desks.Desk:
            return await read(tx, counter)

        monkeypatch.setattr(calling, "read_desk", unlocked)
        monkeypatch.setattr(premises, "read_desk", unlocked)
    await db.transact(a_hall_with_one_counter)
    both = 0
    for _ in range(15):
        await db.transact(premises.change, ONE)
        sat, gone = await at_once(
            db,
            db.transact(calling.open_post, ONE, clerk(1), MONDAY),
            db.transact(premises.take_down, HALL.id, 1, MONDAY),
        )
        assert isinstance(sat, desks.Post | CounterNotFound)
        assert gone is None or isinstance(gone, CounterManned)
        both += isinstance(sat, desks.Post) and gone is None
        await db.transact(premises.change, ONE)
        if isinstance(sat, desks.Post):
            await db.transact(calling.close_post, ONE, clerk(1), MONDAY)
    if is_guarded:
        assert both == 0
    elif db.kind != "sqlite":  # there the whole transaction is serial
        assert both > 0


async def test_what_no_counter_would_serve_is_known_before(db: Database) -> None:
    async def set_out(tx: Tx) -> None:
        await a_hall_with_one_counter(tx)
        group = next(iter(await matters.groups(tx, HALL.id)))
        await a_matter(tx, group, "second", name="第二件")
        await a_matter(tx, group, "gone", name="不办的", is_withdrawn=True)

    async def names(tx: Tx, but: int | None = None, instead: Counter | None = None) -> list[str]:
        return [one.id for one in await premises.unserved(tx, HALL.id, but, instead)]

    await db.transact(set_out)
    assert await db.consult(names) == []
    assert await db.consult(names, 1) == ["licence", "second"]
    assert await db.consult(names, None, replace(ONE, matters=("second",))) == ["licence"]
    assert await db.consult(names, 1, replace(ONE, number=2)) == []
    with pytest.raises(MatterUnknown):
        await db.transact(premises.change, replace(ONE, matters=("elsewhere",)))
    with pytest.raises(GroupUnknown):
        await db.transact(premises.change, replace(ONE, groups=("B",)))


async def test_groups_have_a_letter_of_their_own_and_a_name_that_may_change(db: Database) -> None:
    await db.transact(a_hall_with_one_counter)
    with pytest.raises(GroupExists, match="字母A已经是“A类”的了"):
        await db.transact(matters.add_group, HALL.id, "A", "别的")
    for letter, name in (("a", "税务"), ("AB", "税务"), ("B", " ")):
        with pytest.raises(BadGroup):
            await db.transact(matters.add_group, HALL.id, letter, name)
    await db.transact(matters.rename_group, HALL.id, "A", "企业开办")
    assert [(one.letter, one.name) for one in await db.consult(matters.groups, HALL.id)] == [("A", "企业开办")]
    with pytest.raises(GroupUnknown):
        await db.transact(matters.rename_group, HALL.id, "Z", "没有")


async def test_slots_follow_the_hours_of_the_hall_and_who_is_left_outside_is_told(db: Database) -> None:
    async def set_out(tx: Tx) -> None:
        await a_hall_with_one_counter(tx)
        group = next(iter(await matters.groups(tx, HALL.id)))
        await set_plan(tx, group, 30, 2, 0, "张三", MONDAY)
        await premises.change_hall(tx, HALL, 2, MONDAY)
        last = (await slots.free_slots(tx, HALL.id, group.id, MONDAY.date().replace(day=24), MONDAY))[-1]
        await book(
            tx, await a_citizen(tx), last.id, await matters.matter(tx, HALL.id, "licence"), "王", "13800000000", MONDAY
        )

    await db.transact(set_out)
    mornings = replace(HALL, hours=((time(9), time(12)),))
    done = await db.transact(premises.change_hall, mornings, 2, MONDAY)
    assert done.made.changed > 0
    assert [one.say() for one in done.stranded] == ["11月24日（周二）16:00"]
    assert await db.consult(places.hall, HALL.id) == mornings
