"""Staff who write and publish at once, and readers who must not miss any of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from kit.db import Database, Tx
from knowledge import entries
from knowledge.tables import facts, items
from tests.knowledge.entry_builders import LEAD, PARKING, POLICY, a_published, a_reviewed, parking, staged


async def test_two_who_begin_the_same_entry_each_keep_their_version(db: Database, now: datetime) -> None:
    said = [parking(f"说法{n}") for n in range(6)]
    numbers = await asyncio.gather(
        *(db.transact(entries.draft, "entry", "parking", each, f"编辑{n}", now) for n, each in enumerate(said))
    )
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    async with db.read() as tx:
        kept = [(await entries.version(tx, "entry", "parking", number)).content for number in numbers]
    assert kept == said


async def test_two_who_publish_at_once_are_both_live_with_serials_of_their_own(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        for name in ("parking", "toilets"):
            await a_reviewed(tx, name, PARKING, now)
    await asyncio.gather(*(db.transact(entries.publish, "entry", name, LEAD, now) for name in ("parking", "toilets")))
    live = await db.consult(entries.live_since, 0)
    assert {each.id for each in live} == {"parking", "toilets"}
    assert [each.serial for each in live] == [1, 2]


async def test_reader_of_serials_misses_no_commit_of_many_at_once(db: Database, now: datetime) -> None:
    names = {f"e{number}" for number in range(24)}
    async with db.tx() as tx:
        for name in sorted(names):
            await a_reviewed(tx, name, PARKING, now)
    seen: list[str] = []
    serial, are_done = 0, asyncio.Event()

    async def read_on() -> None:
        nonlocal serial
        while True:
            was_done = are_done.is_set()
            for each in await db.consult(entries.live_since, serial):
                seen.append(each.id)
                serial = each.serial
            if was_done:
                return

    reader = asyncio.create_task(read_on())
    await asyncio.gather(*(db.transact(entries.publish, "entry", name, LEAD, now) for name in names))
    are_done.set()
    await reader
    assert (sorted(seen), serial) == (sorted(names), len(names))


@asynccontextmanager
async def one_still_open(db: Database, now: datetime) -> AsyncIterator["asyncio.Task[None]"]:
    """`slow` has been published in a transaction that is still open; the task publishes `quick` in another."""
    async with db.tx() as tx:
        await a_reviewed(tx, "slow", PARKING, now)
        await a_reviewed(tx, "quick", PARKING, now)
    async with db.tx() as tx:
        await entries.publish(tx, "entry", "slow", LEAD, now)
        yield asyncio.create_task(db.transact(entries.publish, "entry", "quick", LEAD, now))


async def test_later_serial_is_not_seen_before_an_earlier_one(db: Database, now: datetime) -> None:
    async with one_still_open(db, now) as quick:
        await asyncio.sleep(0.2)
        assert (quick.done(), await db.consult(entries.live_since, 0)) == (False, [])
    await quick
    assert [(each.id, each.serial) for each in await db.consult(entries.live_since, 0)] == [("slow", 1), ("quick", 2)]


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_reader_of_ids_misses_what_commits_late(db: Database, now: datetime) -> None:
    """The control: without the locked row numbers are given in one order and seen in another. SQLite has one writer."""
    done = {"kind": "entry", "number": 1, "act": "publish", "by": LEAD, "at": now, "note": ""}
    newer = select(facts.c.fact, facts.c.id).order_by(facts.c.fact)
    async with db.tx() as slow:
        await slow.run(insert(facts).values(id="slow", **done))
        async with db.tx() as quick:
            await quick.run(insert(facts).values(id="quick", **done))
        (seen,) = await db.consult(Tx.all, newer)
    after = await db.consult(Tx.all, newer.where(facts.c.fact > seen.fact))
    assert (seen.id, after) == ("quick", [])


async def test_reader_of_instants_misses_what_commits_late(db: Database, now: datetime) -> None:
    """The control: `now` is when the work began, and who began first may commit last."""
    async with db.tx() as tx:
        await a_reviewed(tx, "slow", PARKING, now)
        await a_reviewed(tx, "quick", PARKING, now)
    began, later = now + timedelta(seconds=1), now + timedelta(seconds=2)
    await db.transact(entries.publish, "entry", "quick", LEAD, later)
    serial = max(each.serial for each in await db.consult(entries.live_since, 0))
    await db.transact(entries.publish, "entry", "slow", LEAD, began)
    by_instant = await db.consult(Tx.all, select(items.c.id).where(items.c.changed_at > later))
    assert (by_instant, [each.id for each in await db.consult(entries.live_since, serial)]) == ([], ["slow"])


async def test_policy_is_not_retired_under_an_entry_being_published(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "p-2026", POLICY, now, "policy")
        await a_reviewed(tx, "threshold", staged({"policies": ["p-2026"], "conclusion": "免。"}), now)
    async with db.tx() as tx:
        await entries.publish(tx, "entry", "threshold", LEAD, now)
        retiring = asyncio.create_task(db.transact(entries.retire, "policy", "p-2026", LEAD, now))
        await asyncio.sleep(0.1)
    with pytest.raises(entries.PolicyInUse):
        await retiring
