"""The facade when things go wrong: deadlocks, waits, cancelled callers, a server that restarts."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from kit import migrate
from kit.db import Database, Tx
from kit.errors import Problem, Unavailable
from tests.databases import MariaDb
from tests.kit.parcels import parcels, shelf

POOL = 5
EVERY = select(func.count()).select_from(parcels)


async def put(tx: Tx, *labels: str) -> None:
    for label in labels:
        await tx.run(insert(parcels).values(label=label, weight=0))


async def add_weight(tx: Tx, label: str) -> None:
    assert await tx.run(update(parcels).where(parcels.c.label == label).values(weight=parcels.c.weight + 1)) == 1


async def weights(db: Database) -> list[int]:
    return [row.weight for row in await db.consult(Tx.all, select(parcels.c.weight).order_by(parcels.c.label))]


@pytest.fixture
async def small(stock: Database, database_url: str) -> AsyncIterator[Database]:
    """The same tables through a small pool that waits two seconds at most."""
    database = await Database(database_url, pool_size=POOL, wait_seconds=2).open()
    yield database
    await database.close()


class Crossing:
    """Two transactions that take two rows in opposite order, each holding its first before it asks for its second."""

    def __init__(self) -> None:
        self.holding, self.tries = 0, 0
        self.both = asyncio.Event()

    async def take(self, tx: Tx, first: str, second: str) -> None:
        self.tries += 1
        await add_weight(tx, first)
        self.holding += 1
        if self.holding == 2:
            self.both.set()
        try:  # the embedded database has one writer, so there the other cannot come and is not waited for long
            await asyncio.wait_for(self.both.wait(), 0.3)
        except TimeoutError:
            self.both.set()
        await add_weight(tx, second)


async def test_opposite_orders_both_succeed(stock: Database) -> None:
    await stock.transact(put, "A", "B")
    crossing = Crossing()
    await asyncio.gather(stock.transact(crossing.take, "A", "B"), stock.transact(crossing.take, "B", "A"))
    assert await weights(stock) == [2, 2]
    assert crossing.tries == (3 if stock.kind == "mysql" else 2)


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_deadlock_inside_an_attempt_takes_the_whole_transaction_again(stock: Database) -> None:
    await stock.transact(put, "A", "B")
    crossing = Crossing()

    async def attempt(tx: Tx, first: str, second: str) -> None:
        await put(tx, f"{first} came")
        try:
            async with tx.attempt():
                await crossing.take(tx, first, second)
        except Problem:
            pytest.fail("a deadlock is no refusal: the verb must not go on without its transaction")

    await asyncio.gather(stock.transact(attempt, "A", "B"), stock.transact(attempt, "B", "A"))
    assert await weights(stock) == [2, 0, 2, 0]


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_opposite_orders_lose_one_without_transact(stock: Database) -> None:
    """The control: what `transact` is for."""
    await stock.transact(put, "A", "B")
    crossing = Crossing()

    async def once(first: str, second: str) -> None:
        async with stock.tx() as tx:
            await crossing.take(tx, first, second)

    outcomes = await asyncio.gather(once("A", "B"), once("B", "A"), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Unavailable"]
    assert await weights(stock) == [1, 1]


async def test_waiting_too_long_is_given_up_with_a_sentence(stock: Database, database_url: str) -> None:
    hasty = await Database(database_url, wait_seconds=0.4).open()
    await stock.transact(put, "A")
    async with stock.tx() as tx:
        await add_weight(tx, "A")
        began_at = time.monotonic()
        with pytest.raises(Unavailable):
            await hasty.transact(add_weight, "A")
        assert time.monotonic() - began_at < 1.5
    await hasty.transact(add_weight, "A")
    assert await weights(stock) == [2]
    await hasty.close()


async def test_cancelled_transaction_leaves_nothing(small: Database) -> None:
    started = asyncio.Event()

    async def put_and_wait(tx: Tx) -> None:
        await put(tx, "A", "B")
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(small.transact(put_and_wait))
    await started.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    await small.transact(put, "A")  # neither a row nor a lock is left
    assert await weights(small) == [0]


async def test_cancelled_while_waiting_for_a_lock_leaves_nothing(small: Database, stock: Database) -> None:
    await stock.transact(put, "A")
    async with stock.tx() as tx:
        await add_weight(tx, "A")
        waiting = asyncio.create_task(small.transact(add_weight, "A"))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.sleep(0.1)
    await asyncio.wait([waiting])
    for db in (stock, small, stock):  # no transaction is left open in either
        await db.transact(add_weight, "A")
    assert await weights(small) == [4]


async def test_storm_of_cancelled_callers_leaves_the_pool_whole(
    small: Database, request: pytest.FixtureRequest
) -> None:
    async def pair(tx: Tx, number: int) -> None:
        await put(tx, f"{number}-left")
        await asyncio.sleep(0.001)
        await put(tx, f"{number}-right")

    chance = random.Random(2)
    tasks = [asyncio.create_task(small.transact(pair, number)) for number in range(300)]
    for task in tasks:
        asyncio.get_running_loop().call_later(chance.uniform(0, 0.3), task.cancel)
    await asyncio.wait(tasks)
    done = {number for number, task in enumerate(tasks) if not task.cancelled() and task.exception() is None}
    found = [row.label.split("-") for row in await small.consult(Tx.all, select(parcels.c.label))]
    assert sorted(number for number, side in found if side == "left") == sorted(
        n for n, side in found if side == "right"
    )
    assert {str(number) for number in done} <= {number for number, _ in found}
    together = asyncio.Barrier(POOL if small.kind == "mysql" else 1)

    async def meet(tx: Tx) -> None:
        await tx.value(EVERY)
        await together.wait()

    await asyncio.gather(*(small.transact(meet) for _ in range(POOL)))  # every place in the pool is there again
    if small.kind == "mysql":
        server: MariaDb = request.getfixturevalue("mariadb")
        assert server.ask("SELECT count(*) FROM information_schema.innodb_trx") == 0


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_waiter_goes_on_when_a_cancelled_connection_comes_back(small: Database) -> None:
    """aiomysql's own pool leaves the waiter asleep here."""

    async def hang(tx: Tx) -> None:
        await tx.value(text("SELECT SLEEP(5)"))

    hanging = [asyncio.create_task(small.consult(hang)) for _ in range(POOL)]
    await asyncio.sleep(0.2)
    waiting = asyncio.create_task(small.consult(Tx.value, EVERY))
    await asyncio.sleep(0.1)
    for task in hanging:
        task.cancel()
    assert await asyncio.wait_for(waiting, 1) == 0
    await asyncio.gather(*hanging, return_exceptions=True)


