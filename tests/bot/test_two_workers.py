"""Two workers and one citizen: whatever one has begun, the other knows of when the next message comes."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard
from bot.phrases.general import GREETING
from cli import sample
from kit.db import Database
from kit.live import Watch
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
