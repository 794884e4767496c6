"""Notes that expire, held by one transaction at a time."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from kit import keep
from kit.db import Database, Tx

TALKERS = 12


async def say(tx: Tx, now: datetime, word: str) -> str:
    """Adds a word to the conversation, slowly."""
    so_far = await keep.hold(tx, "talk", "someone", now) or ""
    await asyncio.sleep(0.01)
    await keep.write(tx, "talk", "someone", so_far + word, now + timedelta(minutes=30))
    return so_far


async def read(db: Database, now: datetime) -> str | None:
    async with db.tx() as tx:
        return await keep.hold(tx, "talk", "someone", now)


async def test_keep_takes_messages_of_one_person_one_after_the_other(db: Database, now: datetime) -> None:
    before = await asyncio.gather(*(db.transact(say, now, "字") for _ in range(TALKERS)))
    assert sorted(len(so_far) for so_far in before) == list(range(TALKERS))
    assert await read(db, now) == "字" * TALKERS


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_without_hold_words_are_lost(db: Database, now: datetime) -> None:
    """The control (the embedded database has one writer, which serialises by itself)."""
    await db.transact(say, now, "字")
    plain = select(keep.notes.c.content).where(keep.notes.c.key == "someone")

    async def careless(tx: Tx) -> None:
        so_far = await tx.value(plain)
        await asyncio.sleep(0.02)
        await keep.write(tx, "talk", "someone", so_far + "字", now + timedelta(minutes=30))

    await asyncio.gather(*(db.transact(careless) for _ in range(TALKERS)))
    assert len(await read(db, now) or "") < TALKERS


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_keep_lets_others_talk_meanwhile(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await keep.hold(tx, "talk", "someone", now)
        async with asyncio.timeout(1), db.tx() as other:
            assert await keep.hold(other, "talk", "someone else", now) is None


async def test_keep_forgets_at_the_hour_of_expiry(db: Database, now: datetime) -> None:
    await db.transact(say, now, "在吗")
    assert await read(db, now + timedelta(minutes=29)) == "在吗"
    assert await read(db, now + timedelta(minutes=30)) is None


async def test_keep_forgets_when_told(db: Database, now: datetime) -> None:
    await db.transact(say, now, "在吗")
    async with db.tx() as tx:
        await keep.forget(tx, "talk", "someone")
    assert await read(db, now) is None


async def test_keep_writes_nothing_when_the_turn_fails(db: Database, now: datetime) -> None:
    await db.transact(say, now, "一")
    with pytest.raises(RuntimeError):
        async with db.tx() as tx:
            await say(tx, now, "二")
            raise RuntimeError
    assert await read(db, now) == "一"


async def test_keep_seals_what_it_keeps(db: Database, now: datetime) -> None:
    await db.transact(say, now, "我叫王小明")
    async with db.read() as tx:
        raw = bytes(await tx.value(text("SELECT content FROM notes")))
    assert "王小明".encode() not in raw


async def test_keep_lists_and_sweeps_by_expiry(db: Database, now: datetime) -> None:
    later = now + timedelta(hours=1)
    async with db.tx() as tx:
        for key, minutes in (("short", 10), ("long", 90)):
            await keep.hold(tx, "talk", key, now)
            await keep.write(tx, "talk", key, "在", now + timedelta(minutes=minutes))
        await keep.hold(tx, "talk", "silent", now)
        assert await keep.keys(tx, "talk") == {"short", "long"}
        assert await keep.keys(tx, "other") == set()
        assert await keep.sweep(tx, "talk", later) == 2
        assert await tx.value(select(func.count()).select_from(keep.notes)) == 1
