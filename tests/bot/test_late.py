"""What could not be answered in time, and could not follow, is said before the next answer."""

from collections.abc import Callable
from datetime import timedelta

from bot import late
from bot.desk import Desk
from bot.leaving import unsubscribe
from bot.phrases.general import LATE
from kit import keep
from tests.bot.conftest import Chat

Chats = Callable[..., Chat]


async def test_late_answers_are_said_first_and_once(desk: Desk, chat: Chats) -> None:
    wang, li = chat(), chat("oLi")
    for answer in ("约好了，预约号 Y261123A。", "明天9点开门。"):
        await desk.db.transact(late.remember, wang.openid, answer, wang.now)
    await desk.reload_news()
    assert LATE not in await li.say("你好")
    said = await wang.say("谢谢")
    assert said.startswith(f"{LATE}\n约好了，预约号 Y261123A。\n——\n明天9点开门。\n——\n") and "不客气" in said
    await desk.reload_news()
    assert (wang.openid, desk.has_news(wang.openid)) == ("oWang", False)
    assert LATE not in await wang.say("谢谢")


async def test_late_answer_of_days_ago_is_said_no_more_and_goes_with_the_person(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await desk.db.transact(late.remember, wang.openid, "明天9点开门。", wang.now - timedelta(days=2))
    await desk.reload_news()
    assert LATE not in await wang.say("谢谢")
    await desk.db.transact(late.remember, wang.openid, "明天9点开门。", wang.now)
    await desk.db.transact(unsubscribe, wang.openid, wang.now)
    async with desk.db.read() as tx:
        assert await keep.keys(tx, late.SCOPE) == set()
