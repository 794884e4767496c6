"""The waiting list: first come, first served, three offers at most, and no place offered twice."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from hall.appointments import holds, rule_book, waiting
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Slot, Wait, WaitState
from hall.appointments.refusals import BadDays, NothingReleased, PlacesFree, SlotFull, WaitNotFound
from hall.appointments.tables import bans, freed_places, waits
from hall.appointments.tables import holds as hold_rows
from hall.appointments.tables import slots as slot_rows
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind, Notice
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on
from tests.hall.test_holds import taken

SOON = MONDAY + timedelta(minutes=1)
TUESDAY = (at(24, 0).date(), at(24, 0).date())
WEEK = (at(23, 0).date(), at(27, 0).date())


class Full:
    """Tuesday's slots, one place each, all taken by one person a slot; `who(n)` waits or holds a place."""

    def __init__(self, matter: Matter, slots: Sequence[Slot], holders: list[Appointment]) -> None:
        self.matter, self.slots, self.holders = matter, slots, holders


async def a_full_day(tx: Tx, **rules: Any) -> Full:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, rules, "王主任", MONDAY)
    slots = await slots_on(tx, group, 24, capacity=1)
    holders = []
    for number, slot in enumerate(slots):
        who = await a_citizen(tx, f"o-holder-{number}")
        holders.append(await book(tx, who, slot.id, matter, "王芳", f"1380000{number:04d}", MONDAY))
    return Full(matter, slots, holders)


async def join(db: Database, full: Full, openid: str, now: datetime = MONDAY, days: Any = TUESDAY) -> Wait:
    who = await db.transact(a_citizen, openid)
    return await db.transact(waiting.join, who.id, full.matter, *days, now)


async def free(db: Database, full: Full, place: int = 0, now: datetime = MONDAY) -> None:
    held = full.holders[place]
    await db.transact(appointments.cancel, held.citizen_id, held.number, now, "王主任")


async def state(db: Database, wait: Wait) -> tuple[str, int]:
    async with db.read() as tx:
        row = await tx.one(select(waits.c.state, waits.c.notices).where(waits.c.id == wait.id))
    assert row is not None
    return row.state, row.notices


async def told(db: Database, wait: Wait) -> list[Notice]:
    return list(await db.consult(notices.untold, wait.citizen_id, MONDAY + timedelta(days=9)))


async def test_place_given_back_goes_to_the_first_who_waits(db: Database) -> None:
    full = await db.transact(a_full_day)
    first, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    await free(db, full)
    stranger = await db.transact(a_citizen, "o-stranger")
    with pytest.raises(SlotFull):
        await db.transact(book, stranger, full.slots[0].id, full.matter, "李雷", "13900000001", SOON)
    assert await db.transact(waiting.return_due, SOON) == waiting.Given(offered=1, returned=0)
    assert (await state(db, first), await state(db, second)) == (("offered", 1), ("waiting", 0))
    (notice,) = await told(db, first)
    assert (notice.kind, notice.facts["matter"], notice.facts["slot_id"], notice.facts["last"]) == (
        Kind.OFFERED,
        full.matter.name,
        full.slots[0].id,
        False,
    )
    assert notice.facts["until_at"] == "2026-11-23T10:31:00+08:00"
    assert await told(db, second) == []


async def test_offered_place_is_booked_and_the_wait_is_over(db: Database) -> None:
    full = await db.transact(a_full_day)
    wait = await join(db, full, "o-1")
    await free(db, full)
    await db.transact(waiting.return_due, SOON)
    who = await db.transact(a_citizen, "o-1")
    await db.transact(book, who, full.slots[0].id, full.matter, "李雷", "13900000001", SOON)
    assert await state(db, wait) == ("taken", 1)
    assert await db.consult(taken, full.slots[0]) == (1, 1)
    assert await db.consult(waiting.own, who.id) == ()
    assert (await join(db, full, "o-1", days=TUESDAY)).id != wait.id  # may wait anew


async def test_offer_not_taken_goes_on_and_the_wait_keeps_its_place(db: Database) -> None:
    full = await db.transact(a_full_day)
    first, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    await free(db, full)
    await db.transact(waiting.return_due, SOON)
    later = SOON + timedelta(minutes=31)
    assert await db.transact(holds.expire_holds, later) == 1
    assert await db.transact(waiting.return_due, later) == waiting.Given(1, 0)
    assert (await state(db, first), await state(db, second)) == (("waiting", 1), ("offered", 1))
    await free(db, full, 1, later)
    await db.transact(waiting.return_due, later)
    assert await state(db, first) == ("offered", 2)  # before anybody who came later


