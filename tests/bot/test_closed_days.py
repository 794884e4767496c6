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
from tests.hall.test_calendar import enter

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
    assert (await chat().say("周三上午预约办社保卡")).startswith("11月25日（周三）大厅休息（停电检修），不办公。")


async def test_half_a_day_is_said_with_its_hours(chat: Chats, desk: Desk, now: datetime) -> None:
    await set_day(desk, WEDNESDAY, MORNING, now)
    answer = await chat().say("周三下午3点预约办社保卡")
    assert answer.startswith("11月25日（周三）大厅只在09:00—12:00办公，您说的时间不在里面。")


async def test_no_ticket_is_given_out_on_a_closed_day(chat: Chats, desk: Desk, now: datetime) -> None:
    await set_day(desk, now.date(), (), now)
    assert "今天休息（停电检修）。11月24日（周二）09:00开门" in await chat().say("取号")
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


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("国庆节上班吗", "10月1日（周五）大厅休息（国庆节），不办公。10月8日（周五）09:00开门。"),
        ("元旦放几天假", "1月1日（周五）大厅休息（元旦），不办公。1月4日（周一）09:00开门。"),
        ("12月5号上班吗", "12月5日（周六）大厅休息，不办公。12月7日（周一）09:00开门。"),
        ("明天开门吗", "11月24日（周二）上班：09:00—12:00，13:00—16:30。"),
        ("后天能办事吗", "11月25日（周三）大厅休息（停电检修），不办公。11月26日（周四）09:00开门。"),
    ],
)
async def test_the_day_that_is_asked_for_is_told_first_and_why_it_is_closed(
    chat: Chats, desk: Desk, now: datetime, asked: str, told: str
) -> None:
    await set_day(desk, WEDNESDAY, (), now)
    await desk.db.transact(enter)  # 2027 from the notice, whose feasts stand in the calendar by name
    await desk.reload_calendar()
    assert (await chat().say(asked)).startswith(f"{told}\n")


async def test_of_a_year_that_is_not_published_only_what_the_law_says_is_told(chat: Chats) -> None:
    wang = chat()
    feast = await wang.say("国庆节上班吗")
    assert feast.startswith("10月1日（周五）是国庆节，法定节假日，不上班。前后怎么调休，要等2027年的放假安排公布。\n")
    after = await wang.say("明年10月6号上班吗")
    assert after.startswith("2027年的放假安排还没有公布，10月6日（周三）上不上班现在说不准，公布以后再来问我。\n")


async def test_what_is_asked_of_no_day_or_of_a_counter_is_as_before(chat: Chats, desk: Desk, now: datetime) -> None:
    wang = chat()
    assert (await wang.say("几点上班")).startswith("双塔区政务服务大厅（示例）工作日办公")
    weekend = await wang.say("周末能办事吗")
    assert weekend.startswith(
        "11月28日（周六）大厅休息，不办公。\n11月29日（周日）大厅休息，不办公。11月30日（周一）09:00开门。\n"
    )
    assert "工作日办公" not in await wang.say("3号窗口能办吗")
