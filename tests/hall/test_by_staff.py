"""Staff book by phone, cancel, move, excuse and lift; what they do is kept with their name."""

import pytest
from sqlalchemy import insert, select

from hall.appointments import by_staff, facts
from hall.appointments import people as marks
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Relation, Slot, State
from hall.appointments.refusals import AlreadyBooked, AppointmentNotFound, BadPhone, BanNotFound, SlotFull
from hall.appointments.rules import Key
from hall.appointments.tables import appointments as rows
from hall.appointments.tables import bans
from hall.appointments.tables import slots as slot_rows
from hall.citizens import service as citizens
from hall.citizens.tables import citizens as people
from hall.matters.model import Matter
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, at_once, book, slots_on

PHONE = "138 0000 0001"


async def a_desk(tx: Tx) -> tuple[Matter, tuple[Slot, ...]]:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    slots = await slots_on(tx, group, 24, capacity=1)
    await tx.run(slot_rows.update().where(slot_rows.c.id == slots[0].id).values(reserve=1))
    return matter, slots


async def by_phone(db: Database, slot: Slot, matter: Matter, phone: str = PHONE, name: str = "王芳") -> Appointment:
    return await db.transact(by_staff.book_for, "张三", phone, name, slot.id, matter, MONDAY)


async def test_caller_gets_a_place_of_the_reserve_when_the_public_ones_are_gone(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    wang = await db.transact(a_citizen)
    await db.transact(book, wang, slots[0].id, matter, "李雷", "13800000002", MONDAY)
    held = await by_phone(db, slots[0], matter)
    assert (held.is_reserve, held.booked_by, held.phone) == (True, "张三", "13800000001")
    with pytest.raises(SlotFull):
        await by_phone(db, slots[0], matter, "13800000003")
    with pytest.raises(BadPhone):
        await by_phone(db, slots[0], matter, "1380000")


async def test_caller_is_known_again_and_is_nobody_on_wechat(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    wang = await db.transact(a_citizen)
    await db.transact(citizens.remember, wang.id, "王芳", "13800000001")
    held = await by_phone(db, slots[1], matter)
    assert held.citizen_id != wang.id
    with pytest.raises(AlreadyBooked, match=held.number):
        await by_phone(db, slots[2], matter)


async def test_two_calls_at_once_meet_one_citizen(db: Database) -> None:
    await db.transact(a_hall)
    met = await at_once(db, *(db.transact(citizens.by_phone, "13800000001", MONDAY) for _ in range(10)))
    assert len({one.id for one in met if not isinstance(one, BaseException)}) == 1
    async with db.read() as tx:
        assert len(await tx.all(select(people.c.id))) == 1


async def test_staff_cancel_and_move_for_the_person(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    held = await by_phone(db, slots[1], matter)
    moved = await db.transact(by_staff.move_for, "张三", held.number.lower(), slots[2].id, MONDAY)
    assert (moved.number, moved.starts_at) == (held.number, slots[2].starts_at)
    gone = await db.transact(by_staff.cancel_for, "张三", held.number, MONDAY)
    assert gone.state is State.CANCELLED
    assert [(fact.what, fact.by) for fact in await db.consult(facts.of, held.id)] == [
        ("moved", "张三"),
        ("cancelled", "张三"),
    ]
    async with db.read() as tx:
        assert await tx.value(select(rows.c.ended_by)) == "staff"
    with pytest.raises(AppointmentNotFound):
        await db.transact(by_staff.cancel_for, "张三", "Y261123AAAAA11", MONDAY)


async def test_family_and_company_are_booked_for(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    mother = await db.transact(by_staff.book_for, "张三", PHONE, "李秀英", slots[1].id, matter, MONDAY, Relation.FAMILY)
    company = {"relation": Relation.COMPANY, "company": "宏达商贸"}
    firm = await db.transact(by_staff.book_for, "张三", PHONE, "王芳", slots[2].id, matter, MONDAY, **company)
    assert (mother.relation, firm.relation, firm.company) == (Relation.FAMILY, Relation.COMPANY, "宏达商贸")


async def test_pauses_are_listed_without_names_and_lifted_with_a_reason(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    held = await by_phone(db, slots[1], matter)
    async with db.tx() as tx:
        mark = (await marks.marks_kept(tx, held))[Key.PHONE]
        made = {"hall_id": HALL.id, "rule": "一个自然月里约了没来满3次", "from_at": MONDAY, "until_at": at(30, 0)}
        await tx.insert(insert(bans).values(mark=mark, **made))
        await tx.insert(insert(bans).values(mark="c:999", **made))
    assert len(await db.consult(by_staff.pauses, HALL.id, MONDAY)) == 2
    (pause,) = await db.consult(by_staff.pauses, HALL.id, MONDAY, held.number)
    assert (pause.key, pause.rule) == (Key.PHONE, "一个自然月里约了没来满3次")
    await db.transact(by_staff.lift, "张三", pause.id, "住院", MONDAY)
    assert await db.consult(by_staff.pauses, HALL.id, MONDAY, held.number) == ()
    with pytest.raises(BanNotFound):
        await db.transact(by_staff.lift, "张三", pause.id, "住院", MONDAY)
    async with db.read() as tx:
        kept = await tx.one(select(bans.c.lifted_by, bans.c.lifted_why).where(bans.c.id == pause.id))
    assert kept == ("张三", "住院")


async def test_only_what_lapsed_can_be_excused(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    held = await by_phone(db, slots[1], matter)
    with pytest.raises(AppointmentNotFound):
        await db.transact(by_staff.excuse, "张三", held.number, "住院", MONDAY)
    await db.transact(appointments.cancel, held.citizen_id, held.number, MONDAY)
    await db.transact(by_staff.excuse, "张三", held.number, "住院", MONDAY)
    last = (await db.consult(facts.of, held.id))[-1]
    assert (last.what, last.by, last.note) == ("excused", "张三", "住院")


async def test_day_is_listed_by_time(db: Database) -> None:
    matter, slots = await db.transact(a_desk)
    await by_phone(db, slots[3], matter)
    await by_phone(db, slots[1], matter, "13800000002")
    listed = await db.consult(by_staff.on_day, HALL.id, at(24, 0).date())
    assert [one.starts_at for one in listed] == [slots[1].starts_at, slots[3].starts_at]
