"""What staff have made of the calendar is what the bot says, in every worker, at once."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from bot.desk import Desk
from hall.appointments import slots
from hall.places import service as places
from hall.places.model import EVERY_HALL, Spans
from kit.db import Database
from kit.live import Watch
from kit.settings import Settings
from knowledge.library import Library
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]
WEDNESDAY = date(2026, 11, 25)
MORNING: Spans = ((time(9), time(12)),)


async def set_day(desk: Desk, on: date, hours: Spans | None, now: datetime) -> None:
    """As the command does it: the slots come in line at once."""
    async with desk.db.tx() as tx:
        await places.set_day(tx, desk.settings.hall.id, on, hours, "停电检修", "张三", now)
        assert desk.hall is not None
        await slots.make_ahead(tx, desk.hall, await places.calendar(tx, desk.hall.id), 10, now)
    await desk.reload_calendar()


async def test_day_that_staff_have_closed_is_not_offered(chat: Chats, desk: Desk, now: datetime) -> None:
    await set_day(desk, WEDNESDAY, (), now)
    assert (await chat().say("周三上午预约办社保卡")).startswith("11月25日（周三）大厅休息，不办公。")


async def test_half_a_day_is_said_with_its_hours(chat: Chats, desk: Desk, now: datetime) -> None:
    await set_day(desk, WEDNESDAY, MORNING, now)
    answer = await chat().say("周三下午3点预约办社保卡")
    assert answer.startswith("11月25日（周三）大厅只在09:00—12:00办公，您说的时间不在里面。")


async def test_no_ticket_is_given_out_on_a_closed_day(chat: Chats, desk: Desk, now: datetime) -> None:
    await set_day(desk, now.date(), (), now)
    assert "11月24日（周二）09:00开门" in await chat().say("取号")
    assert "现在已经下班，11月24日（周二）09:00开门" in await chat("oLi").say("你们几点上班")


@pytest.fixture
async def watched(db: Database, library: Library) -> Desk:
    watch = Watch(db)
    desk = Desk.with_library(db, Settings(), library, watch)
    watch.hang(places.VERSION, desk.reload_calendar)
    return desk


async def test_edited_day_reaches_every_worker(watched: Desk, db: Database, now: datetime) -> None:
    assert watched.watch is not None
    await watched.watch.start()
    await db.transact(places.set_day, EVERY_HALL, WEDNESDAY, (), "台风", "张三", now)
    for _ in range(200):
        if not watched.calendar.is_workday(WEDNESDAY):
            break
        await asyncio.sleep(0.01)
    await watched.watch.stop()
    assert watched.calendar.is_workday(WEDNESDAY) is False
