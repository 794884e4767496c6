"""Two workers and one citizen: whatever one has begun, the other knows of when the next message comes."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot import dialogue
from bot.desk import DELIVERIES, GONE_SECONDS, Desk
from bot.messages import Heard
from bot.phrases.general import GREETING
from cli import sample
from kit.db import Database, Tx
from kit.live import Watch
from kit.once import once
from kit.settings import Settings
from knowledge.library import Library

CITIZENS = 12


@pytest.fixture
async def workers(db: Database, now: datetime, library: Library) -> AsyncIterator[tuple[Desk, Desk]]:
    await sample.fill(db, now)
    desks = []
    for _ in range(2):
        watch = Watch(db)
        desk = Desk.with_library(db, Settings(), library, watch)
        watch.hang("matters", desk.reload_hall)
        watch.hang("conversation", desk.reload_talking)
        await watch.start()
        desks.append(desk)
    yield desks[0], desks[1]
    for desk in desks:
        assert desk.watch is not None
        await desk.watch.stop()


async def forgetful_answers(workers: tuple[Desk, Desk], now: datetime) -> int:
    """How often the second worker greets someone who has just begun to leave a message at the first."""
    first, second = workers
    greeted = 0
    for number in range(CITIZENS):
        openid = f"oCitizen{number}"
        await dialogue.turn(first, Heard(openid, "text", "转人工", f"a{number}", now), now)
        said = await dialogue.turn(second, Heard(openid, "text", "你好", f"b{number}", now), now)
        greeted += said.text == GREETING
    return greeted


async def test_the_next_message_finds_no_worker_that_does_not_know(workers: tuple[Desk, Desk], now: datetime) -> None:
    assert await forgetful_answers(workers, now) == 0


async def test_without_the_pause_it_does(
    workers: tuple[Desk, Desk], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogue, "FRESH_SECONDS", 0.0)
    assert await forgetful_answers(workers, now) > 0


QUESTION = "个体户一个月卖9万要交增值税吗"


async def asked_at_once(desk: Desk, now: datetime, count: int = 30) -> set[str]:
    """The kinds of what is said to a crowd that asks one question."""
    crowd = [Heard(f"oAsking{n}", "text", QUESTION, f"q{n}", now) for n in range(count)]
    return {said.why.kind for said in await asyncio.gather(*(dialogue.turn(desk, each, now) for each in crowd))}


async def test_worker_that_is_late_answers_from_memory_all_the_same(
    workers: tuple[Desk, Desk], db: Database, now: datetime
) -> None:
    """Else each question would be a transaction just when there is too much to do, and the worker ever later."""
    desk = workers[0]
    time.sleep(0.6)  # noqa: ASYNC251 (the loop is kept busy)
    assert await asked_at_once(desk, now) == {"answer"}
    claims = select(func.count()).select_from(once).where(once.c.scope == DELIVERIES)
    assert await db.consult(Tx.value, claims) == 0


async def test_late_worker_waits_until_it_knows(workers: tuple[Desk, Desk], now: datetime) -> None:
    first, second = workers
    assert second.watch is not None
    heard = Heard("oCitizen", "text", "转人工", "a", now)
    await dialogue.turn(first, heard, now)
    second.talking.clear()  # as it would be had it not looked since
    second.watch._seen.clear()
    second.watch._checked_at -= 0.6
    said = await dialogue.turn(second, Heard("oCitizen", "text", "你好", "b", now), now)
    assert said.text != GREETING


async def test_worker_that_cannot_look_answers_plain_questions_before_long(
    workers: tuple[Desk, Desk], now: datetime
) -> None:
    desk = workers[0]
    assert desk.watch is not None
    await desk.watch.stop()
    await asyncio.sleep(0.5)
    began_at = time.monotonic()
    assert await asked_at_once(desk, now) == {"answer"}
    assert time.monotonic() - began_at < GONE_SECONDS + 1
    assert desk.watch.age_seconds() >= GONE_SECONDS
