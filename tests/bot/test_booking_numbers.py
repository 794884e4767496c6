"""Where a rule counts by 身份证 or 统一社会信用代码, the chat asks for it, and keeps no more than it needs."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.desk import Desk
from hall.appointments import rule_book
from hall.appointments.tables import appointments
from kit.db import Database
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]
ID, WRONG_ID = "11010519491231002X", "110105194912310021"
CODE = "91350100M000100Y43"


@pytest.fixture
async def strict(db: Database, desk: Desk, now: datetime) -> None:
    """The hall counts by 身份证 or 信用代码, as rule set (a)."""
    written = {"limit": [{"most": 1, "per": "day", "by": ["credit_code", "id_number"]}]}
    await db.transact(rule_book.set_rules, desk.settings.hall.id, written, "领导", now)


async def asked(chat: Chat) -> str:
    await chat.say("我想下周三上午预约办社保卡")
    await chat.say("王芳 13800000003")
    return await chat.say("确认")


@pytest.mark.parametrize(("number", "column"), [(f"我的身份证 {ID.lower()}", "id_mark"), (CODE, "credit_mark")])
async def test_number_that_the_rule_counts_by_is_asked_for_and_books(
    strict: None, chat: Chats, db: Database, number: str, column: str
) -> None:
    wang = chat()
    said = await asked(wang)
    assert "请补上统一社会信用代码或身份证号再约" in said and "只用来算次数" in said
    assert "约好了" in await wang.say(number)
    async with db.read() as tx:
        row = await tx.one(select(*appointments.c).order_by(appointments.c.id.desc()))
    assert row is not None and getattr(row, column) and ID not in repr(row) and CODE not in repr(row)


async def test_mistyped_number_is_asked_for_again_and_nothing_is_lost(strict: None, chat: Chats) -> None:
    wang = chat()
    await asked(wang)
    assert "这个号码不对" in await wang.say(WRONG_ID)
    assert "约好了" in await wang.say(ID)


async def test_who_would_rather_not_can_leave(strict: None, chat: Chats) -> None:
    wang = chat()
    await asked(wang)
    assert "约好了" not in await wang.say("不约了")
