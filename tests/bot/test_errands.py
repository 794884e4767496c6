"""One's own things: several appointments, a number misread, a ticket asked for twice."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from hall.appointments.tables import slots
from hall.places import service as places
from hall.queue import calling
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Database
from kit.ids import with_check
from tests.bot.conftest import Chat, booked
from tests.bot.test_dialogue import awaiting_supplement

Chats = Callable[..., Chat]
TWO = ("预约办社保卡，明天上午9点，王芳 13800000003", "好", "预约办居住证，后天上午9点", "好")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (["取消预约", "1", "好"], "residence-permit"),
        (["取消社保卡那个", "好"], "residence-permit"),
        (["取消预约", "社保卡的", "取消吧"], "residence-permit"),
        (["把明天的预约取消了", "好"], "residence-permit"),
        (["取消社保卡的预约", "不是，取消居住证的预约", "好"], "social-security-card"),
    ],
)
async def test_of_several_the_one_named_is_cancelled(chat: Chats, db: Database, said: list[str], left: str) -> None:
    assert "已经取消" in await chat().say(*TWO, *said)
    assert [matter for matter, *_ in await booked(db)] == [left]


@pytest.mark.parametrize("said", ["不取消了", "不取消预约了", "算了", "别取消", "不"])
async def test_thinking_better_of_cancelling_keeps_it(chat: Chats, db: Database, said: str) -> None:
    assert "没有动" in await chat().say(*TWO, "取消社保卡那个", said)
    assert len(await booked(db)) == 2


async def test_of_several_the_one_named_is_moved(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say(*TWO)
    assert "1 11月24日（周二）09:00 社会保障卡" in await wang.say("改约")
    assert "只有 1 到 2 可以选" in await wang.say("3")
    assert "居住证" in await wang.say("2")
    assert "改好了" in await wang.say("周五下午3点", "好")
    assert [at for _, at, _, _ in await booked(db)] == ["11-24 09:00", "11-27 15:00"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("周六上午", "11月28日（周六）大厅休息"),
        ("明天上午9点", "您现在约的就是11月24日（周二）09:00，不用改"),
        ("昨天", "已经过去了"),
        ("晚上8点", "您说的时间不在里面"),
        ("12月25号", "还没有放出来"),
    ],
)
async def test_a_time_it_cannot_be_moved_to_is_explained(chat: Chats, db: Database, said: str, answer: str) -> None:
    wang = chat()
    assert answer in await wang.say(*TWO[:2], "改约", said)
    assert [at for _, at, _, _ in await booked(db)] == ["11-24 09:00"]


async def test_moving_into_a_full_slot_offers_others_and_keeps_the_old(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say(*TWO[:2])
    async with db.tx() as tx:
        await tx.run(update(slots).where(slots.c.on == date(2026, 11, 26)).values(booked=slots.c.capacity))
    assert "没有空号了" in await wang.say("改到大后天上午9点")
    assert [at for _, at, _, _ in await booked(db)] == ["11-24 09:00"]


async def test_someone_else_s_appointment_is_not_found(chat: Chats, db: Database) -> None:
    made = await chat("oWang").say(*TWO[:2])
    number = re.search(r"Y261123\w{7}", made)
    assert number
    li = chat("oLi")
    for sentence in (number.group(), f"取消 {number.group()}", f"改约 {number.group()}", "取消预约"):
        answer = await li.say(sentence)
        assert "社会保障卡" not in answer
        assert "11月24日" not in answer
    assert len(await booked(db)) == 1


@pytest.mark.parametrize("shape", ["{n} {c}", "进度 {n}，查询码{c}", "{n}\n{c}", "查一下{s} 码是{c}"])
async def test_number_and_code_are_read_as_people_copy_them(chat: Chats, shape: str) -> None:
    number, code = awaiting_supplement()
    spaced = f"{number[:2].lower()} {number[2:6]} {number[6:10]} {number[10:14]} {number[14:]}"
    assert "补正" in await chat().say(shape.format(n=number, c=code.lower(), s=spaced))


async def test_a_code_may_come_first_or_after_a_wrong_one(chat: Chats) -> None:
    number, code = awaiting_supplement()
    assert "补正" in await chat("oWang").say("进度", code, number)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert "补正" in await chat("oLi").say(f"进度 {number}", "AAAAAA", wide)


async def test_a_misread_number_is_said_to_be_so_and_an_unknown_one_is_not(chat: Chats) -> None:
    number, _ = awaiting_supplement()
    wang = chat()
    wrong = number[:-1] + ("1" if number[-1] == "0" else "0")
    assert "抄错了一位" in await wang.say(f"进度 {wrong}")
    assert "抄错了一位" in await wang.say("ST2026111700")
    unknown, known = await wang.say(f"进度 {with_check('ST202601010001')}"), await wang.say(f"进度 {number}")
    assert unknown == known


async def test_a_ticket_asked_for_again_is_told_and_not_taken_twice(chat: Chats) -> None:
    wang = chat()
    assert "1 企业开办与变更" in await wang.say("取号")
    assert "1 企业开办与变更" in await wang.say("取号"), "still to be chosen"
    assert "D001" in await wang.say("4")
    assert (await wang.say("取号")).startswith("D001：等候中。")
    assert (await wang.say("我的号是多少")).startswith("D001：等候中。")
    assert "F001" in await wang.say("取号办过户")


async def test_a_missed_number_says_the_way_back_and_asking_again_is_the_way(
    chat: Chats, db: Database, now: datetime
) -> None:
    wang, clerk = chat(), StaffMember(1, "王芳", (Grant(Role.CLERK),), False)
    await wang.say("取号办社保卡")
    counter = next(one for one in await db.consult(places.counters, "shuangta") if "D" in one.groups)
    for press in (calling.open_post, calling.call_next, calling.recall, calling.recall, calling.missed):
        await db.transact(press, counter, clerk, now)
    told = await wang.say("前面还有几个")
    assert told == "D001：已过号。您还要办，人到大厅了回复“取号”，号不变，给您重新排上。"
    assert (await wang.say("取号")).startswith("D001：等候中。")


@pytest.mark.parametrize("away", [timedelta(hours=-3), timedelta(hours=10), timedelta(days=5)])
async def test_a_closed_hall_says_so_before_it_asks_for_what(chat: Chats, now: datetime, away: timedelta) -> None:
    answer = await chat("oWang", now + away).say("取号")
    assert answer.startswith("大厅现在不在上班时间，取不了号。")
    assert "09:00开门" in answer


async def test_a_ticket_of_today_s_appointment_needs_no_choice(chat: Chats, now: datetime) -> None:
    wang = chat()
    await wang.say(*TWO[:2])
    wang.now = now + timedelta(days=1, minutes=-70)
    assert "大厅现在不在上班时间" in await wang.say("取号")
    wang.now = now + timedelta(days=1, minutes=-55)
    assert "D001" in await wang.say("取号")


async def test_queue_is_left_after_being_asked_and_the_place_goes_to_the_next(chat: Chats) -> None:
    wang, li = chat("oWang"), chat("oLi")
    await wang.say("取号办社保卡")
    assert "前面还有1" in (await li.say("取号办社保卡")).replace(" ", "")
    asked = await wang.say("不排了")
    assert "D001：等候中" in asked and "回复“确认”" in asked
    assert "还给您排着" in await wang.say("算了")
    assert "D001：等候中" in await wang.say("前面还有几个人", "不排了", "前面还有几个人"), (
        "asked in between, it is still there"
    )
    assert await wang.say("确认") == "D001 撤下来了，位子让给后面的人。改主意了，到大厅回复“取号”重新排。"
    assert "前面没有人" in await li.say("前面还有几个人")
    assert (await wang.say("不排了")).startswith("您今天没有在排的号")


async def test_one_of_two_tickets_is_left_by_number(chat: Chats) -> None:
    wang = chat()
    await wang.say("取号办社保卡", "取号办营业执照")
    asked = await wang.say("取消排队")
    assert [line[:2] for line in asked.splitlines()[1:3]] == ["1 ", "2 "]
    second = asked.splitlines()[2][2:6]
    assert second in await wang.say("2")
    assert (await wang.say("好")).startswith(f"{second} 撤下来了")
    assert second not in await wang.say("取消排队"), "the other is the only one left"
