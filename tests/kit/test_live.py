"""What one worker changes, every other sees soon, and nothing is missed."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, insert, select

from kit import live
from kit.db import Database, Tx
from tests.kit.parcels import parcels

WRITERS, EACH = 8, 25


class Shelf:
    """What a worker holds in memory: how many parcels there are."""

    def __init__(self, db: Database) -> None:
        self.db, self.count, self.reloads = db, -1, 0

    async def reload(self) -> None:
        self.reloads += 1
        self.count = await self.db.consult(Tx.value, select(func.count()).select_from(parcels))


@pytest.fixture
async def other(stock: Database, database_url: str) -> AsyncIterator[Database]:
    """A second worker's database."""
    database = await Database(database_url, pool_size=WRITERS).open()
    yield database
    await database.close()


async def until(shelf: Shelf, count: int, seconds: float) -> float:
    began_at = time.monotonic()
    while shelf.count != count and time.monotonic() - began_at < seconds:  # noqa: ASYNC110 (a person looks again and again)
        await asyncio.sleep(0.01)
    return time.monotonic() - began_at


async def add(tx: Tx, label: str, pause: float = 0.0) -> None:
    await tx.run(insert(parcels).values(label=label, weight=1))
    await asyncio.sleep(pause)
    await live.bump(tx, "shelf")


async def test_watch_loads_once_at_start(stock: Database) -> None:
    watch, shelf = live.Watch(stock), Shelf(stock)
    watch.hang("shelf", shelf.reload)
    await stock.transact(add, "A")
    await watch.start()
    assert (shelf.count, shelf.reloads) == (1, 1)
    await asyncio.sleep(0.15)
    assert shelf.reloads == 1
    assert watch.age_seconds() < 0.5
    await watch.stop()


async def test_change_reaches_another_worker_within_a_second(stock: Database, other: Database) -> None:
    watch, shelf = live.Watch(other), Shelf(other)
    watch.hang("shelf", shelf.reload)
    await watch.start()
    for count in (1, 2, 3):
        await stock.transact(add, f"P{count}")
        assert await until(shelf, count, 2) < 1
    await watch.stop()


async def test_watch_reloads_only_what_changed(stock: Database, other: Database) -> None:
    watch, shelf, quiet = live.Watch(other), Shelf(other), Shelf(other)
    watch.hang("shelf", shelf.reload)
    watch.hang("quiet", quiet.reload)
    await watch.start()
    await stock.transact(add, "A")
    await until(shelf, 1, 2)
    assert (shelf.count, quiet.reloads) == (1, 1)
    await watch.stop()


async def test_rolled_back_change_is_not_announced(stock: Database, other: Database) -> None:
    watch, shelf = live.Watch(other), Shelf(other)
    watch.hang("shelf", shelf.reload)
    await watch.start()
    with pytest.raises(RuntimeError):
        async with stock.tx() as tx:
            await add(tx, "A")
            raise RuntimeError
    await asyncio.sleep(0.2)
    assert (shelf.count, shelf.reloads) == (0, 1)
    await watch.stop()


async def write_at_once(db: Database) -> None:
    """Writers whose transactions overlap: a later number may be committed before an earlier one."""
    chance = random.Random(7)

    async def writer(name: int) -> None:
        for turn in range(EACH):
            await db.transact(add, f"{name}-{turn}", chance.uniform(0, 0.01))

    await asyncio.gather(*(writer(name) for name in range(WRITERS)))


async def test_overlapping_changes_are_all_seen(stock: Database, other: Database) -> None:
    watch, shelf = live.Watch(other, poll_seconds=0.002), Shelf(other)
    watch.hang("shelf", shelf.reload)
    await watch.start()
    await write_at_once(stock)
    await until(shelf, WRITERS * EACH, 2)
    assert shelf.count == WRITERS * EACH
    await watch.stop()


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_id_greater_than_last_loses_changes(stock: Database, other: Database) -> None:
    """The control: why a version row is watched, and not the highest number seen."""
    seen: set[int] = set()
    last = 0

    async def look() -> None:
        nonlocal last
        for row in await other.consult(Tx.all, select(parcels.c.id).where(parcels.c.id > last).order_by(parcels.c.id)):
            seen.add(row.id)
            last = row.id

    async def follow() -> None:
        while True:
            await look()
            await asyncio.sleep(0.002)

    following = asyncio.create_task(follow())
    await write_at_once(stock)
    following.cancel()
    await asyncio.wait([following])
    await look()
    assert len(seen) < WRITERS * EACH


async def test_watch_goes_on_after_a_reload_that_failed(stock: Database) -> None:
    watch, shelf = live.Watch(stock, poll_seconds=0.01), Shelf(stock)
    stumbles = 1

    async def stumble() -> None:
        nonlocal stumbles
        if shelf.reloads and stumbles:
            stumbles -= 1
            raise RuntimeError("the index could not be built")
        await shelf.reload()

    watch.hang("shelf", stumble)
    await watch.start()
    await stock.transact(add, "A")
    await until(shelf, 1, 3)
    assert (shelf.count, stumbles) == (1, 0)
    await watch.stop()


async def test_names_that_begin_alike_are_told_of_one_by_one(stock: Database, other: Database) -> None:
    watch, told = live.Watch(other, poll_seconds=0.01), list[str]()
    await stock.transact(live.bump, "board:east")
    watch.hang_all("board:", told.append)
    await watch.start()
    await stock.transact(live.bump, "board:east")
    await heard(told, 1)
    await stock.transact(live.bump, "board:west")  # a name nobody had heard of at the start
    await stock.transact(live.bump, "shelf")
    await heard(told, 2)
    await asyncio.sleep(0.1)
    assert told == ["board:east", "board:west"]
    await watch.stop()


async def test_a_name_is_told_of_again_after_a_reload_beside_it_failed(stock: Database) -> None:
    """Told twice is harmless, not told is a board that stands still."""
    watch, told = live.Watch(stock, poll_seconds=0.01), list[str]()
    stumbles = 1

    async def stumble() -> None:
        nonlocal stumbles
        if watch.age_seconds() < 60 and stumbles:
            stumbles -= 1
            raise RuntimeError

    watch.hang("shelf", stumble)
    watch.hang_all("board:", told.append)
    await watch.start()
    await stock.transact(add, "A")
    await stock.transact(live.bump, "board:east")
    await heard(told, 1)
    assert stumbles == 0
    await watch.stop()


async def heard(told: list[str], count: int) -> None:
    until = time.monotonic() + 5
    while len(told) < count:
        assert time.monotonic() < until, "it was not told"
        await asyncio.sleep(0.01)
