"""What a closure would do is what it does; who is told of it, and which counter closes which lines."""

import pytest
from sqlalchemy import update

from hall.appointments import by_staff, closures, effects, lists, waiting, waiting_list
from hall.appointments import service as appointments
from hall.appointments.closures import How
from hall.appointments.effects import Told
from hall.appointments.lists import Wanted
from hall.appointments.model import State
from hall.appointments.refusals import AppointmentNotFound, BadReason, ClosureNotFound, OthersServe, WaitNotFound
from hall.appointments.tables import slots
from hall.notices import service as notices
from hall.notices.model import Kind
from hall.places import service as places
from hall.places.model import Counter
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, at, book
from tests.hall.test_closures import TUESDAY, a_booking, a_week, slot_at


async def test_what_is_foreseen_changes_nothing_and_then_comes_true(db: Database) -> None:
    matter, those = await db.transact(a_week)
    on_wechat = await a_booking(db, slot_at(those, 24, 9, 30), matter, "o-1")
    phone = ("张三", "13900000002", "李大爷", slot_at(those, 24, 16).id, matter, MONDAY)
    by_phone = await db.transact(by_staff.book_for, *phone)
    arrived = await a_booking(db, slot_at(those, 24, 9), matter, "o-3")
    await db.transact(appointments.arrive, arrived, at(24, 8, 50))
    span = (HALL.id, None, *TUESDAY)
    seen = await db.consult(effects.foresee, *span, How.MOVE, MONDAY)
    assert (seen.moved, seen.to_call, seen.kept, len(seen.people)) == (2, 1, 1, 2)
    assert await db.consult(closures.ahead, HALL.id, MONDAY) == ()
    done = await db.transact(closures.close, *span, "停电", How.MOVE, "王主任", MONDAY)
    closure = await db.consult(closures.closure, HALL.id, done.closure_id)
    became = await db.consult(effects.outcomes, closure, 10)
    assert {one.held.id: one.to for one in became} == {
        one.held.id: one.to.starts_at if one.to else None for one in seen.people
    }
    assert {one.held.id: one.told for one in became} == {on_wechat.id: Told.WAITS, by_phone.id: Told.CALL}
    (notice,) = await db.consult(notices.untold, on_wechat.citizen_id, MONDAY)
    await db.transact(notices.told, [notice.id], MONDAY)
    await db.transact(effects.note_call, by_phone, "导办甲", MONDAY)
    became = await db.consult(effects.outcomes, closure, 10)
    assert {one.held.id: one.told for one in became} == {on_wechat.id: Told.WECHAT, by_phone.id: Told.CALLED}
    assert await db.consult(effects.outcomes, closure, 1, became[0].id) == became[1:]
    with pytest.raises(ClosureNotFound):
        await db.consult(closures.closure, "other", closure.id)


async def test_a_closure_stopped_halfway_says_how_many_are_left(db: Database) -> None:
    matter, those = await db.transact(a_week)
    for hour in (9, 10, 11):
        await a_booking(db, slot_at(those, 24, hour), matter, f"o-{hour}")
    closure = await db.transact(closures.shut, HALL.id, None, *TUESDAY, "停电", "王主任", MONDAY)
    await db.transact(closures.empty, closure, How.CANCEL, "王主任", MONDAY, 1)
    assert await db.consult(effects.left, [closure]) == {closure.id: 2}
    await closures.empty_in_steps(db, closure, How.CANCEL, "王主任", lambda: MONDAY)
    assert await db.consult(effects.left, [closure]) == {}


async def test_a_counter_closes_the_lines_that_only_it_serves(db: Database) -> None:
    async def counters(tx: Tx) -> None:
        await a_hall(tx)
        for letter in "AB":
            await a_group(tx, letter)
        await places.add_counter(tx, Counter(HALL.id, 1, "1号窗口", ("A", "B")))
        await places.add_counter(tx, Counter(HALL.id, 2, "2号窗口", ("A",)))

    await db.transact(counters)
    first, second = await db.consult(places.counters, HALL.id)
    assert [group.letter for group in await db.consult(closures.served_alone, first)] == ["B"]
    with pytest.raises(OthersServe, match="2号窗口办的，别的窗口也都办"):
        await db.consult(closures.served_alone, second)


