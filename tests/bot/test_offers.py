"""Choosing a time with the words people have for it, without saying one."""

from collections.abc import Callable

import pytest

from hall.appointments import rule_book
from kit.db import Database
from kit.settings import Settings
from tests.bot.conftest import Chat
from tests.hall.builders import MONDAY

Chats = Callable[..., Chat]


@pytest.mark.parametrize("said", ["越快越好", "随便哪天", "最早的", "都行", "烦死了，随便", "尽快"])
async def test_any_time_is_the_earliest(chat: Chats, said: str) -> None:
    answer = await chat().say("预约办社保卡", said)
    assert answer.startswith("社会保障卡申领/补领/激活，11月24日（周二）09:00（这是最近的空号，想换直接说）")


async def test_earlier_and_later_are_seen_from_the_time_chosen(chat: Chats) -> None:
    wang = chat()
    await wang.say("预约办社保卡，后天10点，王芳 13800000003")
    assert await wang.say("再早点") == (
        "早一点的有：\n1 11月24日（周二）16:00—16:30\n2 11月25日（周三）09:00—09:30\n3 11月25日（周三）09:30—10:00\n回复数字，或换个时间。"
    )
    assert (await wang.say("3")).splitlines()[1].startswith("11月25日（周三）09:30")
    later = await wang.say("有没有晚一点的")
    assert later.splitlines()[:2] == ["往后还有：", "1 11月25日（周三）10:00—10:30"]
    assert "约好了" in await wang.say("1", "好")


@pytest.mark.parametrize("said", ["换一个", "换个时间", "还有别的吗", "都不合适", "等等，先别，我换个时间"])
async def test_others_lie_behind_those_offered(chat: Chats, said: str) -> None:
    answer = await chat().say("预约办社保卡，后天上午10点", said)
    assert answer.splitlines()[:3] == ["往后还有：", "1 11月25日（周三）10:30—11:00", "2 11月25日（周三）13:00—13:30"]


async def test_there_is_nothing_earlier_than_the_first(chat: Chats) -> None:
    wang = chat()
    assert (await wang.say("预约办社保卡", "再早点")).startswith("没有更早的空号了")
    assert "09:30" in await wang.say("2"), "the choices are still open"


@pytest.mark.parametrize(
    ("said", "minute"), [("第二个吧", "09:30"), ("啊 那就第二个吧", "09:30"), ("嗯，就选3", "10:00")]
)
async def test_a_choice_may_be_said_in_words(chat: Chats, said: str, minute: str) -> None:
    answer = await chat().say("预约办社保卡", said)
    assert answer.startswith(f"社会保障卡申领/补领/激活，11月24日（周二）{minute}")


@pytest.mark.parametrize("said", ["0", "第0个", "-1", "4", "10", "99"])
async def test_a_number_that_is_none_of_them_is_asked_again(chat: Chats, said: str) -> None:
    wang = chat()
    assert (await wang.say("预约办社保卡", said)).startswith("只有 1 到 3 可以选")
    assert "09:30" in await wang.say("2")


async def test_a_day_of_the_month_is_no_choice(chat: Chats) -> None:
    assert "12月2日（周三）有空" in await chat().say("预约办社保卡", "2号")


async def test_between_two_times_is_said_back_as_it_was_said(chat: Chats) -> None:
    assert "（09:00—10:00最早的空号；还有09:30" in await chat().say("预约办社保卡，后天9点到10点之间")


async def test_a_half_day_said_next_is_of_the_days_offered(chat: Chats) -> None:
    answer = await chat().say("预约办社保卡，周六", "下午")
    assert answer.startswith("社会保障卡申领/补领/激活，11月30日（周一）13:00")


async def test_only_days_that_can_be_booked_now_are_offered(chat: Chats, db: Database) -> None:
    window = {"window": {"first": 1, "last": 2}}
    await db.transact(rule_book.set_rules, Settings().hall.id, window, "王主任", MONDAY)
    wang = chat()
    answer = await wang.say("预约办社保卡，下周五上午")
    assert "11月24日（周二）到11月25日（周三）" in answer, "which days those are"
    offered = [line for line in answer.splitlines() if line[:2] in ("1 ", "2 ", "3 ")]
    assert offered and all("11月24日" in line or "11月25日" in line for line in offered)
    assert "11月25日（周三）16:00" in await wang.say("最晚的一个是11月25日下午4点")
