"""A hall that closes for a while: nobody new, and who has booked is moved, or cancelled, and told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.appointments import closures, facts, holds, no_shows, rule_book, waiting
from hall.appointments import service as appointments
from hall.appointments.closures import How
from hall.appointments.model import Appointment, Relation, Slot, State
from hall.appointments.refusals import BadClosure, ClosureNotFound, SlotGone
from hall.appointments.tables import appointments as rows
from hall.appointments.tables import closures as closure_rows
from hall.appointments.tables import slots as slot_rows
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.clock import local
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on
from tests.hall.test_holds import taken

TUESDAY = (at(24, 0), at(25, 0))
MORNING = (at(24, 9), at(24, 12))


async def a_week(tx: Tx, capacity: int = 1) -> tuple[Matter, tuple[Slot, ...]]:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    return matter, await slots_on(tx, group, 24, 25, 26, capacity=capacity)


def slot_at(slots: Sequence[Slot], day: int, hour: int, minute: int = 0) -> Slot:
    return next(slot for slot in slots if slot.starts_at == at(day, hour, minute))


async def a_booking(db: Database, slot: Slot, matter: Matter, openid: str = "o-wang", **more: Any) -> Appointment:
    who = await db.transact(a_citizen, openid)
    return await db.transact(book, who, slot.id, matter, "王芳", "13800000001", MONDAY, **more)


async def close(db: Database, span: tuple[datetime, datetime], how: How = How.MOVE) -> closures.Closed:
    return await db.transact(closures.close, HALL.id, None, *span, "停电检修", how, "王主任", MONDAY)


async def where(db: Database, held: Appointment) -> str:
    now = await db.consult(appointments.find, held.number)
    assert now is not None
    return f"{now.state} {local(now.starts_at):%d %H:%M}"


async def test_whole_day_closed_moves_everybody_to_the_same_half_day_next_time(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    morning = await a_booking(db, slot_at(slots, 24, 9, 30), matter, "o-1")
    afternoon = await a_booking(db, slot_at(slots, 24, 13), matter, "o-2")
    done = await close(db, TUESDAY)
    assert (done.moved, done.cancelled, done.kept, done.to_call) == (2, 0, 0, ())
    assert (await where(db, morning), await where(db, afternoon)) == ("booked 25 09:30", "booked 25 13:00")
    assert await db.consult(taken, slot_at(slots, 25, 9, 30)) == (1, 1)
    assert await db.consult(taken, slot_at(slots, 24, 9, 30)) == (0, 0)
    (notice,) = await db.consult(notices.untold, morning.citizen_id, MONDAY)
    assert (notice.kind, notice.facts) == (
        Kind.MOVED,
        {
            "number": morning.number,
            "matter": matter.name,
            "was_at": "2026-11-24T09:30:00+08:00",
            "starts_at": "2026-11-25T09:30:00+08:00",
            "reason": "停电检修",
        },
    )
    (fact,) = await db.consult(facts.of, morning.id)
    assert (fact.what, fact.by, fact.note, fact.slot_id) == ("moved", "王主任", "停电检修", morning.slot_id)


async def test_half_a_day_closed_may_move_to_later_the_same_day(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    for slot in slots:
        if slot.on > at(24, 0).date():
            await a_booking(db, slot, matter, f"o-other-{slot.id}")
    held = await a_booking(db, slot_at(slots, 24, 10), matter)
    await close(db, MORNING)
    assert (await where(db, held)).startswith("booked 24 13:00")


async def test_nobody_is_moved_to_before_their_time_and_who_finds_no_place_is_cancelled(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    late = await a_booking(db, slot_at(slots, 26, 16), matter)
    done = await close(db, (at(26, 15), at(26, 17)))
    assert (done.moved, done.cancelled) == (0, 1)
    assert await where(db, late) == "cancelled 26 16:00"
    (notice,) = await db.consult(notices.untold, late.citizen_id, MONDAY)
    assert (notice.kind, notice.facts["reason"]) == (Kind.CANCELLED, "停电检修")


async def test_cancelled_by_the_hall_is_nobodys_lapse(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    threshold = {"most": 1, "counts": ["cancel", "no_show"], "within": "month", "pause": {"days": 30}}
    await db.transact(rule_book.set_rules, HALL.id, {"threshold": [threshold]}, "王主任", MONDAY)
    held = await a_booking(db, slots[0], matter)
    await close(db, TUESDAY, How.CANCEL)
    assert await db.transact(no_shows.mark_missed, at(25, 1)) == 0
    assert await where(db, held) == "cancelled 24 09:00"
    await a_booking(db, slot_at(slots, 25, 9), matter)  # nothing stops them


async def test_shut_slot_gives_no_place_and_closing_again_changes_nothing(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    await a_booking(db, slots[0], matter)
    first = await close(db, TUESDAY)
    with pytest.raises(SlotGone):
        await a_booking(db, slots[1], matter, "o-2")
    again = await close(db, TUESDAY)
    assert (again.closure_id, again.moved, again.cancelled) == (first.closure_id, 0, 0)


async def test_reopened_slots_can_be_booked_again(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    await a_booking(db, slots[0], matter)
    done = await close(db, TUESDAY)
    assert await db.transact(closures.reopen, done.closure_id, "王主任", MONDAY) == 13
    await a_booking(db, slots[0], matter, "o-2")
    with pytest.raises(ClosureNotFound):
        await db.transact(closures.reopen, done.closure_id, "王主任", MONDAY)


async def test_who_has_arrived_stays(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    held = await a_booking(db, slots[0], matter)
    await db.transact(appointments.arrive, held, at(24, 8, 50))
    done = await db.transact(closures.close, HALL.id, None, *TUESDAY, "停电", How.MOVE, "王主任", at(24, 8, 55))
    assert (done.moved, done.cancelled, done.kept) == (0, 0, 1)
    assert await where(db, held) == "arrived 24 09:00"


async def test_two_of_one_person_for_one_matter_do_not_land_on_one_day(db: Database) -> None:
    matter, slots = await db.transact(a_week, 3)
    first = await a_booking(db, slot_at(slots, 24, 9), matter)
    second = await a_booking(db, slot_at(slots, 25, 9), matter)
    await close(db, TUESDAY)
    assert (await where(db, first), await where(db, second)) == ("booked 26 09:00", "booked 25 09:00")


async def test_family_may_be_moved_to_the_same_day(db: Database) -> None:
    matter, slots = await db.transact(a_week, 3)
    first = await a_booking(db, slot_at(slots, 24, 9), matter, relation=Relation.FAMILY)
    await a_booking(db, slot_at(slots, 25, 9), matter)
    await close(db, TUESDAY)
    assert await where(db, first) == "booked 25 09:00"


async def test_only_the_group_that_closes_is_shut(db: Database) -> None:
    matter, slots = await db.transact(a_week)

    async def of_group_b(tx: Tx) -> tuple[Matter, tuple[Slot, ...]]:
        return await a_matter(tx, group := await a_group(tx, "B"), "card", name="社保卡"), await slots_on(tx, group, 24)

    card, others = await db.transact(of_group_b)
    held = await a_booking(db, others[0], card)
    span = (HALL.id, matter.group_id, *TUESDAY)
    await db.transact(closures.close, *span, "系统升级", How.MOVE, "王主任", MONDAY)
    assert await where(db, held) == "booked 24 09:00"
    with pytest.raises(SlotGone):
        await a_booking(db, slots[0], matter)


async def test_place_offered_or_held_in_a_shut_slot_is_given_up(db: Database) -> None:
    matter, slots = await db.transact(a_week)
    who = await db.transact(a_citizen, "o-1")
    await db.transact(holds.hold, who.id, slots[0].id, matter, MONDAY)
    await close(db, TUESDAY)
    assert await db.consult(holds.own, who.id, MONDAY) == ()
    assert await db.consult(taken, slots[0]) == (0, 0)
    assert await db.transact(waiting.return_due, MONDAY) == waiting.Given(0, 0)


async def test_closure_needs_a_reason_and_a_span(db: Database) -> None:
    await db.transact(a_week)
    with pytest.raises(BadClosure, match="结束要在开始之后"):
        await close(db, TUESDAY[::-1])
    with pytest.raises(BadClosure, match="要写明原因"):
        await db.transact(closures.close, HALL.id, None, *TUESDAY, " ", How.MOVE, "王主任", MONDAY)


# ------------------------------------------------------------------------------------------------ a full day, at once


async def a_crowd(tx: Tx, n: int) -> tuple[Matter, tuple[Slot, ...]]:
    """`n` people on Tuesday, spread over its thirteen slots."""
    matter, slots = await a_week(tx, capacity=n)
    tuesday = [slot for slot in slots if slot.on == at(24, 0).date()]
    for number in range(n):
        who = await a_citizen(tx, f"o-{number}")
        phone = f"1380000{number:04d}"
        await book(tx, who, tuesday[number % len(tuesday)].id, matter, "王芳", phone, MONDAY)
    return matter, slots


async def test_closing_in_steps_by_two_workers_while_people_book_and_cancel_loses_nobody(db: Database) -> None:
    _, slots = await db.transact(a_crowd, 40)
    held = [one for n in range(40) for one in await own(db, n)]
    closure = await db.transact(closures.shut, HALL.id, None, *TUESDAY, "停电", "王主任", MONDAY)

    async def work() -> closures.Closed:
        done = closures.Closed(closure.id)
        while True:
            step = await db.transact(closures.empty, closure, How.MOVE, "王主任", MONDAY, 7)
            done += step
            if step.moved + step.cancelled == 0:
                return done

    leaving = [db.transact(appointments.cancel, one.citizen_id, one.number, MONDAY) for one in held[::4]]
    ended = await at_once(db, work(), work(), *leaving)
    assert [one for one in ended if isinstance(one, BaseException)] == []
    async with db.read() as tx:
        live = (rows.c.state == State.BOOKED, slot_rows.c.closure_id.is_(None))
        stays = select(func.count()).select_from(rows).join(slot_rows, slot_rows.c.id == rows.c.slot_id).where(*live)
        assert await tx.value(stays) == 30
        assert [await taken(tx, slot) for slot in slots if slot.on == at(24, 0).date()] == [(0, 0)] * 13
        for slot in slots:
            said, really = await taken(tx, slot)
            assert said == really
        assert await tx.value(select(func.count()).select_from(closure_rows)) == 1


async def test_kept_places_booked_while_the_hall_closes_are_not_left_behind(db: Database) -> None:
    matter, slots = await db.transact(a_week, 5)
    crowd = [await db.transact(a_citizen, f"o-{n}") for n in range(5)]
    for who in crowd:
        await db.transact(holds.hold, who.id, slots[0].id, matter, MONDAY)
    form = (slots[0].id, matter, "王芳", "13800000001", MONDAY)
    span = (HALL.id, None, *TUESDAY, "停电", How.CANCEL, "王主任", MONDAY)
    await at_once(db, *(db.transact(book, who, *form) for who in crowd), db.transact(closures.close, *span))
    async with db.read() as tx:
        assert await tx.all(select(rows.c.id).where(rows.c.state == State.BOOKED)) == []
        assert await taken(tx, slots[0]) == (0, 0)


async def own(db: Database, number: int) -> tuple[Appointment, ...]:
    who = await db.transact(a_citizen, f"o-{number}")
    return await db.consult(appointments.own, who.id, MONDAY)
