"""A person is wanted: messages for the clerk, and thinking better of it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from hall.hand_overs.tables import hand_overs
from kit.db import Database
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]


async def left(db: Database) -> list[str]:
    async with db.read() as tx:
        return [row.text for row in await tx.all(select(hand_overs.c.text).order_by(hand_overs.c.id))]


async def test_a_message_may_come_in_pieces(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("转人工", "我姓赵")
    assert "也记上了" in await wang.say("我想问预约的事")
    assert "也记上了" in await wang.say("电话13800000003")
    assert "都转给工作人员了" in await wang.say("好")
    assert await left(db) == ["我姓赵", "我想问预约的事", "电话13800000003"]


async def test_a_question_after_the_message_is_answered_and_not_kept(chat: Chats, db: Database) -> None:
    answer = await chat().say("转人工", "请给我回个电话", "个体户一个月卖9万要交增值税吗")
    assert "10万元" in answer
    assert await left(db) == ["请给我回个电话"]


async def test_a_question_left_at_night_is_kept_and_answered_at_once(chat: Chats, db: Database, now: datetime) -> None:
    answer = await chat("oWang", now.replace(hour=13)).say("我要找人", "个体户一个月卖9万要交增值税吗")
    assert answer.startswith("留好了")
    assert "10万元" in answer
    assert await left(db) == ["个体户一个月卖9万要交增值税吗"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("算了", "先放下了"),
        ("预约社保卡", "您想哪天来"),
        ("谢谢", "不客气"),
        ("2", "您要办什么事"),
        ("菜单", "我能帮您"),
    ],
)
async def test_thinking_better_of_it_leaves_no_message(chat: Chats, db: Database, said: str, answer: str) -> None:
    assert answer in await chat().say("转人工", said)
    assert await left(db) == []


async def test_someone_angry_is_heard_and_can_still_book(chat: Chats, db: Database) -> None:
    wang = chat()
    assert "抱歉" in await wang.say("你们什么破系统，昨天等了两个小时")
    assert "留好了" in await wang.say("退钱")
    assert "抱歉" in await wang.say("不给我办是吧")
    assert "09:00" in await wang.say("算了", "预约社保卡", "烦死了，随便")
    assert await left(db) == ["退钱"]