async def test_after_three_offers_it_is_over_and_said_so(db: Database) -> None:
    full = await db.transact(a_full_day)
    wait, now = await join(db, full, "o-1"), MONDAY
    for place in range(3):
        await free(db, full, place, now)
        await db.transact(waiting.return_due, now)
        now += timedelta(minutes=31)
        await db.transact(holds.expire_holds, now)
        await db.transact(waiting.return_due, now)
    assert await state(db, wait) == ("over", 3)
    said = await told(db, wait)
    assert [one.kind for one in said] == [Kind.OFFERED] * 3 + [Kind.WAIT_OVER]
    assert [one.facts["last"] for one in said[:3]] == [False, False, True]
    assert [await db.consult(taken, slot) for slot in full.slots[:3]] == [(0, 0)] * 3  # open to everybody again


async def test_declined_offer_is_not_made_again(db: Database) -> None:
    full = await db.transact(a_full_day)
    wait = await join(db, full, "o-1")
    await free(db, full)
    await db.transact(waiting.return_due, SOON)
    (offer,) = await db.consult(holds.own, wait.citizen_id, SOON)
    await db.transact(holds.release, wait.citizen_id, offer.id, SOON)
    assert await db.consult(taken, full.slots[0]) == (0, 0)  # nobody else waits: it is everybody's
    assert await db.transact(waiting.offer_free, SOON) == 0
    assert await state(db, wait) == ("waiting", 1)


async def test_who_may_not_book_is_passed_over_without_losing_their_place(db: Database) -> None:
    full = await db.transact(a_full_day)
    stopped, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    async with db.tx() as tx:
        ban = {"mark": f"c:{stopped.citizen_id}", "hall_id": HALL.id, "rule": "爽约", "from_at": MONDAY}
        await tx.insert(insert(bans).values(until_at=MONDAY + timedelta(hours=1), **ban))
    await free(db, full)
    await db.transact(waiting.return_due, SOON)
    assert (await state(db, stopped), await state(db, second)) == (("waiting", 0), ("offered", 1))
    later = MONDAY + timedelta(hours=2)
    await free(db, full, 1, later)
    await db.transact(waiting.return_due, later)
    assert await state(db, stopped) == ("offered", 1)


async def test_who_found_a_place_alone_waits_no_longer(db: Database) -> None:
    full = await db.transact(a_full_day, freed_minutes=[0, 0])
    wait = await join(db, full, "o-1")
    who = await db.transact(a_citizen, "o-1")
    async with db.tx() as tx:
        await tx.run(update(slot_rows).where(slot_rows.c.id == full.slots[5].id).values(capacity=2))
    await db.transact(book, who, full.slots[5].id, full.matter, "李雷", "13900000001", SOON)
    await free(db, full)
    assert await db.transact(waiting.return_due, SOON) == waiting.Given(0, 1)
    assert await state(db, wait) == ("taken", 0)


async def test_only_days_that_fit_are_offered(db: Database) -> None:
    full = await db.transact(a_full_day)
    wednesday = (at(25, 0).date(), at(25, 0).date())
    async with db.tx() as tx:
        for slot in await slots_on(tx, await a_group(tx, "B"), 25):
            await tx.run(
                update(slot_rows).where(slot_rows.c.id == slot.id).values(group_id=full.matter.group_id, booked=2)
            )
    wait = await join(db, full, "o-1", days=wednesday)
    await free(db, full)
    assert await db.transact(waiting.return_due, SOON) == waiting.Given(0, 0)  # it came back at once
    assert await state(db, wait) == ("waiting", 0)


async def test_nobody_is_woken_and_the_place_stays_back_until_the_morning(db: Database) -> None:
    full = await db.transact(a_full_day)
    wait = await join(db, full, "o-1")
    await free(db, full, 5, at(23, 23))
    assert await db.transact(waiting.return_due, at(23, 23, 30)) == waiting.Given(0, 0)
    assert await db.transact(waiting.return_due, at(24, 7, 30)) == waiting.Given(1, 0)
    assert await state(db, wait) == ("offered", 1)


async def test_place_that_begins_too_soon_is_offered_to_nobody(db: Database) -> None:
    full = await db.transact(a_full_day)
    await join(db, full, "o-1")
    await free(db, full, 0, at(24, 8, 40))
    assert await db.transact(waiting.return_due, at(24, 8, 50)) == waiting.Given(0, 1)


async def test_places_that_are_free_for_other_reasons_are_offered_too(db: Database) -> None:
    full = await db.transact(a_full_day)
    first, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    async with db.tx() as tx:
        await tx.run(update(slot_rows).where(slot_rows.c.id == full.slots[3].id).values(capacity=2))
    assert await db.transact(waiting.offer_free, SOON) == 1
    assert (await state(db, first), await state(db, second)) == (("offered", 1), ("waiting", 0))
    assert await db.consult(taken, full.slots[3]) == (2, 2)


