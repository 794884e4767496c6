"""What is said of a ticket is said while it is so: after the next step it would send the person the wrong way."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot import notices as voice
from bot.desk import Desk
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.notices.tables import notices
from hall.places import service as places
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import Ticket
from kit.db import Tx
from kit.wechat import WeChatApi
from tests.bot.conftest import Chat
from tests.hall.lines import CLERK

Chats = Callable[..., Chat]
Step = Callable[..., object]
NEAR, CALLED, MISSED = (
    "A002 快到您了",
    "A002 叫到您了，请马上到1号窗口",
    "A002 叫过了，没有等到您。回到大厅后回复“取号”，或者到导办台，帮您接着排：排到前面3位后面，不足3位就排在最后。",
)


async def one_before(desk: Desk, chat: Chat) -> Ticket:
    """The person's own, A002, with one before it at the sample's first counter, who is being served."""

    async def work(tx: Tx) -> Ticket:
        citizen = await citizens.meet(tx, chat.openid, chat.now)
        group = next(one for one in await matters.groups(tx, "shuangta") if one.letter == "A")
        counter = (await places.counters(tx, "shuangta"))[0]
        await calling.open_post(tx, counter, CLERK, chat.now)
        await queue.take(tx, "shuangta", group, None, chat.now)
        mine = await queue.take(tx, "shuangta", group, citizen.id, chat.now)
        for step in (calling.call_next, calling.serve):
            await step(tx, counter, CLERK, chat.now)
        return mine

    return await desk.db.transact(work)


async def go_on(desk: Desk, chat: Chat, *steps: Step) -> None:
    async def work(tx: Tx) -> None:
        counter = (await places.counters(tx, "shuangta"))[0]
        for step in steps:
            await step(tx, counter, CLERK, chat.now)  # type: ignore[misc]

    await desk.db.transact(work)
    await desk.reload_news()


FINISH, CALL, RECALL, SERVE, MISS = calling.finish, calling.call_next, calling.recall, calling.serve, calling.missed


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), NEAR),
        ((FINISH, CALL), CALLED),
        ((FINISH, CALL, SERVE), ""),
        ((FINISH, CALL, SERVE, FINISH), ""),
        ((FINISH, CALL, RECALL, RECALL, MISS), MISSED),
    ],
    ids=["near", "called", "at the counter", "served", "missed"],
)
async def test_only_what_still_holds_of_a_ticket_is_said(
    desk: Desk, chat: Chats, steps: tuple[Step, ...], told: str
) -> None:
    wang = chat()
    await one_before(desk, wang)
    await go_on(desk, wang, *steps)
    said = await wang.say("你好")
    assert [sentence for sentence in (NEAR, CALLED, MISSED) if sentence in said] == ([told] if told else [])
    async with desk.db.read() as tx:  # what was not said will not be said later either
        assert await tx.all(select(notices).where(notices.c.told_at.is_(None), notices.c.kind != "rate")) == []


async def test_call_is_said_again_for_the_last_time_it_was_made_only(desk: Desk, chat: Chats) -> None:
    wang = chat()
    await one_before(desk, wang)
    await go_on(desk, wang, FINISH, CALL)
    wang.now = wang.now.replace(minute=wang.now.minute + 1)
    await go_on(desk, wang, RECALL)
    assert (await wang.say("你好")).count(CALLED) == 1


async def test_who_is_back_in_the_line_is_not_told_that_they_missed_it(desk: Desk, chat: Chats) -> None:
    wang = chat()
    mine = await one_before(desk, wang)
    await go_on(desk, wang, FINISH, CALL, RECALL, RECALL, MISS)
    await desk.db.transact(queue.come_back, mine, "导办", wang.now)
    said = await wang.say("你好")
    assert not [sentence for sentence in (NEAR, CALLED, MISSED) if sentence in said]


async def test_call_that_was_followed_is_not_sent(desk: Desk, chat: Chats) -> None:
    """The phone was out of reach of WeChat while the person, who watched the board, went to the counter."""
    wang = chat()
    await one_before(desk, wang)
    await go_on(desk, wang, FINISH, CALL, SERVE)
    nobody_listens = WeChatApi("wx", "secret", "http://127.0.0.1:9")
    await nobody_listens.open()
    assert await voice.send_notices(desk.db, nobody_listens, wang.now) == 0
    await nobody_listens.close()
    async with desk.db.read() as tx:
        assert await tx.all(select(notices).where(notices.c.told_at.is_(None))) == []
