"""Who did not come: written once, counted in the month it happened, and nobody's fault where the hall was shut."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hall.appointments import facts, lapses, no_shows, rule_book
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, State
from hall.appointments.refusals import Banned, TooLate
from hall.appointments.tables import appointments as rows
from hall.appointments.tables import bans
from hall.appointments.tables import slots as slot_rows
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on

MIDNIGHT = at(25, 0, 1)
THREE_A_MONTH = {"threshold": [{"most": 2, "counts": ["no_show"], "within": "month", "pause": {"days": 30}}]}


async def a_day(tx: Tx, n: int = 1, **rules: Any) -> list[Appointment]:
    """Appointments of `n` people on Tuesday, from nine o'clock on."""
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, rules, "王主任", MONDAY)
    slots = await slots_on(tx, group, 24, 26, capacity=20)
    who = [await a_citizen(tx, f"o-{number}") for number in range(n)]
    form = ("王芳", "13800000001")
    return [await book(tx, one, slots[0].id, matter, *form, MONDAY) for one in who]


async def test_nobody_is_missed_before_the_day_is_over(db: Database) -> None:
    (held,) = await db.transact(a_day)
    assert await db.transact(no_shows.mark_missed, at(24, 23, 59)) == 0
    assert await db.transact(no_shows.mark_missed, MIDNIGHT) == 1
    assert await db.transact(no_shows.mark_missed, MIDNIGHT) == 0
    async with db.read() as tx:
        row = await tx.one(select(rows.c.state, rows.c.live_key, rows.c.ended_at, rows.c.ended_by))
        assert row == (State.NO_SHOW, None, at(24, 9, 30), "job")
        assert [(fact.what, fact.by) for fact in await facts.of(tx, held.id)] == [("no_show", "job")]


async def test_rules_may_end_the_wait_sooner(db: Database) -> None:
    await db.transact(a_day, check_in={"late_minutes": 15})
    assert await db.transact(no_shows.mark_missed, at(24, 9, 15)) == 0
    assert await db.transact(no_shows.mark_missed, at(24, 9, 16)) == 1


async def test_who_came_or_cancelled_is_not_missed(db: Database) -> None:
    came, cancelled, moved = await db.transact(a_day, 3)
    await db.transact(appointments.arrive, came, at(24, 9))
    await db.transact(appointments.cancel, cancelled.citizen_id, cancelled.number, MONDAY)
    async with db.tx() as tx:
        thursday = await tx.value(select(slot_rows.c.id).where(slot_rows.c.starts_at == at(26, 9)))
    await db.transact(appointments.reschedule, moved.citizen_id, moved.number, thursday, MONDAY)
    assert await db.transact(no_shows.mark_missed, MIDNIGHT) == 0


async def test_nobody_is_missed_where_the_hall_was_shut(db: Database) -> None:
    await db.transact(a_day)
    async with db.tx() as tx:
        await tx.run(update(slot_rows).values(closure_id=7))
    assert await db.transact(no_shows.mark_missed, MIDNIGHT) == 0


async def a_person(tx: Tx, **rules: Any) -> tuple[int, Matter, tuple[int, ...]]:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, rules, "王主任", MONDAY)
    slots = await slots_on(tx, group, 24, 25, 26, 30)
    return (await a_citizen(tx)).id, matter, tuple({slot.on: slot.id for slot in reversed(slots)}.values())[::-1]


async def test_lapses_warn_and_then_stop_booking(db: Database) -> None:
    _, matter, (first, second, third, _) = await db.transact(a_person, **THREE_A_MONTH)
    wang = await db.transact(a_citizen)
    form = (matter, "王芳", "13800000001", MONDAY)
    for slot_id in (first, second):
        await db.transact(book, wang, slot_id, *form)
    await db.transact(no_shows.mark_missed, at(25, 0, 1))
    await db.transact(no_shows.mark_missed, at(26, 0, 1))
    said = await db.consult(notices.untold, wang.id, at(26, 9))
    assert [one.kind for one in said] == [Kind.WARNED, Kind.BANNED]
    with pytest.raises(Banned, match="12月25日"):  # thirty days from the day on which nobody came
        await db.transact(book, wang, third, *form[:-1], at(26, 1))


