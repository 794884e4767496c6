"""The waiting list by chat, notices told in a turn or sent, and booking for family and for a company."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from bot import notices as voice
from bot.desk import Desk
from hall.appointments import holds, waiting
from hall.appointments.tables import appointments, slots, waits
from hall.citizens import preferences
from hall.citizens import service as citizens
from hall.notices import service as notices
from hall.notices.model import Kind, Notice
from hall.notices.tables import notices as notice_rows
from kit.clock import local
from kit.db import Database
from kit.wechat import WeChatApi
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]
WEDNESDAY = "11-25"
LAST = "王芳 13800000003"


async def fill(db: Database, *days: str) -> None:
    """Takes every place of these days (of all days without any)."""
    async with db.tx() as tx:
        every = await tx.all(select(slots.c.id, slots.c.starts_at))
        full = [one.id for one in every if not days or f"{local(one.starts_at):%m-%d}" in days]
        await tx.run(update(slots).where(slots.c.id.in_(full)).values(booked=slots.c.capacity))


async def free_one(db: Database, day: str = WEDNESDAY) -> int:
    """Takes one person less in at the first time of a day for 社保卡; returns the slot."""
    async with db.tx() as tx:
        group = await tx.value(select(waits.c.group_id).order_by(waits.c.id.desc()).limit(1))
        every = await tx.all(select(slots.c.id, slots.c.starts_at).where(slots.c.group_id == group))
        slot_id = next(one.id for one in every if f"{local(one.starts_at):%m-%d}" == day)
        await tx.run(update(slots).where(slots.c.id == slot_id).values(booked=slots.c.booked - 1))
    return slot_id


async def offer(db: Database, desk: Desk, now: datetime) -> None:
    assert await db.transact(waiting.offer_free, now) == 1
    await desk.reload_news()


async def test_full_day_says_that_one_may_wait_and_the_wish_is_kept(chat: Chats, db: Database) -> None:
    await fill(db, WEDNESDAY)
    wang = chat()
    assert "只想要那天的话，回复“候补”" in await wang.say("后天上午预约办社保卡")
    answer = await wang.say("候补")
    assert "给您排上候补了：社会保障卡" in answer
    assert "11月25日（周三），您排在第一位" in answer
    assert "候补中" in await wang.say("我的预约")


@pytest.mark.parametrize(
    "sentence", ["候补社保卡", "社保卡有人退号告诉我一声", "社保卡有号了通知我", "帮我等个空号，办社保卡"]
)
async def test_waiting_is_asked_for_in_many_ways(chat: Chats, db: Database, sentence: str) -> None:
    await fill(db)
    assert "给您排上候补了" in await chat().say(sentence)


async def test_nobody_waits_while_there_are_places(chat: Chats) -> None:
    answer = await chat().say("候补社保卡")
    assert "不用候补，现在就有空号" in answer
    assert "\n1 " in answer


async def test_leaving_the_list(chat: Chats, db: Database) -> None:
    await fill(db)
    wang = chat()
    assert "社会保障卡" in await wang.say("候补社保卡", "取消候补")
    assert "没有在候补" in await wang.say("取消候补")


async def test_offer_is_told_when_they_write_and_a_yes_books_it(chat: Chats, db: Database, desk: Desk) -> None:
    wang = chat()
    await wang.say("预约办居住证，明天上午9点", LAST, "好")
    await fill(db)
    await wang.say("候补社保卡")
    await free_one(db)
    await offer(db, desk, wang.now)
    answer = await wang.say("你好")
    assert "您候补的“社会保障卡" in answer
    assert "11月25日（周三）09:00" in answer
    assert "——" in answer  # and the greeting after it
    assert "约好了" in await wang.say("好")
    assert [row[:2] for row in await booked(db)][-1] == ("social-security-card", "11-25 09:00")
    assert await db.consult(waiting.own, (await db.transact(citizens.meet, "oWang", wang.now)).id) == ()


async def test_yes_is_not_taken_for_an_offer_nobody_has_read(chat: Chats, db: Database, desk: Desk) -> None:
    wang = chat()
    await wang.say("预约办居住证，明天上午9点", LAST, "好")
    await fill(db)
    await wang.say("候补社保卡")
    await free_one(db)
    await offer(db, desk, wang.now)
    assert "要的话回复“好”" in await wang.say("好")
    assert len(await booked(db)) == 1


async def test_who_is_not_known_yet_is_asked_and_the_place_stays_kept(chat: Chats, db: Database, desk: Desk) -> None:
    await fill(db)
    wang = chat()
    await wang.say("候补社保卡")
    await free_one(db)
    await offer(db, desk, wang.now)
    assert "姓名和手机号" in await wang.say("你好", "要")
    assert "约好了" in await wang.say(LAST, "好")
    assert len(await booked(db)) == 1


async def test_no_gives_the_place_to_the_next(chat: Chats, db: Database, desk: Desk) -> None:
    await fill(db)
    wang = chat()
    await wang.say("候补社保卡")
    slot_id = await free_one(db)
    await offer(db, desk, wang.now)
    assert "让给后面的人" in await wang.say("你好", "不要")
    async with db.read() as tx:
        free = await tx.value(select(slots.c.capacity - slots.c.booked).where(slots.c.id == slot_id))
    assert free == 1


async def test_yes_too_late_is_told_so(chat: Chats, db: Database, desk: Desk) -> None:
    await fill(db)
    wang = chat()
    await wang.say("候补社保卡")
    await free_one(db)
    await offer(db, desk, wang.now)
    await wang.say("你好")
    wang.now += timedelta(minutes=40)
    await db.transact(holds.expire_holds, wang.now)
    await desk.reload_talking()
    await desk.reload_news()
    assert "已经过了给您留的时间" in await wang.say("好")
    assert await booked(db) == []


async def test_question_of_somebody_with_news_is_still_answered(chat: Chats, db: Database, desk: Desk) -> None:
    wang = chat()
    who = await db.transact(citizens.meet, "oWang", wang.now)
    facts = {"rule": "一个自然月里约了没来满3次的，30天内不能在网上预约", "count": 2, "most": 3}
    await db.transact(notices.tell, who.id, Kind.WARNED, facts, "warned:1", wang.now)
    await desk.reload_news()
    answer = await wang.say("新能源车要交购置税吗")
    assert answer.startswith("提醒您一下：")
    assert "减半" in answer
    assert "提醒您" not in await wang.say("新能源车要交购置税吗")
    assert await db.consult(notices.untold, who.id, wang.now) == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_notice_has_a_sentence_that_says_what_to_do(kind: Kind, now: datetime) -> None:
    at = "2026-11-25T09:00:00+08:00"
    facts = {
        "number": "Y261125ABCD12", "matter": "社会保障卡申领", "was_at": at, "starts_at": at, "until_at": at, "slot_id": 1,
        "reason": "停电检修", "last": True, "rule": "规则", "count": 2, "most": 3, "scope": "hall", "ticket": "A012",
        "ahead": 3, "low": 5, "high": 10, "counter": 4, "is_case": True, "reply": "已经改了", "answer": "没有查到", "state": "办结", "note": "准予许可",
        "next": None, "due_on": "2026-12-04", "unknown_year": None, "until_on": None, "is_deemed": False,
    }  # fmt: skip
    said = voice.sentence(Notice(1, 1, kind, facts, now, 0), {})
    assert 15 < len(said) < 200
    assert any(word in said for word in ("回复", "请", "取号"))


# ------------------------------------------------------------------------------------------------ sending


class Wechat:
    """Takes customer messages, and answers with the codes it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.codes: list[int] = []

    async def answer(self, request: web.Request) -> web.Response:
        if request.path.endswith("stable_token"):
            return web.json_response({"access_token": "t", "expires_in": 7200})
        code = self.codes.pop(0) if self.codes else 0
        if code == 0:
            self.sent.append((await request.json())["text"]["content"])
        return web.json_response({"errcode": code, "errmsg": "as asked"})


