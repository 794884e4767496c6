"""A token stands for one citizen, for some days, and is kept nowhere."""

from datetime import datetime, timedelta

from sqlalchemy import select

from hall.citizens import service as citizens
from hall.citizens import sessions
from hall.citizens.tables import sessions as table
from kit.db import Database
from kit.secrets import fingerprint
from tests.hall.builders import MONDAY, a_citizen

MONTH = timedelta(days=30)


async def whose(db: Database, token: str, now: datetime) -> int | None:
    """The number of the citizen a token stands for."""
    return (await db.consult(sessions.citizens_of, [fingerprint(token)], now)).get(fingerprint(token))


async def test_token_says_who_is_asking_until_it_expires(db: Database) -> None:
    wang = await db.transact(a_citizen, "o-wang")
    begun = await db.transact(sessions.begin, wang, MONDAY, MONTH)
    assert begun.expires_at == MONDAY + MONTH
    almost = begun.expires_at - timedelta(milliseconds=1)
    assert await whose(db, begun.token, almost) == wang.id
    assert await whose(db, begun.token, begun.expires_at) is None


async def test_unknown_token_is_nobodys(db: Database) -> None:
    await db.transact(a_citizen, "o-wang")
    assert [await whose(db, token, MONDAY) for token in ("", "x" * 43)] == [None, None]


async def test_two_telephones_of_one_person_end_one_by_one(db: Database) -> None:
    wang = await db.transact(a_citizen, "o-wang")
    first, second = [await db.transact(sessions.begin, wang, MONDAY, MONTH) for _ in range(2)]
    await db.transact(sessions.end, first.token)
    await db.transact(sessions.end, first.token)
    assert await whose(db, first.token, MONDAY) is None
    assert await whose(db, second.token, MONDAY) == wang.id


async def test_no_more_than_ten_at_once_and_the_oldest_end(db: Database) -> None:
    wang, other = [await db.transact(a_citizen, name) for name in ("o-wang", "o-li")]
    kept = await db.transact(sessions.begin, other, MONDAY, MONTH)
    begun = [await db.transact(sessions.begin, wang, MONDAY + timedelta(hours=n), MONTH) for n in range(13)]
    later = MONDAY + timedelta(days=1)
    alive = [await whose(db, one.token, later) is not None for one in begun]
    assert alive == [False] * 3 + [True] * 10
    assert await whose(db, kept.token, later) == other.id


async def test_forgotten_citizen_has_no_session(db: Database) -> None:
    wang = await db.transact(a_citizen, "o-wang")
    begun = await db.transact(sessions.begin, wang, MONDAY, MONTH)
    await db.transact(citizens.forget, "o-wang", MONDAY)
    assert await whose(db, begun.token, MONDAY) is None


async def test_table_does_not_hold_the_token(db: Database) -> None:
    wang = await db.transact(a_citizen, "o-wang")
    begun = await db.transact(sessions.begin, wang, MONDAY, MONTH)
    async with db.read() as tx:
        [row] = await tx.all(select(*table.c))
    assert begun.token not in str(tuple(row))
    assert begun.token not in repr(begun)


async def test_sweep_deletes_what_is_over(db: Database) -> None:
    wang = await db.transact(a_citizen, "o-wang")
    await db.transact(sessions.begin, wang, MONDAY, timedelta(days=1))
    kept = await db.transact(sessions.begin, wang, MONDAY, MONTH)
    assert await db.transact(sessions.sweep, MONDAY + timedelta(days=1)) == 1
    assert await whose(db, kept.token, MONDAY) == wang.id
