"""An effect happens once, however many ask for it at once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from kit import once
from kit.db import Database, Tx
from tests.kit.parcels import parcels

ASKERS = 8
EVERY = select(func.count()).select_from(parcels)


async def send(tx: Tx) -> str:
    """The effect: one more parcel, whose number is the answer."""
    number = await tx.value(EVERY)
    await asyncio.sleep(0.01)
    await tx.run(insert(parcels).values(label=f"P{number}-{id(tx)}", weight=1))
    return f"您的包裹是第 {number + 1} 件"


async def send_once(tx: Tx, now: datetime) -> str:
    done = await once.claim(tx, "test", "message-1", now)
    if done is None:
        done = await send(tx)
        await once.settle(tx, "test", "message-1", done)
    return done


async def test_once_gives_eight_askers_one_effect_and_one_answer(stock: Database, now: datetime) -> None:
    answers = await asyncio.gather(*(stock.transact(send_once, now) for _ in range(ASKERS)))
    assert answers == ["您的包裹是第 1 件"] * ASKERS
    assert await stock.consult(Tx.value, EVERY) == 1


async def test_without_once_every_asker_has_an_effect(stock: Database) -> None:
    """The control."""
    await asyncio.gather(*(stock.transact(send) for _ in range(ASKERS)))
    assert await stock.consult(Tx.value, EVERY) == ASKERS


async def test_once_after_a_rollback_is_done_by_the_next(stock: Database, now: datetime) -> None:
    async def fail_first(tx: Tx, number: int) -> str:
        said = await send_once(tx, now)
        if number == 0:
            raise RuntimeError("lost on the way")
        return said

    outcomes = await asyncio.gather(*(stock.transact(fail_first, n) for n in range(ASKERS)), return_exceptions=True)
    assert [outcome for outcome in outcomes if not isinstance(outcome, RuntimeError)] == ["您的包裹是第 1 件"] * (
        ASKERS - 1
    )
    assert await stock.consult(Tx.value, EVERY) == 1


async def test_once_tells_scopes_and_keys_apart(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        assert await once.claim(tx, "wechat", "1", now) is None
        assert await once.claim(tx, "wechat", "2", now) is None
        assert await once.claim(tx, "booking", "1", now) is None
        await once.settle(tx, "wechat", "1", "好的")
        assert await once.claim(tx, "wechat", "1", now) == "好的"
        assert await once.claim(tx, "booking", "1", now) == ""  # claimed, and nothing was said


async def test_once_keeps_the_answer_sealed(db: Database, now: datetime) -> None:
    from sqlalchemy import text

    async with db.tx() as tx:
        await once.claim(tx, "wechat", "1", now)
        await once.settle(tx, "wechat", "1", "王小明先生")
        raw = bytes(await tx.value(text("SELECT answer FROM once")))
    assert "王小明".encode() not in raw


@pytest.mark.parametrize(("age_minutes", "kept"), [(9, "好的"), (11, None)])
async def test_once_forgets_what_is_older(db: Database, now: datetime, age_minutes: int, kept: str | None) -> None:
    async with db.tx() as tx:
        await once.claim(tx, "wechat", "1", now - timedelta(minutes=age_minutes))
        await once.settle(tx, "wechat", "1", "好的")
        swept = await once.sweep(tx, "wechat", now - timedelta(minutes=10))
        assert (swept, await once.answer(tx, "wechat", "1")) == (0 if kept else 1, kept)