@pytest.fixture
async def wechat() -> AsyncIterator[tuple[Wechat, WeChatApi]]:
    fake = Wechat()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    api = WeChatApi("wx", "secret", f"http://127.0.0.1:{port}")
    await api.open()
    yield fake, api
    await api.close()
    await runner.cleanup()


async def a_notice(db: Database, now: datetime, openid: str = "oWang") -> int:
    who = await db.transact(citizens.meet, openid, now)
    facts = {"matter": "社会保障卡申领"}
    await db.transact(notices.tell, who.id, Kind.WAIT_OVER, facts, f"wait_over:{openid}", now)
    return who.id


async def test_notice_is_sent_once_though_two_workers_send(db: Database, now: datetime, wechat: Any) -> None:
    fake, api = wechat
    await a_notice(db, now)

    sent = await asyncio.gather(*(voice.send_notices(db, api, now) for _ in range(4)))
    assert (sum(sent), len(fake.sent)) == (1, 1)
    assert await voice.send_notices(db, api, now + timedelta(days=2)) == 0


async def test_notice_that_may_not_be_sent_waits_for_the_person(db: Database, now: datetime, wechat: Any) -> None:
    fake, api = wechat
    fake.codes = [45015]
    who = await a_notice(db, now)
    assert await voice.send_notices(db, api, now) == 0
    assert await voice.send_notices(db, api, now + timedelta(days=2)) == 0
    assert len(await db.consult(notices.untold, who, now)) == 1
    assert fake.sent == []