async def test_lapse_of_the_last_day_counts_in_its_month_though_the_job_comes_after_midnight(db: Database) -> None:
    rules = {"threshold": [{"most": 2, "counts": ["no_show"], "within": "month", "pause": {"days": 30}}]}
    _, matter, (first, *_, last) = await db.transact(a_person, **rules)
    wang = await db.transact(a_citizen)
    for slot_id in (first, last):
        await db.transact(book, wang, slot_id, matter, "王芳", "13800000001", MONDAY)
    await db.transact(no_shows.mark_missed, at(30, 23) + timedelta(hours=2))
    async with db.read() as tx:
        assert len(await tx.all(select(bans.c.id))) == 1


async def test_excused_lapse_counts_no_more_and_a_lifted_pause_is_over(db: Database) -> None:
    rules = {"threshold": [{"most": 1, "counts": ["no_show"], "within": "month", "pause": {"days": 30}}]}
    _, matter, (first, _, third, _) = await db.transact(a_person, **rules)
    wang = await db.transact(a_citizen)
    held = await db.transact(book, wang, first, matter, "王芳", "13800000001", MONDAY)
    await db.transact(no_shows.mark_missed, MIDNIGHT)
    async with db.tx() as tx:
        ban_id = await tx.value(select(bans.c.id))
        assert await lapses.lift(tx, ban_id, "王主任", "住院了，有证明", MIDNIGHT)
        await lapses.excuse(tx, held, "王主任", "住院了，有证明", MIDNIGHT)
    await db.transact(book, wang, third, matter, "王芳", "13800000001", MIDNIGHT)


async def test_pause_for_the_whole_hall_stops_moving_an_appointment_of_a_matter_with_rules_of_its_own(
    db: Database,
) -> None:
    rules = {"threshold": [{"most": 1, "counts": ["no_show"], "within": "month", "pause": {"days": 30}}]}
    _, matter, (first, second, third, _) = await db.transact(a_person, **rules)
    async with db.tx() as tx:
        group = await matters.group(tx, matter.group_id)
        lenient = await a_matter(tx, group, "lenient")
        await rule_book.set_rules(tx, HALL.id, {}, "王主任", MONDAY, (None, lenient.id))
    wang = await db.transact(a_citizen)
    form = ("王芳", "13800000001", MONDAY)
    await db.transact(book, wang, first, matter, *form)
    kept = await db.transact(book, wang, second, lenient, *form)
    await db.transact(no_shows.mark_missed, MIDNIGHT)
    with pytest.raises(Banned):
        await db.transact(appointments.reschedule, wang.id, kept.number, third, MIDNIGHT)


# ------------------------------------------------------------------------------------------------ everybody at once


async def test_several_workers_mark_each_once(db: Database) -> None:
    await db.transact(a_day, 12, **THREE_A_MONTH)
    marked = await at_once(db, *(db.transact(no_shows.mark_missed, MIDNIGHT) for _ in range(8)))
    assert sum(one for one in marked if isinstance(one, int)) == 12
    async with db.read() as tx:
        assert len(await tx.all(select(facts.appointment_facts.c.id))) == 12


async def test_control_marking_what_was_only_read_marks_it_twice(db: Database) -> None:
    await db.transact(a_day, 12)

    async def careless() -> int:
        async with db.read() as tx:
            ids = [row.id for row in await tx.all(select(rows.c.id).where(rows.c.state == State.BOOKED))]
        await asyncio.sleep(0.01)
        async with db.tx() as tx:
            await tx.run(update(rows).where(rows.c.id.in_(ids)).values(state=State.NO_SHOW))
        return len(ids)

    assert sum(one for one in await at_once(db, careless(), careless()) if isinstance(one, int)) > 12


async def test_who_cancels_at_the_last_moment_is_either_cancelled_or_missed(db: Database) -> None:
    day = await db.transact(a_day, 10)
    just_before = at(24, 8, 59)
    work: list[Any] = [db.transact(appointments.cancel, one.citizen_id, one.number, just_before) for one in day]
    work += [db.transact(no_shows.mark_missed, MIDNIGHT) for _ in range(3)]
    ended = await at_once(db, *work)
    cancelled = sum(isinstance(one, Appointment) for one in ended)
    missed = sum(one for one in ended if isinstance(one, int))
    assert cancelled + missed == 10
    async with db.read() as tx:
        assert len(await tx.all(select(facts.appointment_facts.c.id))) == 10
        assert await tx.value(select(slot_rows.c.booked).where(slot_rows.c.starts_at == at(24, 9))) == missed
    assert {type(one) for one in ended if isinstance(one, BaseException)} <= {TooLate}