@pytest.fixture(scope="module")
def restartable() -> Iterator[MariaDb]:
    server = MariaDb()
    yield server
    server.remove()


async def test_restarted_server_is_found_again(restartable: MariaDb) -> None:
    url = restartable.url("restarted")
    shelf.create_all(migrate.engine(url))
    db = await Database(url, pool_size=POOL, wait_seconds=2).open()
    together = asyncio.Barrier(POOL)

    async def meet(tx: Tx) -> None:
        await tx.value(EVERY)
        await together.wait()

    await asyncio.gather(*(db.consult(meet) for _ in range(POOL)))  # as many connections as there can be
    restartable.stop()
    with pytest.raises(Unavailable):
        await db.transact(put, "lost")
    restartable.start()
    await db.transact(put, "A")
    restartable.stop()
    restartable.start()
    assert await weights(db) == [0]
    await db.close()


async def test_server_lost_in_the_middle_is_tried_again_from_the_start(restartable: MariaDb) -> None:
    url = restartable.url("lost")
    shelf.create_all(migrate.engine(url))
    db = await Database(url).open()
    tries = 0

    async def unlucky(tx: Tx) -> None:
        nonlocal tries
        tries += 1
        await put(tx, "A")
        if tries == 1:
            restartable.run(f"KILL {await tx.value(text('SELECT connection_id()'))}")
        await put(tx, "B")

    await db.transact(unlucky)
    assert (tries, await weights(db)) == (2, [0, 0])
    await db.close()


async def test_statement_that_runs_too_long_is_ended_on_the_server_too(mariadb: MariaDb, mariadb_url: str) -> None:
    db = await Database(mariadb_url, wait_seconds=0.5).open()
    with pytest.raises(Unavailable):
        await db.consult(Tx.value, text("SELECT SLEEP(20)"))
    running = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(20)%'"
    until = time.monotonic() + 4
    while mariadb.ask(running) and time.monotonic() < until:  # noqa: ASYNC110 (the server tells nobody)
        await asyncio.sleep(0.1)
    assert mariadb.ask(running) == 0
    await db.close()


async def test_a_new_file_is_opened_while_another_process_makes_it(tmp_path: Path) -> None:
    """Turning to WAL fails at once while another writes, whatever the busy_timeout: so it is tried again."""
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.2, other.execute, "COMMIT")
    opened = await Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}").open()
    async with opened.read() as tx:
        assert await tx.value(text("PRAGMA journal_mode")) == "wal"
    await opened.close()
    other.close()
