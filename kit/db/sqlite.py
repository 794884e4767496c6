"""The embedded database: one writer and a few readers, each with a thread of its own.

WAL lets readers go on while one writes; `BEGIN IMMEDIATE` takes the write lock at once, since a deferred transaction
that turns into a writer fails with "database is locked" whatever the timeout (measured: 1,575 of 2,000).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from kit.db.outcomes import Contended, Duplicate, Outcome

T = TypeVar("T")
READERS = 4
CLOSING_SECONDS = 2.0  # for those who are still reading or writing


class Link:
    """One sqlite3 connection and its thread. Calls run in the order they were made, even past a cancelled caller."""

    def __init__(self, path: str, wait_seconds: float) -> None:
        self.path, self.wait_seconds = path, wait_seconds
        self.thread = ThreadPoolExecutor(1, "sqlite")

    async def open(self) -> None:
        await self.call(self._open)

    def _open(self) -> None:
        self.connection = sqlite3.connect(self.path, timeout=self.wait_seconds, isolation_level=None)
        self._turn_to_wal()
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")

    def _turn_to_wal(self) -> None:
        """The first to open a new file turns it to WAL, for which busy_timeout does not wait: of two one fails."""
        until = time.monotonic() + self.wait_seconds
        while True:
            try:
                self.connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    async def execute(self, sql: str, values: Sequence[Any]) -> Outcome:
        def work() -> Outcome:
            cursor = self.connection.execute(sql, values)
            return Outcome(cursor.fetchall(), cursor.rowcount, cursor.lastrowid or 0)

        return await self._run(work)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> Outcome:
        def work() -> Outcome:
            cursor = self.connection.executemany(sql, rows)
            return Outcome((), cursor.rowcount, 0)

        return await self._run(work)

    async def _run(self, work: Callable[[], Outcome]) -> Outcome:
        try:
            return await self.call(work)
        except sqlite3.IntegrityError as error:
            if "UNIQUE" in str(error):
                raise Duplicate(str(error)) from error
            raise
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Contended(str(error)) from error
            raise

    async def end(self, word: str) -> None:
        """COMMIT or ROLLBACK; shielded, so that a cancelled caller never leaves a transaction open."""
        await asyncio.shield(self.call(lambda: self._end(word)))

    def _end(self, word: str) -> None:
        if self.connection.in_transaction:
            self.connection.execute(word)

    async def close(self) -> None:
        await self.call(self.connection.close)
        self.thread.shutdown(wait=False)


class SqliteLinks:
    kind = "sqlite"

    def __init__(self, path: str, wait_seconds: float) -> None:
        self.path, self.wait_seconds = path, wait_seconds

    async def open(self) -> None:
        if self.path != ":memory:":
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        self.writer = Link(self.path, self.wait_seconds)
        await self.writer.open()
        self.writing = asyncio.Lock()
        self.idle: asyncio.Queue[Link] = asyncio.Queue()
        self.readers = [Link(self.path, self.wait_seconds) for _ in range(READERS)]
        for reader in self.readers:
            await reader.open()
            self.idle.put_nowait(reader)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Link]:
        link = await self.idle.get()
        try:
            yield link
        finally:
            self.idle.put_nowait(link)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Link]:
        async with self.writing:
            try:
                await self.writer.execute("BEGIN IMMEDIATE", ())  # a cancelled caller's BEGIN still happens
                yield self.writer
            except BaseException:
                await self.writer.end("ROLLBACK")
                raise
            await self.writer.end("COMMIT")

    async def close(self) -> None:
        """Those who are at it may finish; nobody begins any more. Whatever is still out then is closed as well."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.writing.acquire()
                for _ in self.readers:
                    await self.idle.get()
        for link in (self.writer, *self.readers):
            await link.close()
