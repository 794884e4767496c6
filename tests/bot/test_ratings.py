"""好差评 in chat: asked for, answered in numbers or words, kept at its end."""

from collections.abc import Callable

import pytest

from bot import ratings as voice
from bot.desk import Desk
from bot.intents import Intent, read
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.places import service as places
from hall.queue import calling
from hall.queue import service as queue
from hall.ratings import replies
from hall.ratings import service as ratings
from hall.ratings.model import Level, Rating
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Tx
from tests.bot.conftest import Chat

CLERK = StaffMember(1, "王芳", (Grant(Role.CLERK),), False)
LEAD = StaffMember(2, "赵主任", (Grant(Role.LEAD),), False)
LEVELS = "5 非常满意\n4 满意\n3 基本满意\n2 不满意\n1 非常不满意"


async def served(desk: Desk, chat: Chat, *, times: int = 1, phone: str | None = "13800000001") -> int:
    """The person has just been served at counter 1; their number."""

    async def work(tx: Tx) -> int:
        citizen = await citizens.meet(tx, chat.openid, chat.now)
        if phone:
            await citizens.remember(tx, citizen.id, "王小明", phone)
        group = next(one for one in await matters.groups(tx, "shuangta") if one.letter == "A")
        counter = (await places.counters(tx, "shuangta"))[0]
        await calling.open_post(tx, counter, CLERK, chat.now)
        for _ in range(times):
            await queue.take(tx, "shuangta", group, citizen.id, chat.now)
            await calling.call_next(tx, counter, CLERK, chat.now)
            await calling.serve(tx, counter, CLERK, chat.now)
            await calling.finish(tx, counter, CLERK, chat.now)
        return citizen.id

    return await desk.db.transact(work)


async def kept(desk: Desk, citizen_id: int) -> list[Rating]:
    return list(await desk.db.consult(ratings.given_by, citizen_id))


Chats = Callable[..., Chat]


async def test_five_levels_are_offered_and_none_suggested(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    assert LEVELS in await wang.say("评价")
    said = await wang.say("5")
    assert "1 办得快" in said and "6 其他" in said
    assert await kept(desk, citizen_id) == []
    assert await wang.say("1、3 小王讲得清楚") == "谢谢您的评价：非常满意。记下了。"
    (one,) = await kept(desk, citizen_id)
    assert (one.level, one.reasons, one.note) == (Level.VERY_GOOD, ("quick", "clear"), "小王讲得清楚")
    assert "没有办完还没评的事" in await wang.say("评价")


async def test_bad_rating_asks_why_and_whether_to_call(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    assert "是哪里不好？" in await wang.say("不满意")
    assert "138****0001" in await wang.say("态度太差，取号等了两个小时")
    assert "并给您打电话" in await wang.say("要")
    (one,) = await kept(desk, citizen_id)
    assert (one.level, one.note, one.contact) == (Level.BAD, "态度太差，取号等了两个小时", "13800000001")


@pytest.mark.parametrize("answer", ["不用了", "不用", "算了", "不要"])
async def test_no_call_is_no_trouble(desk: Desk, chat: Chats, answer: str) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    said = await wang.say("一星", "没有", answer)
    assert "非常不满意" in said and "打电话" not in said
    (one,) = await kept(desk, citizen_id)
    assert (one.level, one.reasons, one.note, one.wants_call) == (Level.VERY_BAD, (), None, False)


async def test_another_phone_is_taken_for_the_call_and_none_in_the_note(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang, phone=None)
    assert "把手机号发来" in await wang.say("非常不满意", "7 找13912345678")
    assert "打哪个号码" in await wang.say("要")
    await wang.say("13912345678")
    (one,) = await kept(desk, citizen_id)
    assert (one.reasons, one.note, one.contact) == (("charged",), "找〔手机号〕", "13912345678")


async def test_of_several_services_one_is_chosen(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang, times=2)
    said = await wang.say("给五星")
    assert said.startswith("评价哪一件？回复数字：\n1 11月23日") and "（A002）" in said.splitlines()[1]
    assert "您选的是“非常满意”" in await wang.say("2")
    await wang.say("没有")
    assert [one.number for one in await kept(desk, citizen_id)] == ["A001"]


async def test_leaving_halfway_keeps_nothing(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    assert await wang.say("评价", "算了") == "好，先不评。想评的时候回复“评价”就行。"
    assert await wang.say("评价", "2", "我的预约") != ""
    assert await kept(desk, citizen_id) == []
    assert LEVELS in await wang.say("评价")


async def test_question_in_between_is_answered_and_the_rating_goes_on(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await served(desk, wang)
    said = await wang.say("评价", "几点下班")
    assert "双塔区" in said and "请回复一个数字：5 非常满意" in said
    assert "您选的是“满意”" in await wang.say("4")


async def test_person_is_called_in_the_middle_of_it(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await served(desk, wang)
    assert "打字" not in await wang.say("评价", "1", "转人工")
    assert "留" in await wang.say("转人工")


async def test_numbers_that_are_not_there_are_asked_again(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    assert (await wang.say("评价", "6")).startswith("请回复一个数字")
    assert (await wang.say("3", "9")).startswith("没有这个数字")
    await wang.say("2")
    assert [one.reasons for one in await kept(desk, citizen_id)] == [("unclear",)]


async def test_answer_of_the_hall_is_told(desk: Desk, chat: Chats) -> None:
    wang = chat()
    citizen_id = await served(desk, wang)
    await wang.say("不满意", "没有", "不用")
    (one,) = await kept(desk, citizen_id)
    await desk.db.transact(replies.answer, one.id, LEAD, "加开了两个窗口。", wang.now)
    await desk.reload_news()
    said = await wang.say("你好")
    assert "您给 A001 的差评，大厅有答复了：\n加开了两个窗口。" in said


async def test_nothing_to_rate_is_said(desk: Desk, chat: Chats) -> None:
    assert (await chat().say("满意")).startswith("您最近没有办完还没评的事")


@pytest.mark.parametrize(
    "text",
    ["评价", "我要评价", "评价一下", "给好评", "我要给差评", "五星好评", "打分", "满意", "非常满意", "不太满意", "给窗口打分", "对今天的服务满意"],
)  # fmt: skip
def test_wish_to_rate_is_heard(text: str) -> None:
    assert read(text).intent is Intent.RATE


@pytest.mark.parametrize(
    "text",
    ["纳税信用评价怎么查", "评价报告要带吗", "对答复不满意怎么办", "你们态度不好我要投诉", "五星酒店要办什么证", "信用评价低了怎么办"],
)  # fmt: skip
def test_questions_about_ratings_are_no_ratings(text: str) -> None:
    assert read(text).intent is not Intent.RATE


@pytest.mark.parametrize(
    ("text", "level"),
    [("非常满意", 5), ("很满意", 5), ("五星", 5), ("满意", 4), ("基本满意", 3), ("3星", 3), ("不满意", 2), ("不太满意", 2),
     ("非常不满意", 1), ("很不满意", 1), ("一颗星", 1), ("好评", None), ("差评", None), ("评价", None)],
)  # fmt: skip
def test_level_is_read_off_the_words(text: str, level: int | None) -> None:
    assert voice.read_level(text) == level
