"""A desk in the sample hall, and a citizen who types."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard, Said
from cli import sample
from hall.appointments.tables import appointments, slots
from kit.clock import local
from kit.db import Database
from kit.settings import Settings
from knowledge.library import Library


class Chat:
    """Types as one citizen; every message is a new delivery a second after the last."""

    def __init__(self, desk: Desk, openid: str, now: datetime) -> None:
        self.desk, self.openid, self.now, self.count = desk, openid, now, 0

    async def send(self, text: str, kind: str = "text", key: str = "") -> Said:
        self.count += 1
        self.now += timedelta(seconds=1)
        heard = Heard(self.openid, kind, text, key or f"{self.openid}-{self.count}", self.now)
        return await dialogue.turn(self.desk, heard, self.now)

    async def say(self, *texts: str) -> str:
        """The reply to the last of several messages; "" to none."""
        answers = [(await self.send(text)).text for text in texts]
        return answers[-1] if answers else ""


async def booked(db: Database) -> list[tuple[str, str, str | None, str | None]]:
    """(matter, local start, name, phone) of every live appointment but the sample's own."""
    found = (
        select(appointments.c.matter_id, slots.c.starts_at, appointments.c.name, appointments.c.phone)
        .join(slots, slots.c.id == appointments.c.slot_id)
        .where(appointments.c.state == "booked")
        .order_by(appointments.c.id)
    )
    async with db.read() as tx:
        rows = await tx.all(found)
    ours = [row for row in rows if row.name != "示例群众"]
    return [(r.matter_id, f"{local(r.starts_at):%m-%d %H:%M}", r.name, r.phone) for r in ours]


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture
async def desk(db: Database, now: datetime, library: Library) -> AsyncIterator[Desk]:
    await sample.fill(db, now)
    made = Desk.with_library(db, Settings(), library)
    await made.reload_hall()
    yield made


@pytest.fixture
def chat(desk: Desk, now: datetime) -> Callable[..., Chat]:
    def someone(openid: str = "oWang", at: datetime = now) -> Chat:
        return Chat(desk, openid, at)

    return someone
