"""Appeals against a pause: what led to it, one at a time, answered once, the person told, the words gone in time."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from hall.appointments import appeals, by_staff, lapses, no_shows, rule_book
from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.appointments.refusals import AppointmentNotFound, BanNotFound
from hall.appointments.tables import appeals as rows
from hall.notices import service as notices
from hall.notices.model import Kind
from hall.places import service as places
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on
from tests.handlers.staff import OTHER

MISSED = at(25, 0, 1)
ONE_IS_ENOUGH = {
    "threshold": [{"most": 1, "counts": ["no_show"], "within": "month", "pause": {"days": 30}, "by": ["phone"]}]
}


async def a_pause(tx: Tx) -> Appointment:
    """Somebody who did not come, and may not book for thirty days."""
    await a_hall(tx)
    await places.found(tx, OTHER)
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, ONE_IS_ENOUGH, "王主任", MONDAY)
    slots = await slots_on(tx, group, 24, 26)
    return await book(tx, await a_citizen(tx), slots[0].id, matter, "王小明", "13800000001", MONDAY)


async def paused(db: Database) -> tuple[Appointment, int]:
    held = await db.transact(a_pause)
    await db.transact(no_shows.mark_missed, MISSED)
    (pause,) = await db.consult(by_staff.pauses, HALL.id, MISSED)
    return held, pause.id


async def told(db: Database, held: Appointment) -> list[Kind]:
    return [one.kind for one in await db.consult(notices.untold, held.citizen_id, at(25, 12))]


async def test_an_appeal_is_answered_once_and_the_person_told_why(db: Database) -> None:
    held, ban_id = await paused(db)
    said = "那天到了，13800000001 可以查"
    await db.transact(appeals.appeal, HALL.id, ban_id, said, "导办小赵", at(25, 9))
    with pytest.raises(appeals.AppealOpen):
        await db.transact(appeals.appeal, HALL.id, ban_id, "再说一遍", "导办小赵", at(25, 9))
    heard = await db.consult(appeals.look, HALL.id, ban_id, at(25, 9))
    assert [one.held.number for one in heard.lapses] == [held.number]
    assert heard.open_appeal is not None and heard.open_appeal.said == "那天到了，〔手机号〕 可以查"
    await db.transact(appeals.refuse, HALL.id, ban_id, "监控里没有查到", "王主任", at(25, 10))
    with pytest.raises(appeals.NoAppeal):
        await db.transact(appeals.refuse, HALL.id, ban_id, "监控里没有查到", "王主任", at(25, 10))
    assert await told(db, held) == [Kind.BANNED, Kind.APPEAL_REFUSED]
    assert (await db.consult(appeals.look, HALL.id, ban_id, at(25, 9))).is_in_force


async def test_lifting_answers_the_appeal_tells_the_person_and_lets_them_book(db: Database) -> None:
    held, ban_id = await paused(db)
    await db.transact(appeals.appeal, HALL.id, ban_id, "住院了", "导办小赵", at(25, 9))
    (pause,) = await db.consult(by_staff.pauses, HALL.id, at(25, 9))
    assert await db.consult(appeals.awaited, [pause]) == {ban_id}
    await db.transact(appeals.lift, HALL.id, ban_id, "有出院小结", "王主任", at(25, 10))
    await db.transact(appeals.excuse, HALL.id, held.number, "有出院小结", "王主任", at(25, 10))
    heard = await db.consult(appeals.look, HALL.id, ban_id, at(25, 11))
    assert (heard.is_in_force, heard.open_appeal, heard.lapses[0].excused_by) == (False, None, "王主任")
    assert await told(db, held) == [Kind.BANNED, Kind.LIFTED]
    with pytest.raises(BanNotFound):
        await db.transact(appeals.lift, HALL.id, ban_id, "再来一次", "王主任", at(25, 11))
    assert await db.transact(lapses.lift, ban_id, "王主任", "x", at(25, 11)) is False


async def test_another_halls_pause_is_as_if_it_were_not(db: Database) -> None:
    held, ban_id = await paused(db)
    for verb, words in ((appeals.appeal, "我来了"), (appeals.refuse, "没有"), (appeals.lift, "没有")):
        with pytest.raises(BanNotFound):
            await db.transact(verb, OTHER.id, ban_id, words, "外人", at(25, 9))
    with pytest.raises(AppointmentNotFound):
        await db.transact(appeals.excuse, OTHER.id, held.number, "没有", "外人", at(25, 9))


async def test_what_was_said_goes_with_the_names_and_with_who_leaves(db: Database) -> None:
    held, ban_id = await paused(db)
    for verb, *what in (
        (appointments.erase_personal, date(2026, 11, 25) + timedelta(days=1)),
        (appointments.erase, held.citizen_id),
    ):
        await db.transact(appeals.appeal, HALL.id, ban_id, "住院了", "导办小赵", at(25, 9))
        await db.transact(verb, *what)  # type: ignore[arg-type]
        async with db.read() as tx:
            assert {row.said for row in await tx.all(select(rows.c.said))} == {None}
        await db.transact(appeals.refuse, HALL.id, ban_id, "没有查到", "王主任", at(25, 10))


# ------------------------------------------------------------------------------------------------ two at once


async def open_now(db: Database) -> int:
    async with db.read() as tx:
        return len(await tx.all(select(rows.c.id).where(rows.c.is_lifted.is_(None))))


async def test_two_who_note_the_same_appeal_at_once_note_it_once(db: Database) -> None:
    _, ban_id = await paused(db)
    noting = (db.transact(appeals.appeal, HALL.id, ban_id, "住院了", f"导办{n}", at(25, 9)) for n in range(6))
    said = await at_once(db, *noting)
    assert sum(isinstance(one, appeals.AppealOpen) for one in said) == 5
    assert await open_now(db) == 1


async def test_control_noting_after_only_a_look_notes_it_twice(db: Database) -> None:
    _, ban_id = await paused(db)

    async def careless(n: int) -> None:
        heard = await db.consult(appeals.look, HALL.id, ban_id, at(25, 9))
        await asyncio.sleep(0.02)
        async with db.tx() as tx:
            if heard.open_appeal is None:
                made = {"ban_id": ban_id, "made_by": f"导办{n}", "made_at": at(25, 9)}
                await tx.insert(insert(rows).values(**made))

    await at_once(db, careless(1), careless(2))
    assert await open_now(db) == 2
