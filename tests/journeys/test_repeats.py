"""The same message delivered four times at once, two deliveries to each of two worker processes: one effect, one answer.

The workers are two servers of one process each, so that both surely take part.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cli import sample
from hall.appointments.tables import appointments
from kit.db import Database
from kit.once import once
from tests.callers import Reply, WeChatCaller, calling
from tests.conftest import NOON
from tests.servers import serving

pytestmark = pytest.mark.server
# With the demo on, a message's own date counts as now: the test means the same on any day it is run.
SENT_AT = int(NOON.timestamp())
DATA_KEY = base64.b64encode(b"test key, test key, test key 32b").decode()  # that of tests/conftest.py
EFFECTS = select(func.count()).select_from(once).where(once.c.scope == "wechat")


@dataclass
class TwoWorkers:
    db: Database
    here: WeChatCaller
    there: WeChatCaller

    async def deliver(self, message: dict[str, Any]) -> list[Reply]:
        """Two deliveries to each worker, all at once."""
        replies = await asyncio.gather(*(self.here.together(message, 2), self.there.together(message, 2)))
        return [reply for of_worker in replies for reply in of_worker]

    async def say(self, text: str, **fields: Any) -> str:
        """The one answer that all four deliveries got."""
        replies = await self.deliver(self.here.message(text=text, CreateTime=SENT_AT, **fields))
        assert [reply.status for reply in replies] == [200] * 4
        [answer] = {reply.text for reply in replies}
        return answer

    async def count(self, statement: Any) -> int:
        async with self.db.read() as tx:
            found: int = await tx.value(statement)
            return found


@pytest.fixture
async def workers(db: Database, database_url: str, tmp_path: Path) -> AsyncIterator[TwoWorkers]:
    await sample.fill(db, NOON)
    with (
        serving(database_url, tmp_path, workers=1, SECRETS__DATA_KEY=DATA_KEY, DEMO__ON="true") as one,
        serving(database_url, tmp_path, workers=1, SECRETS__DATA_KEY=DATA_KEY, DEMO__ON="true") as other,
    ):
        async with calling(f"{one.base}/wechat") as here, calling(f"{other.base}/wechat") as there:
            yield TwoWorkers(db, here, there)


async def test_repeated_deliveries_have_one_effect_and_one_answer(workers: TwoWorkers) -> None:
    before = await workers.count(select(func.count()).select_from(appointments))
    answer = await workers.say("预约办社保卡，王芳 13800000003")
    for _ in range(4):  # whatever it offers, the first
        if "请核对" in answer:
            break
        answer = await workers.say("1")
    assert "请核对" in answer
    assert "约好了" in await workers.say("好")
    assert await workers.count(select(func.count()).select_from(appointments)) == before + 1

    citizens = [f"oCitizen{number}" for number in range(8)]
    known = await workers.count(EFFECTS)
    await asyncio.gather(*(workers.say("转人工", FromUserName=openid) for openid in citizens))
    assert await workers.count(EFFECTS) == known + len(citizens)

    # The control: the same words as messages of their own are as many effects as messages.
    known = await workers.count(EFFECTS)
    apart = [workers.here.message(text="转人工", FromUserName="oOther", MsgId=number) for number in range(4)]
    await asyncio.gather(*(caller.send(m) for m, caller in zip(apart, [workers.here, workers.there] * 2, strict=True)))
    assert await workers.count(EFFECTS) == known + 4
