"""Every worker sees a change within a tenth of a second: a table of version numbers that workers watch.

A verb that changes what others hold in memory calls `bump` in the same transaction; each worker's `Watch` sees the
number move and calls what was hung on it. A version row and not `id > last`: ids become visible out of order when
transactions overlap (138 of 1,423 changes lost, limits.md).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy import BigInteger, Column, String, Table, insert, select, update

from kit.db import Database, Duplicate, Tx, metadata

POLL_SECONDS = 0.05
log = logging.getLogger(__name__)

versions = Table(
    "versions",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
EVERY_VERSION = select(versions.c.name, versions.c.number)

Reload = Callable[[], Awaitable[None]]
Told = Callable[[str], None]  # of a name that has moved: it only takes note, the reading is its own affair


async def bump(tx: Tx, name: str) -> None:
    """Says that what `name` stands for has changed, as of this transaction's commit."""
    step = update(versions).where(versions.c.name == name).values(number=versions.c.number + 1)
    if await tx.run(step) == 0:
        try:
            await tx.run(insert(versions).values(name=name, number=1))
        except Duplicate:
            await tx.run(step)


async def step(tx: Tx, name: str) -> int:
    """Bumps, and says the new number. The row stays locked until the commit, so numbers are in the order of commits."""
    await bump(tx, name)
    return int(await tx.value(select(versions.c.number).where(versions.c.name == name)))


class Watch:
    """Polls the versions of one database; `hang` a reload on a name before `start`, or `hang_all` on a beginning."""

    def __init__(self, db: Database, poll_seconds: float = POLL_SECONDS) -> None:
        self._db, self._poll_seconds = db, poll_seconds
        self._reloads: dict[str, Reload] = {}
        self._told: list[tuple[str, Told]] = []
        self._seen: dict[str, int] = {}
        self._checked_at = 0.0
        self._looked = asyncio.Event()  # a new one for each look
        self._task: asyncio.Task[None] | None = None

    def hang(self, name: str, reload: Reload) -> None:
        self._reloads[name] = reload

    def hang_all(self, beginning: str, told: Told) -> None:
        """Tells of every name that begins so, new ones too, when it moves; nothing is loaded at the start."""
        self._told.append((beginning, told))

    async def start(self) -> None:
        """Loads everything once, then watches in the background."""
        await self.load()
        self._task = asyncio.create_task(self._poll(), name="live")

    async def load(self) -> None:
        """Loads everything once: for who looks by themselves afterwards."""
        self._seen = await self._numbers()
        for reload in self._reloads.values():
            await reload()
        self._checked_at = time.monotonic()

    async def look(self) -> None:
        """Reads the versions, and reloads what has moved since they were last read."""
        numbers = await self._numbers()
        for name, reload in self._reloads.items():
            if numbers.get(name) != self._seen.get(name):
                await reload()
        for name in [name for name, number in numbers.items() if number != self._seen.get(name)]:
            for beginning, told in self._told:
                if name.startswith(beginning):
                    told(name)
        self._seen = numbers

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=2)

    def age_seconds(self) -> float:
        """How long ago the versions were last read: what is held in memory is no older than this."""
        return time.monotonic() - self._checked_at

    async def is_younger(self, seconds: float, patience_seconds: float) -> bool:
        """Whether what is held is no older than so many seconds before now, or soon is: waits for the next looks.

        All who wait share one look, so a worker with much to do is not given more to do by being late.
        """
        enough = time.monotonic() - seconds
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while self._checked_at < enough:
                    await self._looked.wait()
        return self._checked_at >= enough

    async def _numbers(self) -> dict[str, int]:
        rows = await self._db.consult(Tx.all, EVERY_VERSION)
        return {row.name: row.number for row in rows}

    async def _poll(self) -> None:
        failing = False
        while True:
            await asyncio.sleep(self._poll_seconds)
            asked_at = time.monotonic()
            try:
                await self.look()
            except Exception:
                if not failing:
                    log.exception("live: versions cannot be read; keeping what we hold and trying on")
                failing = True
                await asyncio.sleep(1)
                continue
            failing, self._checked_at = False, asked_at
            self._looked.set()
            self._looked = asyncio.Event()
