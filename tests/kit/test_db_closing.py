"""The embedded database is closed when nobody is at it any more, and nothing of it stays."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from kit.db import Database, Tx, sqlite
from kit.errors import Unavailable

SLOW = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n")


def threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name.startswith("sqlite")}


async def gone(those: set[threading.Thread]) -> bool:
    for _ in range(100):
        if not those & threads():
            return True
        await asyncio.sleep(0.02)
    return False


async def test_reader_and_writer_at_work_finish_and_their_connections_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CLOSING_SECONDS", 30.0)  # a machine may be busy
    before = threads()
    db = await Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}").open()
    ours = threads() - before
    reading = asyncio.create_task(db.consult(Tx.value, SLOW))
    writing = asyncio.create_task(db.transact(Tx.value, SLOW))
    await asyncio.sleep(0.05)
    await db.close()
    assert (reading.done(), writing.done()) == (True, True)
    assert (await reading, await writing) == (300000, 300000)
    assert await gone(ours)


async def test_one_who_stays_too_long_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "CLOSING_SECONDS", 0.1)
    before = threads()
    db = await Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", wait_seconds=0.5).open()
    ours = threads() - before
    async with db.read() as tx:
        assert await tx.value(text("SELECT 1")) == 1
        await db.close()
    assert await gone(ours)
    with pytest.raises(Unavailable):
        await db.transact(Tx.value, text("SELECT 1"))