async def test_days_past_end_a_wait(db: Database) -> None:
    full = await db.transact(a_full_day)
    wait = await join(db, full, "o-1")
    assert await db.transact(waiting.close_past, at(24, 20)) == 0
    assert await db.transact(waiting.close_past, at(25, 0, 5)) == 1
    assert await state(db, wait) == ("over", 0)
    assert [one.kind for one in await told(db, wait)] == [Kind.WAIT_OVER]
    assert await db.consult(notices.due, at(25, 0, 5)) == ()  # not in the middle of the night
    assert len(await db.consult(notices.due, at(25, 7, 30))) == 1


async def test_joining_twice_keeps_the_place_and_takes_the_new_days(db: Database) -> None:
    full = await db.transact(a_full_day)
    first, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    again = await join(db, full, "o-1", days=WEEK)
    assert (again.id, again.to_on) == (first.id, WEEK[1])
    assert (await db.consult(waiting.before, again), await db.consult(waiting.before, second)) == (0, 1)


async def test_waiting_is_refused_where_it_makes_no_sense(db: Database) -> None:
    full = await db.transact(a_full_day)
    with pytest.raises(BadDays):
        await join(db, full, "o-1", days=(at(22, 0).date(), at(24, 0).date()))
    with pytest.raises(NothingReleased):
        await join(db, full, "o-1", days=(at(26, 0).date(), at(26, 0).date()))
    async with db.tx() as tx:
        await tx.run(update(slot_rows).where(slot_rows.c.id == full.slots[2].id).values(capacity=2))
    with pytest.raises(PlacesFree, match="现在就有空号，不用候补：11月24日（周二）10:00"):
        await join(db, full, "o-1")


async def test_leaving_gives_an_offered_place_to_the_next(db: Database) -> None:
    full = await db.transact(a_full_day)
    first, second = await join(db, full, "o-1"), await join(db, full, "o-2")
    await free(db, full)
    await db.transact(waiting.return_due, SOON)
    await db.transact(waiting.leave, first.citizen_id, first.id, SOON)
    await db.transact(waiting.return_due, SOON)
    assert (await state(db, first), await state(db, second)) == (("over", 1), ("offered", 1))
    with pytest.raises(WaitNotFound):
        await db.transact(waiting.leave, first.citizen_id, first.id, SOON)


# ------------------------------------------------------------------------------------------------ everybody at once


async def offers(db: Database) -> list[Any]:
    async with db.read() as tx:
        return await tx.all(select(hold_rows.c.slot_id, hold_rows.c.waiting_id))


async def a_list_and_places(db: Database, people: int, places: int) -> Full:
    full = await db.transact(a_full_day)
    for number in range(people):
        await join(db, full, f"o-{number}")
    for place in range(places):
        await free(db, full, place)
    return full


async def test_several_workers_offer_each_place_once_and_in_order(db: Database) -> None:
    full = await a_list_and_places(db, 8, 4)
    given = await at_once(db, *(db.transact(waiting.return_due, SOON) for _ in range(6)))
    assert [one for one in given if isinstance(one, BaseException)] == []
    made = await offers(db)
    assert len(made) == len({row.slot_id for row in made}) == len({row.waiting_id for row in made}) == 4
    async with db.read() as tx:
        states = [row.state for row in await tx.all(select(waits.c.state).order_by(waits.c.id))]
    assert states == [WaitState.OFFERED] * 4 + [WaitState.WAITING] * 4
    assert [await db.consult(taken, slot) for slot in full.slots[:5]] == [(1, 1)] * 5


async def test_control_without_deciding_by_the_row_count_offers_a_place_twice(db: Database) -> None:
    await a_list_and_places(db, 8, 4)

    async def careless() -> int:
        async with db.read() as tx:
            due = await tx.all(select(freed_places.c.id, freed_places.c.slot_id))
            line = await tx.all(select(waits.c.id, waits.c.citizen_id).where(waits.c.state == "waiting"))
        await asyncio.sleep(0.01)
        async with db.tx() as tx:
            for row, wait in zip(due, line, strict=False):
                await tx.run(freed_places.delete().where(freed_places.c.id == row.id))
                await tx.run(update(waits).where(waits.c.id == wait.id).values(state="offered"))
        return len(due)

    assert sum(one for one in await at_once(db, careless(), careless()) if isinstance(one, int)) > 4


async def test_offers_and_bookings_of_the_same_people_at_once_leave_every_place_right(db: Database) -> None:
    full = await a_list_and_places(db, 8, 4)
    crowd: list[Citizen] = [await db.transact(a_citizen, f"o-{number}") for number in range(8)]
    form = (full.matter, "李雷", "13900000001", SOON)
    work: list[Any] = [db.transact(waiting.return_due, SOON) for _ in range(4)]
    work += [db.transact(book, who, full.slots[n % 4].id, *form) for n, who in enumerate(crowd)]
    work += [db.transact(holds.expire_holds, SOON) for _ in range(4)]
    ended = await at_once(db, *work)
    assert {type(one) for one in ended if isinstance(one, BaseException)} <= {SlotFull}
    assert [await db.consult(taken, slot) for slot in full.slots] == [(1, 1)] * len(full.slots)
