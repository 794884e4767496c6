"""Booking by chat, as a person does it. Monday 23 November 2026, ten in the morning, in the sample hall."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from hall.appointments.tables import slots
from kit.clock import from_ms, local
from kit.db import Database
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]


async def test_one_sentence_and_a_yes_make_an_appointment(chat: Chats, db: Database) -> None:
    wang = chat()
    asked = await wang.say("我叫李芳，电话13900000001，下周三上午9点半预约办个体户营业执照")
    assert "12月2日（周三）09:30" in asked
    assert "李芳" not in asked
    assert "13900000001" not in asked
    answer = await wang.say("好")
    assert re.search(r"预约号：Y261123\w{6}", answer)
    assert "个体工商户登记（备案）申请书" in answer
    assert await booked(db) == [("individual-registration", "12-02 09:30", "李芳", "13900000001")]


async def test_five_short_turns_with_two_corrections_make_one(chat: Chats, db: Database) -> None:
    wang = chat()
    assert "什么事" in await wang.say("预约")
    assert "11月24日" in await wang.say("办社保卡")
    await wang.say("后天上午")
    assert "11月26日（周四）13:00" in await wang.say("不对，大后天下午")
    await wang.say("张三丰 13800000002")
    assert "张*" in await wang.say("名字错了，是张三")
    assert "约好了" in await wang.say("好")
    assert await booked(db) == [("social-security-card", "11-26 13:00", "张三", "13800000002")]


async def test_a_question_in_the_middle_is_answered_and_the_booking_goes_on(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点")
    aside = await wang.send("新能源车要交购置税吗")
    assert "减半" in aside.text
    assert "姓名和手机号" in aside.text
    assert aside.why.entry_id == "nev-purchase-tax"
    assert "约好了" in await wang.say("王芳 13800000003", "好")
    assert len(await booked(db)) == 1


async def test_leaving_leaves_nothing(chat: Chats, db: Database) -> None:
    wang = chat()
    answer = await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "算了")
    assert "什么都没有约" in answer
    assert await booked(db) == []
    assert "没有预约" in await wang.say("我的预约")


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("昨天下午预约办社保卡", "11月22日（周日）已经过去了"),
        ("周六预约办社保卡", "11月28日（周六）大厅休息"),
        ("明天晚上8点预约办社保卡", "您说的时间不在里面"),
        ("12月25号预约办社保卡", "还没有放出来，目前放到12月7日（周一）"),
        ("2月30号预约办社保卡", "2月没有30日"),
        ("腊月初八预约办社保卡", "农历腊月初八是2027年1月15日"),
    ],
)
async def test_a_time_that_will_not_do_is_explained_and_near_ones_are_offered(
    chat: Chats, sentence: str, why: str
) -> None:
    answer = await chat().say(sentence)
    assert why in answer
    assert re.search(r"\n1 \d+月\d+日（周.）\d\d:\d\d—\d\d:\d\d\n2 ", answer)


async def test_a_full_slot_offers_its_neighbours_and_a_number_takes_one(chat: Chats, db: Database) -> None:
    async with db.tx() as tx:
        wanted = select(slots.c.id, slots.c.starts_at, slots.c.group_id)
        full = [s.id for s in await tx.all(wanted) if f"{local(s.starts_at):%m-%d %H:%M}" == "11-25 10:00"]
        await tx.run(update(slots).where(slots.c.id.in_(full)).values(booked=slots.c.capacity))
    wang = chat()
    answer = await wang.say("后天上午10点预约办社保卡，王芳 13800000003")
    assert "没有空号了" in answer
    assert "1 11月25日（周三）09:30" in answer
    assert "约好了" in await wang.say("1", "好")
    assert [row[1] for row in await booked(db)] == ["11-25 09:30"]


async def test_a_place_taken_before_the_yes_is_said_to_be_gone(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("后天上午10点预约办社保卡，王芳 13800000003")
    async with db.tx() as tx:
        await tx.run(update(slots).values(booked=slots.c.capacity))
        await tx.run(update(slots).where(slots.c.id % 2 == 0).values(booked=0))
    first = await wang.say("好")
    if "约好了" not in first:
        assert "刚被约走了" in first
        assert "约好了" in await wang.say("1", "好")
    assert len(await booked(db)) == 1


async def test_what_the_citizen_said_last_time_is_not_asked_again(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好")
    answer = await wang.say("再约个居住证，后天上午9点")
    assert "用的是您上次留的" in answer
    assert "约好了" in await wang.say("好")


async def test_the_same_matter_on_the_same_day_is_refused_with_the_reason(chat: Chats) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好")
    assert "已经约过" in await wang.say("预约办社保卡，明天下午", "好")


@pytest.mark.parametrize(
    "sentence",
    ["預約辦社會保障卡，後天上午9點", "预约办社保卡，后天上午９点", "想约后个儿头晌九点办社保卡", "后天9:00约社保卡"],
)
async def test_the_same_wish_in_other_spellings(chat: Chats, db: Database, sentence: str) -> None:
    assert "约好了" in await chat().say(sentence, "王芳，１３８００００００３３", "中")
    assert await booked(db) == [("social-security-card", "11-25 09:00", "王芳", "13800000033")]


async def test_a_wrong_phone_is_asked_for_again(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点", "王芳")
    assert "好像不对" in await wang.say("电话是1380000000")
    assert "请核对" in await wang.say("13800000004")


async def test_two_citizens_do_not_mix(chat: Chats, db: Database) -> None:
    wang, li = chat("oWang"), chat("oLi")
    await wang.say("预约办社保卡，明天上午9点")
    await li.say("预约办居住证，后天下午")
    await wang.say("王芳 13800000003", "好")
    await li.say("李雷 13800000005", "好")
    assert [(m, n) for m, _, n, _ in await booked(db)] == [
        ("social-security-card", "王芳"),
        ("residence-permit", "李雷"),
    ]


async def test_an_unfinished_booking_is_forgotten_after_half_an_hour(chat: Chats, now: datetime) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点")
    wang.now += timedelta(minutes=31)
    await wang.desk.reload_talking()
    assert "请核对" not in await wang.say("王芳 13800000003")


async def test_moving_keeps_the_number_and_frees_the_old_place(chat: Chats, db: Database) -> None:
    wang = chat()
    made = await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好")
    number = re.search(r"Y261123\w{6}", made)
    assert number is not None
    asked = await wang.say("改约", "周四上午10点")
    assert "原来：11月24日（周二）09:00" in asked
    assert "改到：11月26日（周四）10:00" in asked
    assert number.group() in await wang.say("好")
    assert [row[1] for row in await booked(db)] == ["11-26 10:00"]
    async with db.read() as tx:
        first = await tx.one(select(slots.c.starts_at, slots.c.booked).where(slots.c.booked == 0).limit(1))
    assert first is not None
    assert from_ms(0) < first.starts_at


async def test_cancelling_asks_first_and_no_keeps_it(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天上午9点，王芳 13800000003", "好")
    assert "要取消这个预约吗" in await wang.say("取消预约")
    assert "留着" in await wang.say("算了")
    assert len(await booked(db)) == 1
    assert "已经取消" in await wang.say("取消预约", "好")
    assert await booked(db) == []
