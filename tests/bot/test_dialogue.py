"""Turns that are no booking, and the promises every turn keeps."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Table, func, select

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard
from cli import sample
from hall.appointments.tables import appointments
from hall.citizens.tables import citizens
from hall.hand_overs.tables import hand_overs
from hall.queue.tables import tickets
from kit import keep, once
from kit.db import Database
from kit.ids import with_check
from kit.live import Watch
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]


def awaiting_supplement() -> tuple[str, str]:
    """Number and query code of the sample's case that waits for a material."""
    found = next(c for c in sample.read().plan["case"] if c.get("steps", [{}])[-1].get("do") == "supplement")
    return with_check(found["body"]), found["code"]


HOSTILE = [
    "",
    "😀😀",
    "。。。",
    "SELECT * FROM cases; DROP TABLE cases;--",
    "' OR 1=1 --",
    "<xml><Content><![CDATA[x]]></Content></xml>",
    "]]><MsgType>evil</MsgType>",
    "{{7*7}} ${jndi:ldap://x} %s %(a)s {0}",
    "\x00\x01\x02",
    "１２３４５６７８９０",
    "請問個體戶一個月賣9萬要交增值稅嗎",
    "进度 ST202600000000X AAAAAA",
    "进度 Y261123ZZZZZZ",
    "A" * 20000,
    "税" * 20000,
    "昨天预约社保卡",
    "99999999999999999999",
    "第100个",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_input_gets_a_helpful_sentence(chat: Chats, text: str) -> None:
    said = await chat().send(text)
    assert 4 < len(said.text) < 1000
    assert "Traceback" not in said.text
    assert "SELECT" not in said.text


async def test_traditional_characters_get_the_same_answer(chat: Chats) -> None:
    plain, traditional = chat(), chat()
    answer = await plain.say("个体户一个月卖9万要交增值税吗")
    assert await traditional.say("請問個體戶一個月賣9萬要交增值稅嗎") == answer
    assert "财政部 税务总局公告2026年第10号" in answer


async def test_voice_is_heard_as_text_and_silence_is_asked_again(chat: Chats) -> None:
    assert "10万元" in (await chat().send("个体户一个月卖9万要交增值税吗", "voice")).text
    assert "没听清" in (await chat().send("", "voice")).text


@pytest.mark.parametrize("kind", ["image", "video", "shortvideo", "location", "link", "miniprogrampage", "unknown"])
async def test_what_we_cannot_read_is_said_to_be_so(chat: Chats, kind: str) -> None:
    assert len((await chat().send("", kind)).text) > 10


@pytest.mark.parametrize("kind", ["view", "location_event", "templatesendjobfinish_event", "unknown_event"])
async def test_events_that_want_no_answer_get_none(chat: Chats, kind: str) -> None:
    assert (await chat().send("", kind)).text == ""


async def count(db: Database, table: Table) -> int:
    async with db.read() as tx:
        return int(await tx.value(select(func.count()).select_from(table)))


async def test_a_question_writes_nothing(chat: Chats, db: Database) -> None:
    before = await count(db, citizens)
    await chat().say("个体户一个月卖9万要交增值税吗")
    assert await count(db, once.once) == 0
    assert await count(db, citizens) == before


async def test_four_deliveries_at_once_have_one_effect_and_one_answer(desk: Desk, chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003")
    before = await count(db, appointments)
    heard = Heard("oWang", "text", "好", "same message", wang.now)
    answers = await asyncio.gather(*(dialogue.turn(desk, heard, wang.now) for _ in range(4)))
    assert len({said.text for said in answers}) == 1
    assert "约好了" in answers[0].text
    assert await count(db, appointments) == before + 1


async def test_without_the_claim_four_deliveries_have_more_than_one_effect(chat: Chats, db: Database) -> None:
    """The control: the same four under keys of their own, as if nobody had noticed that they are one message."""
    wang = chat()
    await wang.say("转人工")
    heard = [Heard("oWang", "text", "我想问退税，请回我", f"key {n}", wang.now) for n in range(4)]
    said = [await dialogue.turn(wang.desk, each, wang.now) for each in heard]
    assert len({one.text for one in said}) > 1


async def test_suggestions_are_numbered_and_a_number_answers(chat: Chats) -> None:
    wang = chat()
    asked = await wang.say("退税")
    assert "1 " in asked
    assert "2 " in asked
    assert "您选哪一个" in await wang.say("好"), "they stay open"
    assert "提醒" in await wang.say("1")


async def test_progress_tells_the_code_holder_and_nobody_else(chat: Chats) -> None:
    number, code = awaiting_supplement()
    wang = chat()
    assert "补正" in await wang.say(f"进度 {number} {code}")
    assert "6位查询码" in await wang.say(f"进度 {number}")
    assert "没有查到" in await wang.say("AAAAAA")
    assert "没有查到" in await wang.say(f"进度 {number} AAAAAA")
    unknown = await wang.say(f"进度 {number[:-1]}{'0' if number[-1] != '0' else '1'}")
    assert "6位查询码" in unknown, "an unknown number is answered like a known one"


async def test_a_code_may_follow_in_a_message_of_its_own(chat: Chats) -> None:
    number, code = awaiting_supplement()
    assert "补正" in await chat().say(f"进度 {number}", f"{code[:2]} {code[2:4]} {code[4:]}".lower())


async def test_a_ticket_is_taken_and_its_place_told(chat: Chats, db: Database) -> None:
    wang, li = chat("oWang"), chat("oLi")
    assert "D001" in await wang.say("取号办社保卡")
    answer = await li.say("取号", "4")
    assert "D002" in answer
    assert "前面还有1个人" in answer
    assert "D002" in await li.say("前面还有几个")
    assert "D001" in await wang.say("取号办社保卡"), "asking again is no second ticket"
    assert await count(db, tickets) == 2


async def test_out_of_hours_no_ticket_and_a_message_instead_of_a_talk(chat: Chats, db: Database, now: datetime) -> None:
    night = chat("oWang", now.replace(hour=13))  # 21:00 in Shanghai
    assert "不在上班时间" in await night.say("取号办社保卡")
    assert "11月24日09:00上班" in await night.say("转人工")
    assert "留好了" in await night.say("我姓赵，想问退税的事")
    async with db.read() as tx:
        kept = await tx.all(select(hand_overs.c.kind, hand_overs.c.text))
    assert [(row.kind, row.text) for row in kept] == [("message", "我姓赵，想问退税的事")]


async def test_a_complaint_goes_to_a_person(chat: Chats) -> None:
    answer = await chat().say("我要投诉窗口态度太差")
    assert "12345" in answer
    assert "工作人员会看到" in answer


async def test_unsubscribing_deletes_what_must_be_deleted(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好", "预约办居住证", "转人工", "我的事请回电")
    assert (await wang.send("", "unsubscribe")).text == ""
    async with db.read() as tx:
        left = (citizens.c.openid, citizens.c.name, citizens.c.phone, citizens.c.openid_mark)
        gone = await tx.all(select(*left).where(citizens.c.left_at.is_not(None)))
        assert [tuple(person) for person in gone] == [(None, None, None, None)]
        assert [row.text for row in await tx.all(select(hand_overs.c.text))] == [""]
        assert await keep.keys(tx, "conversation") == set()
    assert "没有预约" in await wang.say("我的预约"), "whoever follows again is someone new"


@pytest.mark.parametrize(
    ("key", "words"),
    [("BOOK", "什么事"), ("PROGRESS", "编号"), ("TICKET", "哪一类"), ("mine", "预约"), ("?", "我能帮您")],
)
async def test_menu_keys_do_what_they_say(chat: Chats, key: str, words: str) -> None:
    assert words in (await chat().send(key, "click")).text


async def test_menu_numbers_do_what_they_say(chat: Chats) -> None:
    assert "年份" in await chat("oZhao").say("1")
    assert "什么事" in await chat("oWang").say("2")
    assert "没有预约" in await chat("oLi").say("3")


async def test_a_question_is_answered_while_the_database_is_gone(desk: Desk, chat: Chats) -> None:
    desk.db = Database("sqlite+aiosqlite:///never-opened.db")
    desk.watch = Watch(desk.db)  # never started: its last look at the versions was never
    assert "10万元" in await chat().say("个体户一个月卖9万要交增值税吗")


async def test_sweeping_forgets_on_schedule(desk: Desk, chat: Chats, db: Database) -> None:
    wang, li = chat("oWang"), chat("oLi")
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好")
    await li.say("预约办社保卡")
    await desk.sweep(li.now + timedelta(minutes=31))
    async with db.read() as tx:
        assert await keep.keys(tx, "conversation") == set()
    assert await count(db, once.once) == 0
    async with db.read() as tx:
        assert "王芳" in [row.name for row in await tx.all(select(appointments.c.name))]
    await desk.sweep(li.now + timedelta(days=32))
    async with db.read() as tx:
        assert {row.name for row in await tx.all(select(appointments.c.name, appointments.c.phone))} == {None}
