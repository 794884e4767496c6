from sqlalchemy import select

from hall.citizens import service as citizens
from hall.citizens.tables import citizens as table
from kit.db import Database
from tests.hall.builders import MONDAY, at_once


async def test_meeting_twice_is_one_citizen(db: Database) -> None:
    first = await db.transact(citizens.meet, "o-1", MONDAY)
    again = await db.transact(citizens.meet, "o-1", MONDAY)
    assert again == first


async def test_meeting_from_twenty_messages_at_once_is_one_citizen(db: Database) -> None:
    met = await at_once(db, *(db.transact(citizens.meet, "o-1", MONDAY) for _ in range(20)))
    assert met == [await db.consult(citizens.known, "o-1")] * 20


async def test_stranger_is_not_known(db: Database) -> None:
    assert await db.consult(citizens.known, "o-nobody") is None


async def test_remembered_name_and_phone_come_back_and_are_never_printed(db: Database) -> None:
    met = await db.transact(citizens.meet, "o-1", MONDAY)
    await db.transact(citizens.remember, met.id, "王小明", "13800000001")
    citizen = await db.consult(citizens.known, "o-1")
    assert citizen is not None
    assert (citizen.name, citizen.phone) == ("王小明", "13800000001")
    assert "王小明" not in repr(citizen) and "13800000001" not in repr(citizen) and "o-1" not in repr(citizen)


async def test_openids_that_differ_in_case_are_two_citizens(db: Database) -> None:
    big, small = await db.transact(citizens.meet, "oABC", MONDAY), await db.transact(citizens.meet, "oabc", MONDAY)
    assert big.id != small.id


async def test_forgotten_citizen_leaves_a_number_and_nothing_else(db: Database) -> None:
    met = await db.transact(citizens.meet, "o-1", MONDAY)
    await db.transact(citizens.remember, met.id, "王小明", "13800000001")
    assert await db.transact(citizens.forget, "o-1", MONDAY) == met.id
    async with db.read() as tx:
        row = await tx.one(select(*table.c).where(table.c.id == met.id))
    assert row is not None
    assert (row.openid_mark, row.openid, row.name, row.phone, row.phone_mark) == (None,) * 5
    assert await db.consult(citizens.known, "o-1") is None


async def test_forgotten_citizen_may_come_back_as_a_new_one(db: Database) -> None:
    met = await db.transact(citizens.meet, "o-1", MONDAY)
    await db.transact(citizens.forget, "o-1", MONDAY)
    back = await db.transact(citizens.meet, "o-1", MONDAY)
    assert back.id != met.id
    assert (back.name, back.phone) == (None, None)


async def test_forgetting_a_stranger_changes_nothing(db: Database) -> None:
    assert await db.transact(citizens.forget, "o-nobody", MONDAY) is None
