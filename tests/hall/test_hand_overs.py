from sqlalchemy import select

from hall.hand_overs import service as hand_overs
from hall.hand_overs.model import Kind, State
from hall.hand_overs.tables import hand_overs as table
from kit.db import Database
from tests.hall.builders import MONDAY, a_citizen, at_once


async def test_asking_again_keeps_the_place_held(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    first = await db.transact(hand_overs.ask, citizen.id, "我要投诉", MONDAY)
    again = await db.transact(hand_overs.ask, citizen.id, "有人吗", MONDAY)
    assert again == first
    assert (first.kind, first.state, first.text) == (Kind.TALK, State.OPEN, "我要投诉")
    assert await db.consult(hand_overs.open_for, citizen.id) == first


async def test_asking_ten_times_at_once_is_one_talk(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    asked = await at_once(db, *(db.transact(hand_overs.ask, citizen.id, "有人吗", MONDAY) for _ in range(10)))
    assert asked == [await db.consult(hand_overs.open_for, citizen.id)] * 10


async def test_a_talk_ends_once_and_a_new_one_may_begin(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    first = await db.transact(hand_overs.ask, citizen.id, "有人吗", MONDAY)
    assert await db.transact(hand_overs.close, first.id, MONDAY) is True
    assert await db.transact(hand_overs.close, first.id, MONDAY) is False
    assert await db.consult(hand_overs.open_for, citizen.id) is None
    assert (await db.transact(hand_overs.ask, citizen.id, "还有一事", MONDAY)).id != first.id


async def test_messages_may_be_left_any_number_of_times(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    left = [await db.transact(hand_overs.leave, citizen.id, text, MONDAY) for text in ("一", "二")]
    assert [(message.kind, message.text) for message in left] == [(Kind.MESSAGE, "一"), (Kind.MESSAGE, "二")]
    assert await db.consult(hand_overs.open_for, citizen.id) is None


async def test_forgetting_blanks_what_was_written_and_ends_what_is_open(db: Database) -> None:
    citizen = await db.transact(a_citizen)
    await db.transact(hand_overs.ask, citizen.id, "我的电话是13800000001", MONDAY)
    await db.transact(hand_overs.leave, citizen.id, "我叫王小明", MONDAY)
    await db.transact(hand_overs.forget, citizen.id, MONDAY)
    async with db.read() as tx:
        rows = await tx.all(select(table.c.text, table.c.state, table.c.live_key))
    assert [tuple(row) for row in rows] == [("", "closed", None)] * 2
