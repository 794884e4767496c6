"""One matter closed for a while, whose group goes on: nobody new for it, its people looked after, the others untouched."""

from datetime import datetime

import pytest
from sqlalchemy import update

from hall.appointments import closures, effects, no_shows, offers, shut_matters, waiting
from hall.appointments import service as appointments
from hall.appointments.booking import take_place
from hall.appointments.closures import How
from hall.appointments.model import Appointment, Slot
from hall.appointments.refusals import MatterShut
from hall.appointments.tables import slots as slot_rows
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on
from tests.hall.test_closures import TUESDAY, a_booking, slot_at, where
from tests.hall.test_holds import taken

MORNING = (at(24, 9), at(24, 12))


async def two_matters(tx: Tx) -> tuple[Matter, Matter, tuple[Slot, ...]]:
    """Of one group, with a week of places they share."""
    await a_hall(tx)
    group = await a_group(tx)
    licence, tax = await a_matter(tx, group), await a_matter(tx, group, "tax", name="税务登记")
    return licence, tax, await slots_on(tx, group, 24, 25, capacity=2)


async def close(
    db: Database, of: Matter, span: tuple[datetime, datetime] = TUESDAY, how: How = How.MOVE
) -> closures.Closed:
    what = (HALL.id, of.group_id, *span, "系统升级", how, "王主任", MONDAY, of.id)
    return await db.transact(closures.close, *what)


async def test_its_people_are_moved_out_of_the_span_and_told_and_the_others_stay(db: Database) -> None:
    licence, tax, slots = await db.transact(two_matters)
    morning = slot_at(slots, 24, 9, 30)
    held = await a_booking(db, morning, licence, "o-1")
    other = await a_booking(db, morning, tax, "o-2")
    seen = await db.consult(effects.foresee, HALL.id, licence.group_id, *TUESDAY, How.MOVE, MONDAY, licence.id)
    assert [(one.held.id, one.to and one.to.on.day) for one in seen.people] == [(held.id, 25)]
    done = await close(db, licence)
    assert (done.moved, done.cancelled, done.kept) == (1, 0, 0)
    assert (await where(db, held), await where(db, other)) == ("booked 25 09:30", "booked 24 09:30")
    assert await db.consult(taken, morning) == (1, 1)
    (notice,) = await db.consult(notices.untold, held.citizen_id, MONDAY)
    assert (notice.kind, notice.facts["reason"]) == (Kind.MOVED, "系统升级")
    closure = await db.consult(closures.closure, HALL.id, done.closure_id)
    (outcome,) = await db.consult(effects.outcomes, closure, 9)
    assert (outcome.held.id, outcome.was_at) == (held.id, morning.starts_at)
    assert await db.consult(effects.left, [closure]) == {}
    assert await db.consult(closures.names, [closure]) == {closure.id: "食品经营许可证核发"}


async def test_nobody_books_moves_or_waits_into_it_and_the_place_is_there_for_the_others(db: Database) -> None:
    licence, tax, slots = await db.transact(two_matters)
    morning, later = slot_at(slots, 24, 9, 30), slot_at(slots, 25, 9, 30)
    held = await a_booking(db, later, licence, "o-1")
    await close(db, licence, MORNING)
    said = "“食品经营许可证核发”11月24日（周二）09:00到12:00停办（系统升级），这段时间约不了"
    with pytest.raises(MatterShut, match=said):
        await a_booking(db, morning, licence, "o-2")
    with pytest.raises(MatterShut):
        await db.transact(appointments.reschedule, held.citizen_id, held.number, morning.id, MONDAY)
    offered = await db.consult(offers.on_offer, licence, at(24, 0).date(), MONDAY)
    assert offered.slots[0].starts_at == at(24, 13)
    near = await db.consult(offers.nearest_on_offer, offers.Of.matter(licence), at(24, 9), MONDAY)
    assert {slot.starts_at.astimezone(MONDAY.tzinfo).hour >= 12 or slot.on.day == 25 for slot in near} == {True}
    assert (await a_booking(db, morning, tax, "o-3")).slot_id == morning.id
    assert (await a_booking(db, slot_at(slots, 24, 13), licence, "o-4")).on.day == 24


async def test_a_day_wholly_closed_says_so_and_opens_again(db: Database) -> None:
    licence, _, slots = await db.transact(two_matters)
    done = await close(db, licence)
    offered = await db.consult(offers.on_offer, licence, at(24, 0).date(), MONDAY)
    assert offered.slots == ()
    assert offered.why_not is not None and "11月24日（周二）停办（系统升级）" in offered.why_not.message
    await db.transact(closures.reopen, done.closure_id, "王主任", MONDAY)
    assert (await a_booking(db, slot_at(slots, 24, 9), licence)).on.day == 24


async def test_who_waits_for_it_is_offered_nothing_there_and_nobody_is_missed(db: Database) -> None:
    licence, _, slots = await db.transact(two_matters)
    tuesday = [one for one in slots if one.on.day == 24]
    left = await a_booking(db, tuesday[0], licence, "o-left")
    for n, slot in enumerate(each for each in tuesday for _ in range(each.capacity)):
        if n:
            await db.transact(take, slot.id)
    waits = await db.transact(a_citizen, "o-waits")
    await db.transact(waiting.join, waits.id, licence, tuesday[0].on, tuesday[0].on, MONDAY)
    what = (HALL.id, licence.group_id, *TUESDAY, "系统升级", "王主任", MONDAY, licence.id)
    closure = await db.transact(closures.shut, *what)
    await db.transact(one_more_place, tuesday[3].id)
    assert await db.transact(waiting.offer_free, MONDAY) == 0
    assert await db.consult(effects.left, [closure]) == {closure.id: 1}  # a step was lost on the way
    assert await db.transact(no_shows.mark_missed, at(26, 9)) == 0
    assert (await where(db, left)).startswith("booked")
    await db.transact(closures.reopen, closure.id, "王主任", MONDAY)
    assert await db.transact(waiting.offer_free, MONDAY) == 1
    assert await db.transact(no_shows.mark_missed, at(26, 9)) == 1


async def take(tx: Tx, slot_id: int) -> None:
    assert await take_place(tx, slot_id)


async def one_more_place(tx: Tx, slot_id: int) -> None:
    await tx.run(update(slot_rows).where(slot_rows.c.id == slot_id).values(capacity=slot_rows.c.capacity + 1))


async def test_whoever_books_while_it_is_closed_is_refused_or_looked_after(db: Database) -> None:
    licence, _, slots = await db.transact(two_matters)

    async def one(n: int) -> Appointment:
        who = await db.transact(a_citizen, f"o-{n}")
        return await db.transact(book, who, slots[n].id, licence, "王芳", f"1380000{n:04d}", MONDAY)

    closing = close(db, licence)
    ended = await at_once(db, *(one(n) for n in range(6)), closing, *(one(n) for n in range(6, 12)))
    assert [each for each in ended if isinstance(each, BaseException) and not isinstance(each, MatterShut)] == []
    held = [each for each in ended if isinstance(each, Appointment)]
    assert {(await where(db, each)).split()[1] for each in held} <= {"25"}


async def test_control_who_went_by_what_they_saw_before_the_lock_would_book_into_it(db: Database) -> None:
    licence, _, slots = await db.transact(two_matters)
    before = await db.consult(shut_matters.ahead, [HALL.id], MONDAY)
    await close(db, licence)
    after = await db.consult(shut_matters.ahead, [HALL.id], MONDAY)
    said = [shut_matters.refusal(seen, slots[0], licence.id, licence.name) for seen in (before, after)]
    assert [one is None for one in said] == [True, False]