async def test_notice_goes_later_when_wechat_is_busy(db: Database, now: datetime, wechat: Any) -> None:
    fake, api = wechat
    fake.codes = [-1]
    await a_notice(db, now)
    assert await voice.send_notices(db, api, now) == 0
    assert await voice.send_notices(db, api, now + timedelta(minutes=4)) == 0
    assert await voice.send_notices(db, api, now + timedelta(minutes=6)) == 1


async def test_without_a_secret_nothing_is_sent_and_nothing_lost(db: Database, now: datetime) -> None:
    who = await a_notice(db, now)
    assert await voice.send_notices(db, WeChatApi("", "", "http://127.0.0.1:9"), now) == 0
    assert len(await db.consult(notices.untold, who, now)) == 1


async def test_lost_answer_is_not_sent_again(db: Database, now: datetime) -> None:
    who = await a_notice(db, now)
    api = WeChatApi("wx", "secret", "http://127.0.0.1:9")
    await api.open()
    assert await voice.send_notices(db, api, now) == 0
    await api.close()
    assert await db.consult(notices.due, now + timedelta(hours=1)) == ()
    assert len(await db.consult(notices.untold, who, now + timedelta(minutes=1))) == 1


async def test_call_of_long_ago_is_not_sent(db: Database, now: datetime, wechat: Any) -> None:
    fake, api = wechat
    who = await db.transact(citizens.meet, "oWang", now)
    await db.transact(notices.tell, who.id, Kind.CALLED, {"ticket": "A012", "counter": 3}, "called:1", now)
    assert await voice.send_notices(db, api, now + timedelta(hours=1)) == 0
    assert fake.sent == []
    async with db.read() as tx:
        assert await tx.value(select(notice_rows.c.told_at)) is not None


# ------------------------------------------------------------------------------------------------ for others


async def relations(db: Database) -> list[tuple[str, str | None]]:
    mine = select(appointments.c.relation, appointments.c.company, appointments.c.name).order_by(appointments.c.id)
    async with db.read() as tx:
        return [(row.relation, row.company) for row in await tx.all(mine) if row.name != "示例群众"]


async def test_family_member_is_asked_for_and_not_remembered_as_oneself(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("预约办居住证，明天上午9点", LAST, "好")
    assert "来办事的家人的姓名和手机号" in await wang.say("帮我妈约社保卡，后天上午9点")
    assert "约好了" in await wang.say("李秀英 13800000009", "好")
    assert (await relations(db))[-1] == ("family", None)
    assert (await booked(db))[-1] == ("social-security-card", "11-25 09:00", "李秀英", "13800000009")
    assert "用的是您上次留的" in await wang.say("再约个居住证，大后天上午9点")


async def test_both_parents_may_come_on_one_day(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("帮我妈约社保卡，后天上午9点", "李秀英 13800000009", "好")
    assert "约好了" in await wang.say("帮我爸约社保卡，后天上午9点", "王大力 13800000008", "好")
    assert [one for one, _ in await relations(db)] == ["family", "family"]


async def test_company_is_asked_for_its_name(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("我们公司要约营业执照变更，后天上午9点")
    asked = await wang.say("双塔区宏达商贸有限公司")
    assert "姓名和手机号" in asked
    confirm = await wang.say(LAST)
    assert "办事单位：双塔区宏达商贸有限公司" in confirm
    assert "约好了" in await wang.say("好")
    assert await relations(db) == [("company", "双塔区宏达商贸有限公司")]


async def test_founding_a_company_is_booked_for_oneself(chat: Chats, db: Database) -> None:
    wang = chat()
    await wang.say("我要约公司注册，后天上午9点", LAST)
    await wang.say("好")
    assert [one for one, _ in await relations(db)] in ([], ["self"])


async def test_notice_nobody_wants_is_neither_sent_nor_said_later(
    db: Database, now: datetime, wechat: Any, chat: Callable[..., Chat]
) -> None:
    fake, api = wechat
    who = await a_notice(db, now)
    await db.transact(preferences.set_off, who, [Kind.WAIT_OVER], now)
    assert await voice.send_notices(db, api, now) == 0
    assert fake.sent == []
    await a_notice(db, now, "oLi")  # the control: others are told
    assert await voice.send_notices(db, api, now) == 1
    assert await db.consult(notices.untold, who, now + timedelta(days=2)) == ()