async def test_a_day_is_listed_a_page_at_a_time_and_a_phone_finds_its_own(db: Database) -> None:
    matter, those = await db.transact(a_week, 3)
    who = await db.transact(a_citizen, "o-1")
    first = await db.transact(book, who, slot_at(those, 24, 9).id, matter, "王芳", "13800000001", MONDAY)
    await a_booking(db, slot_at(those, 24, 9), matter, "o-2", relation="family")
    last = await a_booking(db, slot_at(those, 24, 14), matter, "o-3", relation="family")
    day = Wanted(at(24, 0).date())
    one, two = await db.consult(lists.of_day, HALL.id, day, 2)
    assert await db.consult(lists.of_day, HALL.id, day, 2, (two.starts_at, two.id)) == (last,)
    assert (one.number, await db.consult(lists.of_day, HALL.id, Wanted(day.on, is_morning=False), 9)) == (
        first.number,
        (last,),
    )
    assert await db.consult(lists.counts, HALL.id, day.on) == {State.BOOKED: 3}
    assert len(await db.consult(lists.of_phone, HALL.id, "138 0000 0001")) == 3
    assert await db.consult(lists.of_phone, "other", "13800000001") == ()
    with pytest.raises(AppointmentNotFound):
        await db.consult(lists.at_hall, "other", first.number)


async def test_who_is_moved_or_cancelled_by_staff_is_told_and_why(db: Database) -> None:
    matter, those = await db.transact(a_week)
    held = await a_booking(db, slot_at(those, 24, 9), matter)
    with pytest.raises(BadReason):
        await db.transact(by_staff.cancel_for, "张三", held.number, MONDAY, " ")
    await db.transact(by_staff.move_for, "张三", held.number, slot_at(those, 25, 9).id, MONDAY)
    await db.transact(by_staff.cancel_for, "张三", held.number, MONDAY, "窗口检修")
    asked, hall = await db.consult(notices.untold, held.citizen_id, MONDAY)
    assert (asked.kind, asked.facts["starts_at"], "reason" in asked.facts) == (
        Kind.MOVED_FOR,
        "2026-11-25T09:00:00+08:00",
        False,
    )
    assert (hall.kind, hall.facts["reason"]) == (Kind.CANCELLED, "窗口检修")
    story = await db.consult(lists.story, held)
    assert ([(one.what, one.note) for one in story.facts], story.is_lapse) == (
        [("moved", None), ("cancelled", "窗口检修")],
        False,
    )


async def test_a_caller_waits_is_offered_a_place_and_takes_it_on_the_phone(db: Database) -> None:
    matter, those = await db.transact(a_week)
    tuesday = [slot for slot in those if slot.on == at(24, 0).date()]
    for n, slot in enumerate(tuesday):
        who = await db.transact(a_citizen, f"o-{n}")
        await db.transact(book, who, slot.id, matter, "王芳", f"1380000{n:04d}", MONDAY)
    days = (at(24, 0).date(), at(24, 0).date())
    wait = await db.transact(waiting_list.join_for, "13900000001", matter, *days, MONDAY)
    await db.transact(free_one, tuesday[3].id)
    (found,) = await db.consult(waiting_list.listed, HALL.id, 9)
    assert (found.wait.id, found.is_to_call, found.phone, found.starts_at) == (
        wait.id,
        True,
        "13900000001",
        tuesday[3].starts_at,
    )
    with pytest.raises(WaitNotFound):
        await db.transact(waiting_list.take_off, "other", wait.id, MONDAY)
    held = await db.transact(waiting_list.take_offer, "导办甲", HALL.id, wait.id, "李大爷", MONDAY)
    assert (held.slot_id, held.booked_by) == (tuesday[3].id, "导办甲")
    assert await db.consult(waiting_list.listed, HALL.id, 9) == ()


async def free_one(tx: Tx, slot_id: int) -> None:
    """A place more, as the job finds it."""
    await tx.run(update(slots).where(slots.c.id == slot_id).values(capacity=slots.c.capacity + 1))
    assert await waiting.offer_free(tx, MONDAY) == 1
