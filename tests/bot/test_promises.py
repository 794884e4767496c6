"""What every turn keeps, whatever state a conversation is in: one answer to one message, short, and nothing personal told."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard
from bot.robot import TEXT_BYTES
from kit.db import Database
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]
NAME, PHONE = "欧阳明月", "13876543210"
STATES: dict[str, list[str]] = {
    "nothing": [],
    "matter": ["预约"],
    "which matter": ["预约营业执照"],
    "when": ["预约办社保卡"],
    "person": ["预约办社保卡，明天9点"],
    "confirm": [f"预约办社保卡，明天9点，{NAME} {PHONE}"],
    "booked": [f"预约办社保卡，明天9点，{NAME} {PHONE}", "好"],
    "cancel": [f"预约办社保卡，明天9点，{NAME} {PHONE}", "好", "取消预约"],
    "move": [f"预约办社保卡，明天9点，{NAME} {PHONE}", "好", "改约"],
    "suggested": ["退税"],
    "topic": ["社保卡要带什么"],
    "ticket": ["取号"],
    "code": ["进度"],
    "message": ["转人工"],
    "more": ["转人工", "请回电"],
}
SAID = [
    "1",
    "7",
    "0",
    "好",
    "不",
    "换一个",
    "要带啥",
    "下午3点",
    "谢谢",
    "菜单",
    "王芳",
    "啊",
    "13800",
    "取号",
    "我的预约",
    "等一下",
    "退税",
    "😀",
    "税" * 600,
]
each_state = pytest.mark.parametrize("state", STATES)


@each_state
async def test_the_same_message_again_gets_the_same_answer(chat: Chats, state: str) -> None:
    wang = chat()
    await wang.say(*STATES[state])
    for number, text in enumerate(SAID[:8]):
        first = await wang.send(text, key=f"key {number}")
        again = await wang.send(text, key=f"key {number}")
        assert again.text == first.text


@each_state
async def test_every_answer_fits_and_says_something(chat: Chats, state: str) -> None:
    for number, text in enumerate(SAID):
        someone = chat(f"o{number}")
        await someone.say(*STATES[state])
        answer = await someone.say(text)
        assert len(answer) > 4
        assert len(answer.encode()) <= TEXT_BYTES


@each_state
async def test_nothing_personal_is_logged_or_shown(
    chat: Chats, db: Database, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    caplog.set_level(logging.DEBUG)
    wang = chat()
    answers = [
        await wang.say(text) for text in [*STATES[state], f"我叫{NAME}，电话{PHONE}", "预约办社保卡，明天9点", "好"]
    ]
    told = "\n".join([*answers, *(record.getMessage() for record in caplog.records)])
    assert [secret for secret in (NAME, PHONE) if secret in told] == []


async def test_two_messages_at_once_are_taken_one_after_the_other(desk: Desk, chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡")
    pieces = ["明天上午9点", "我叫王芳", "电话13800000003", "要带啥"]
    heard = [Heard("oWang", "text", text, f"at once {n}", wang.now) for n, text in enumerate(pieces)]
    await asyncio.gather(*(dialogue.turn(desk, each, wang.now) for each in heard))
    assert "约好了" in await wang.say("好")
    assert await booked(db) == [("social-security-card", "11-24 09:00", "王芳", "13800000003")]


async def test_two_yeses_at_once_make_one_appointment(desk: Desk, chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天9点，王芳 13800000003")
    heard = [Heard("oWang", "text", "好", f"yes {n}", wang.now) for n in range(3)]
    answers = await asyncio.gather(*(dialogue.turn(desk, each, wang.now) for each in heard))
    assert len([said for said in answers if "约好了" in said.text]) == 1
    assert len(await booked(db)) == 1
