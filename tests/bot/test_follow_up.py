"""Sentences that mean something only after what was said before."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot import dialogue
from bot.desk import Desk
from kit.db import Database
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]
BOOKED = ("预约办社保卡，明天下午3点，王芳 13800000003", "好")


@pytest.mark.parametrize("asked", ["要带什么来着", "那啥 我得带啥去啊", "需要什么材料"])
async def test_what_to_bring_is_of_the_appointment_made(chat: Chats, asked: str) -> None:
    answer = await chat().say(*BOOKED, asked)
    assert answer.startswith("办“社会保障卡申领/补领/激活”，一般要带：")
    assert "想来办" not in answer


async def test_where_and_when_are_of_the_appointment_made(chat: Chats) -> None:
    wang = chat()
    assert "社保卡窗口" in await wang.say(*BOOKED, "在哪个窗口")
    assert "11月24日（周二）15:00" in await wang.say("几点来着")
    assert "不客气" in await wang.say("谢谢")


async def test_materials_in_the_middle_are_of_the_matter_under_way(chat: Chats) -> None:
    answer = await chat().say("预约办社保卡，明天下午3点", "要带啥")
    assert answer.startswith("办“社会保障卡申领/补领/激活”，一般要带：")
    assert answer.endswith("请告诉我办事人的姓名和手机号，比如“王芳 13800000000”。")


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("改成后天", "11-25 15:00"),
        ("还是上午10点吧", "11-24 10:00"),
        ("换到下周一", "11-30 15:00"),
        ("改约到周五上午9点", "11-27 09:00"),
    ],
)
async def test_another_time_moves_the_appointment_made(chat: Chats, db: Database, said: str, when: str) -> None:
    wang = chat()
    await wang.say("预约办居住证，下周二上午9点，王芳 13800000003", "好")
    await wang.say("预约办社保卡，明天下午3点", "好")
    if "约到" in said:
        await wang.say(said, "1")
    else:
        await wang.say(said)
    assert "改好了" in await wang.say("好")
    assert sorted((m, at) for m, at, _, _ in await booked(db)) == [
        ("residence-permit", "12-01 09:00"),
        ("social-security-card", when),
    ]


@pytest.mark.parametrize("said", ["不去了", "取消", "不约了"])
async def test_not_coming_asks_about_the_appointment_made(chat: Chats, db: Database, said: str) -> None:
    wang = chat()
    assert "要取消这个预约吗？\n11月24日（周二）15:00" in await wang.say(*BOOKED, said)
    assert "已经取消" in await wang.say("好")
    assert await booked(db) == []


@pytest.mark.parametrize("said", ["就约这个", "那我后儿个去行不", "帮我约上", "就约这个，后天", "嗯 那后天去行不行啊"])
async def test_a_matter_asked_about_may_be_booked_without_naming_it(chat: Chats, said: str) -> None:
    wang = chat()
    await wang.say("代开发票要带什么材料")
    assert "代开增值税发票" in await wang.say(said, "后天上午9点半")


async def test_one_more_is_another_matter(chat: Chats) -> None:
    assert "您要办什么事" in await chat().say(*BOOKED, "再约一个")


async def test_the_name_on_an_appointment_made_is_said_to_stay(chat: Chats) -> None:
    assert "改不了" in await chat().say(*BOOKED, "电话写错了，是13800000009")


async def test_what_was_spoken_of_is_forgotten_after_half_an_hour(chat: Chats) -> None:
    wang = chat()
    await wang.say(*BOOKED)
    wang.now += timedelta(minutes=31)
    assert "身份证" not in await wang.say("要带什么来着")


async def test_the_next_day_one_s_own_are_still_there(chat: Chats) -> None:
    wang = chat()
    made = await wang.say("预约办社保卡，后天下午3点，王芳 13800000003", "好")
    number = re.search(r"Y261123\w{7}", made)
    assert number
    wang.now += timedelta(days=1)
    assert "11月25日（周三）15:00" in await wang.say("我约的是几点来着")
    assert "已预约" in await wang.say(number.group())


async def test_a_story_around_one_matter_is_answered_about_it(chat: Chats) -> None:
    wang = chat()
    story = "我想问一下就是说我家那个孩子今年刚出生然后呢户口还没有上就是说我想给他上户口然后不知道明天能不能去你们那里办就是说需要带什么东西"
    assert "办“新生儿出生登记（落户）”，一般要带" in await wang.say(story)
    assert "11月25日（周三）有空" in await wang.say("那就后天去")


async def test_a_time_said_when_asked_which_one_keeps_what_it_was_about(chat: Chats) -> None:
    asked = await chat().say("我想办个执照", "明天下午")
    assert "1 有限责任公司设立登记" in asked and "2 个体工商户设立登记" in asked
    assert "11月24日（周二）" in await chat("oLi").say("我想办个执照", "明天下午", "个体的")


async def test_a_word_that_tells_two_matters_apart_is_enough(chat: Chats) -> None:
    assert "办“有限责任公司设立登记”" in await chat().say("预约办营业执照", "公司的那个")
    assert "个体工商户设立登记" in await chat("oLi").say("后天上午办营业执照，个体的，我叫赵四，电话13688889999")


async def test_one_for_mother_in_the_middle_of_moving_is_a_booking_of_its_own(chat: Chats, db: Database) -> None:
    citizen = chat()
    await citizen.say("下周三上午预约办社保卡，王芳 13800000000", "好", "改到下周四上午")
    assert "您想哪天来" in await citizen.say("帮我妈也约一个")
    assert [row[2] for row in await booked(db)] == ["王芳"]


async def test_what_to_bring_before_it_is_known_for_what_asks_for_what(chat: Chats) -> None:
    assert (await chat().say("预约", "要带啥")).startswith("要看您办哪件事")


async def test_who_wants_their_data_gone_is_told_how(chat: Chats) -> None:
    assert "取消关注" in await chat().say("删除我的信息")


async def test_of_two_questions_in_one_the_first_is_answered_and_a_word_brings_the_second(chat: Chats) -> None:
    citizen = chat()
    first = await citizen.send("残保金15个人要交吗？电动车还免购置税吗？")
    assert first.why.entry_id == "disability-fund" and "您还问了“电动车还免购置税吗”" in first.text
    assert (await citizen.send("好")).why.entry_id == "nev-purchase-tax"
    lost = await citizen.say("残保金15个人要交吗，电动车还免购置税吗", "办社保卡要带什么", "好")
    assert "购置税" not in lost  # what came between is what 好 is about


@pytest.mark.parametrize("one", ["食品证咋办，要带啥", "六税两费是啥 我能享受不", "下周三上午行不行，约社保卡行吗"])
async def test_what_belongs_together_is_one_question(chat: Chats, one: str) -> None:
    assert "您还问了" not in await chat().say(one)


def test_one_question_in_two_parts_is_answered_without_the_database(desk: Desk, now: datetime) -> None:
    """Only two answers need to be remembered: one of them is said from memory, also with the database out of reach."""
    one = dialogue.at_once(desk, "残保金15个人要交吗，咱们厂子能免吗", now)
    assert one is not None and one.why.entry_id == "disability-fund"
    assert dialogue.at_once(desk, "残保金15个人要交吗，电动车还免购置税吗", now) is None


async def test_an_hour_or_a_wish_for_earlier_after_booking_is_about_the_appointment_made(chat: Chats) -> None:
    citizen = chat()
    await citizen.say("后天上午11点约办老年证，刘桂兰 13911112222", "好")
    moved = await citizen.send("10点半吧")
    assert (moved.why.entry_id, "10:30" in moved.text) == ("", True)
    await citizen.say("算了")
    earlier = await chat("oLi").say("后天上午11点约办老年证，李桂兰 13911113333", "好", "能不能早点")
    assert "11月25日（周三）" in earlier and "没有把握" not in earlier


@pytest.mark.parametrize("asked", ["零申报咋报", "婚前财产公证在哪", "养老金认证咋弄", "下雨咋办 还营业不"])
async def test_a_question_with_a_subject_of_its_own_is_not_about_the_matter_before(chat: Chats, asked: str) -> None:
    citizen = chat()
    await citizen.say("生育津贴要带什么")
    assert "maternity-allowance" not in (await citizen.send(asked)).why.entry_id
    assert (await citizen.send("要带啥")).why.entry_id == "matter/maternity-allowance/materials"


async def test_booked_for_the_wrong_day_is_moved(chat: Chats, db: Database) -> None:
    citizen = chat()
    await citizen.say(*BOOKED)
    assert "11月25日（周三）" in await citizen.say("我约错了 约成明天了 要后天")
    await citizen.say("好")
    assert [row[1] for row in await booked(db)] == ["11-25 15:00"]
