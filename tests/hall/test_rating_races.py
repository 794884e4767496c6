"""The tablet, the chat and the kiosk at once: one of them is kept. The control shows what would be without the key."""

import asyncio

from sqlalchemy import func, insert, select

from hall.ratings import service as ratings
from hall.ratings.model import AlreadyRated, Channel, Dealing, Given, Rating
from hall.ratings.tables import ratings as table
from kit.clock import day_of
from kit.db import Database, Tx
from tests.hall.builders import MONDAY, at_once
from tests.hall.opinions import PROMISE, a_dealing, a_hall_at_work

AT_ONCE = 12


async def a_dealing_over(db: Database) -> Dealing:
    here = await db.transact(a_hall_at_work)
    return await db.transact(a_dealing, here, citizen_id=here.citizen.id)


async def test_one_dealing_is_rated_once_however_many_try(db: Database) -> None:
    dealing = await a_dealing_over(db)
    tries = [db.transact(ratings.rate, dealing, Given(1 + n % 5), Channel.API, MONDAY, PROMISE) for n in range(AT_ONCE)]
    ended = await at_once(db, *tries)
    kept = [one for one in ended if isinstance(one, Rating)]
    assert len(kept) == 1
    assert [type(one) for one in ended if one is not kept[0]] == [AlreadyRated] * (AT_ONCE - 1)
    assert await db.consult(ratings.given_by, dealing.citizen_id) == (kept[0],)


async def test_control_looking_before_writing_keeps_several(db: Database) -> None:
    """As it would be if the table's key were not what decides: each looks, finds nothing, and writes."""
    dealing = await a_dealing_over(db)
    have_looked = asyncio.Barrier(AT_ONCE)

    async def look_then_write(n: int) -> None:
        async with db.read() as tx:
            found = await ratings.of_dealing(tx, dealing.kind, dealing.id)
        await have_looked.wait()
        if found is None:
            await db.transact(_written_without_the_key, dealing, n)

    await at_once(db, *(look_then_write(n) for n in range(AT_ONCE)))
    async with db.read() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == AT_ONCE


async def _written_without_the_key(tx: Tx, dealing: Dealing, n: int) -> None:
    """The key is led round by another dealing's number."""
    facts = {"hall_id": dealing.hall_id, "kind": dealing.kind, "dealing_id": dealing.id + n, "number": dealing.number}
    said = {"level": 1, "reasons": [], "wants_call": False, "on": day_of(MONDAY), "at": MONDAY, "channel": "api"}
    await tx.insert(insert(table).values(**facts, **said))
