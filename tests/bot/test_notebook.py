"""What citizens ask is written down after the reply: once, without personal numbers, and with how they took it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard
from bot.notebook import MOST_AT_ONCE, MOST_WAITING
from bot.phrases import general as say
from kit import metrics
from kit.db import Database, Row
from kit.errors import Unavailable
from knowledge.tables import questions
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]

CAR = "新能源车要交购置税吗"
SALES = "个体户一个月卖9万要交增值税吗"
CHARGING, CHARGING_AGAIN = "大厅里能给手机充电吗", "大厅里能不能给手机充电"  # the library knows nothing of it
OFFERED = ("credit-refund", "export-refund", "matter/iit-annual/general", "matter/tax-refund-overpaid/general")


async def kept(desk: Desk) -> list[Row]:
    """What is in the table once all that waits has been written down, in the order it was asked."""
    while await desk.notebook.write(desk.db):
        pass
    async with desk.db.read() as tx:
        return await tx.all(select(questions).order_by(questions.c.at, questions.c.id))


async def count(db: Database) -> int:
    async with db.read() as tx:
        return int(await tx.value(select(func.count()).select_from(questions)))


def lost() -> float:
    return metrics.registry.get_sample_value("bangban_questions_lost_total") or 0.0


# ------------------------------------------------------------------------------------------------ questions


async def test_question_is_kept_with_the_entry_that_answered_it(desk: Desk, chat: Chats) -> None:
    await chat().send(CAR, key="message 1")
    (row,) = await kept(desk)
    assert (row.key, row.text, row.normal) == ("message 1", CAR, CAR)
    assert (row.kind, row.entry_id, row.offered) == ("answer", "nev-purchase-tax", [])
    assert (row.taken, row.taken_entry, row.settled) == ("", "", "")
    assert row.on == date(2026, 11, 23)
    assert row.confidence > 900
    assert "oWang" not in row.person


async def test_question_about_another_year_is_kept_with_its_day(desk: Desk, chat: Chats) -> None:
    await chat().say("2022年个体户一个月卖9万要交增值税吗")
    (row,) = await kept(desk)
    assert (row.entry_id, row.on.year) == ("vat-threshold", 2022)


async def test_question_nobody_could_answer_is_kept_as_such(desk: Desk, chat: Chats) -> None:
    assert await chat().say(CHARGING) == say.UNKNOWN
    (row,) = await kept(desk)
    assert (row.text, row.kind, row.entry_id) == (CHARGING, "unknown", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"我的身份证号是110101199003070038，{CAR}", f"我的身份证号是〔证件号〕，{CAR}"),
        (f"电话13800000003，{CAR}", f"电话〔手机号〕，{CAR}"),
        (f"电话１３８ ００００ ０００３，{CAR}", f"电话〔手机号〕，{CAR}"),
    ],
)
async def test_question_is_kept_without_personal_numbers(desk: Desk, chat: Chats, text: str, told: str) -> None:
    await chat().say(text)
    (row,) = await kept(desk)
    assert (row.text, row.entry_id) == (told, "nev-purchase-tax")
    assert not any(character.isdigit() for character in row.text + row.normal)


async def test_message_delivered_again_is_kept_once(desk: Desk, chat: Chats) -> None:
    wang = chat()
    for _ in range(3):
        await wang.send(CAR, key="the same message")
    await desk.notebook.write(desk.db)
    await wang.send(CAR, key="the same message")
    (row,) = await kept(desk)
    assert row.taken == "", "WeChat asked again, not the person"


async def test_held_question_delivered_again_is_kept_once(desk: Desk, chat: Chats) -> None:
    wang = chat()
    for _ in range(3):
        await wang.send("退税", key="the same message")
    assert [(row.kind, row.taken) for row in await kept(desk)] == [("ask_back", "")]


@pytest.mark.parametrize(
    "text",
    [
        "预约办社保卡",
        "我的预约",
        "进度",
        "取号",
        "取消预约",
        "前面还有几个",
        "大厅几点上班",
        "你好",
        "谢谢",
        "菜单",
        "😀",
        "1",
    ],
)
async def test_errands_and_small_talk_are_no_questions(desk: Desk, chat: Chats, text: str) -> None:
    await chat().say(text)
    assert await kept(desk) == []


async def test_question_in_the_middle_of_an_errand_is_kept(desk: Desk, chat: Chats) -> None:
    await chat().say("预约办社保卡，明天上午9点", CAR, "王芳 13800000003", "好")
    assert [(row.text, row.entry_id) for row in await kept(desk)] == [(CAR, "nev-purchase-tax")]


async def test_words_left_for_a_clerk_are_no_question(desk: Desk, chat: Chats) -> None:
    assert "留好了" in await chat().say("转人工", "我姓赵，想问退税的事")
    assert await kept(desk) == []


# ------------------------------------------------------------------------------------------------ how it was taken


@pytest.mark.parametrize(
    ("thumb", "answer", "taken"),
    [
        ("👍", say.LIKED, "liked"),
        ("👍🏻", say.LIKED, "liked"),
        ("[强]", say.LIKED, "liked"),
        ("很有用！", say.LIKED, "liked"),
        ("👎", say.DISLIKED, "disliked"),
        ("[弱]", say.DISLIKED, "disliked"),
        ("没用", say.DISLIKED, "disliked"),
        ("答非所问", say.DISLIKED, "disliked"),
    ],
)
async def test_thumb_after_an_answer_is_thanked_for_and_kept(
    desk: Desk, chat: Chats, thumb: str, answer: str, taken: str
) -> None:
    assert await chat().say(CAR, thumb) == answer
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CAR, taken)]


async def test_answer_tells_how_to_say_whether_it_helped(chat: Chats) -> None:
    assert (await chat().say(CAR)).endswith(say.THUMBS)


async def test_thumb_that_comes_after_the_question_was_written_is_kept(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await wang.say(CAR)
    await desk.notebook.write(desk.db)
    await wang.say("👎")
    assert [row.taken for row in await kept(desk)] == ["disliked"]


async def test_thumb_marks_the_latest_question_of_that_person_only(desk: Desk, chat: Chats) -> None:
    wang, li = chat("oWang"), chat("oLi")
    await wang.say(SALES, CAR)
    await li.say(CAR)
    await wang.say("👍")
    assert sorted((row.key, row.taken) for row in await kept(desk)) == [
        ("oLi-1", ""),
        ("oWang-1", ""),
        ("oWang-2", "liked"),
    ]


async def test_thumb_after_a_quarter_of_an_hour_marks_nothing(desk: Desk, chat: Chats, now: datetime) -> None:
    await chat().say(CAR)
    assert await chat(at=now + timedelta(minutes=15)).say("👍") == say.LIKED
    assert [row.taken for row in await kept(desk)] == [""]


async def test_thumb_out_of_the_blue_is_answered_and_keeps_nothing(desk: Desk, chat: Chats) -> None:
    assert await chat().say("👎") == say.DISLIKED
    assert await kept(desk) == []


async def test_thumb_in_the_middle_of_an_errand_marks_the_aside(desk: Desk, chat: Chats) -> None:
    answer = await chat().say("预约办社保卡，明天上午9点", CAR, "没用")
    assert answer.startswith(say.DISLIKED)
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CAR, "disliked")]


async def test_suggestion_picked_by_number_is_kept_with_its_question(desk: Desk, chat: Chats) -> None:
    await chat().say("退税", "1")
    (row,) = await kept(desk)
    assert (row.text, row.kind) == ("退税", "ask_back")
    assert tuple(row.offered[:4]) == OFFERED
    assert (row.taken, row.taken_entry) == ("took", "credit-refund")


async def test_suggestion_that_was_picked_and_then_disliked_is_not_taken(desk: Desk, chat: Chats) -> None:
    await chat().say("退税", "1", "👎")
    assert [(row.taken, row.taken_entry) for row in await kept(desk)] == [("disliked", "credit-refund")]


async def test_number_that_was_not_offered_takes_nothing(desk: Desk, chat: Chats) -> None:
    await chat().say("退税", "9")
    assert [row.taken for row in await kept(desk)] == [""]


@pytest.mark.parametrize("words", ["转人工", "我要投诉你们"])
async def test_asking_for_a_person_marks_the_question(desk: Desk, chat: Chats, words: str) -> None:
    await chat().say(CHARGING, words)
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CHARGING, "handed_over")]


async def test_asking_for_a_person_by_the_menus_number_marks_the_question(desk: Desk, chat: Chats) -> None:
    await chat().say(CHARGING, "菜单", "7")
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CHARGING, "handed_over")]


async def test_asking_again_in_other_words_marks_the_first(desk: Desk, chat: Chats) -> None:
    await chat().say(CHARGING, CHARGING_AGAIN)
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CHARGING, "asked_again"), (CHARGING_AGAIN, "")]


async def test_asking_something_else_marks_nothing(desk: Desk, chat: Chats) -> None:
    await chat().say(CHARGING, CAR)
    assert [row.taken for row in await kept(desk)] == ["", ""]


async def test_unsubscribing_leaves_the_question_and_nobody_who_asked(desk: Desk, chat: Chats) -> None:
    wang, li = chat("oWang"), chat("oLi")
    await wang.say(CAR)
    await li.say(CAR)
    await desk.notebook.write(desk.db)
    await wang.send("", "unsubscribe")
    assert {row.key: row.person is None for row in await kept(desk)} == {"oWang-1": True, "oLi-1": False}


async def test_unsubscribing_before_the_question_was_written_leaves_nobody_who_asked(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await wang.say(CAR)
    await wang.send("", "unsubscribe")
    assert [(row.text, row.person) for row in await kept(desk)] == [(CAR, None)]


async def test_thumb_waits_for_a_question_another_worker_may_hold(desk: Desk, chat: Chats) -> None:
    await chat().say(CAR, "👍")
    assert await desk.notebook.write(desk.db, react_after=60) == 1
    assert await desk.notebook.write(desk.db, react_after=60) == 0
    assert [row.taken for row in await kept(desk)] == ["liked"]


# ------------------------------------------------------------------------------------------------ when it cannot be


async def test_database_without_the_table_loses_nothing(desk: Desk, chat: Chats, tmp_path: Path) -> None:
    bare = await Database(f"sqlite+aiosqlite:///{tmp_path / 'bare.db'}").open()
    wang = chat()
    await wang.say(CAR, "👍")
    for _ in range(2):
        with pytest.raises(Exception, match="no such table"):
            await desk.notebook.write(bare)
    await bare.close()
    await wang.say(SALES)
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CAR, "liked"), (SALES, "")]


async def test_database_that_does_not_answer_loses_nothing(desk: Desk, chat: Chats) -> None:
    gone = Database("mysql+aiomysql://nobody:none@127.0.0.1:9/none", wait_seconds=1)
    await chat().say(CAR, "👎")
    with pytest.raises(Unavailable):
        await desk.notebook.write(gone)
    assert [(row.text, row.taken) for row in await kept(desk)] == [(CAR, "disliked")]


async def test_writing_that_is_cut_short_loses_nothing(desk: Desk, chat: Chats) -> None:
    """A worker that stops cancels the writing under way, and then writes once more."""
    await chat().say(CAR)
    writing = asyncio.create_task(desk.notebook.write(desk.db))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait([writing])
    assert [row.text for row in await kept(desk)] == [CAR]


async def test_writing_nothing_needs_no_database(desk: Desk) -> None:
    assert await desk.notebook.write(Database("sqlite+aiosqlite:///never-opened.db")) == 0


async def test_more_than_can_be_kept_is_counted_and_answered(desk: Desk, now: datetime) -> None:
    before = lost()
    for number in range(MOST_WAITING + 3):
        heard = Heard(f"o{number}", "text", CAR, f"message {number}", now)
        said = await dialogue.turn(desk, heard, now)
    assert said.text.startswith("现在不是全免，是减半")
    assert lost() - before == 3
    assert await desk.notebook.write(desk.db) == MOST_AT_ONCE
    assert await count(desk.db) == MOST_AT_ONCE
    assert len(await kept(desk)) == MOST_WAITING


async def test_one_person_who_asks_without_end_does_not_stop_the_writing(desk: Desk, now: datetime) -> None:
    """A robot's doing, or a load test's: the others' questions have to be kept all the same, and soon."""
    asked = [CAR, SALES, CHARGING, "小规模纳税人免税吗"]
    for number in range(1500):
        at = now + timedelta(milliseconds=100 * number)
        await dialogue.turn(desk, Heard("oRobot", "text", asked[number % 4], f"message {number}", at), at)
    started = asyncio.get_running_loop().time()
    assert len(await kept(desk)) == 1500
    assert asyncio.get_running_loop().time() - started < 5
