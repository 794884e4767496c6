"""One message delivered several times, and answers that take longer than WeChat waits."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot import conversation, late
from bot.messages import Heard, Said, Why
from bot.phrases.general import TROUBLE
from handlers.deliveries import KEPT_MOST, KEPT_SECONDS, Deliveries
from kit import keep
from kit.db import Database
from kit.errors import Unavailable
from kit.settings import Settings
from kit.wechat import WeChatApi
from tests.callers import CITIZEN, calling
from tests.servers import APP_SECRET, Door, FakeWeChat, fake_wechat, open_door, until, wechat_settings

DEADLINE = 0.4


@dataclass
class Slow:
    """A turn that takes `seconds` and counts how often it was taken."""

    seconds: float = 0.0
    error: Exception | None = None
    times: int = 0
    done: list[str] = field(default_factory=list)

    async def __call__(self, heard: Heard, _now: datetime) -> Said:
        self.times += 1
        mine = self.times
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        self.done.append(heard.key)
        return Said(f"第{mine}次：{heard.text}", Why("slow"))


@pytest.fixture(scope="module")
def platform() -> Iterator[FakeWeChat]:
    with fake_wechat("--enforce-quota") as fake:
        yield fake


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def settings(platform: FakeWeChat) -> Settings:
    platform.forget()
    platform.met(CITIZEN)
    answers_by = platform.base
    return Settings(
        wechat=wechat_settings(app_secret=APP_SECRET, api_base=answers_by, deadline_seconds=DEADLINE),
    )


@pytest.fixture
async def door(sqlite_db: Database, slow: Slow, settings: Settings) -> AsyncIterator[Door]:
    async with open_door(sqlite_db, slow, settings) as opened:
        yield opened


@pytest.fixture
async def other_door(sqlite_db: Database, slow: Slow, settings: Settings) -> AsyncIterator[Door]:
    """Another worker's: it shares nothing with the first but the database."""
    async with open_door(sqlite_db, slow, settings) as opened:
        yield opened


async def test_message_delivered_four_times_at_once_is_answered_alike_and_heard_once(door: Door, slow: Slow) -> None:
    slow.seconds = 0.1
    async with calling(door.url) as wechat:
        replies = await wechat.together(wechat.message(text="约周三"), 4)
    assert [reply.text for reply in replies] == ["第1次：约周三"] * 4
    assert slow.times == 1


async def test_message_delivered_again_later_gets_the_kept_answer(door: Door, slow: Slow) -> None:
    async with calling(door.url) as wechat:
        message = wechat.message(text="约周三")
        replies = [await wechat.send(message) for _ in range(4)]
    assert [reply.text for reply in replies] == ["第1次：约周三"] * 4
    assert slow.times == 1


async def test_two_messages_of_the_same_words_are_two(door: Door, slow: Slow) -> None:
    async with calling(door.url) as wechat:
        replies = [await wechat.say("约周三") for _ in range(2)]
    assert [reply.text for reply in replies] == ["第1次：约周三", "第2次：约周三"]


async def test_event_delivered_twice_is_one_and_another_key_is_another(door: Door, slow: Slow) -> None:
    async with calling(door.url) as wechat:
        click = wechat.message("click", CreateTime=int(time.time()), EventKey="ASK")
        await wechat.together(click, 2)
        assert slow.times == 1
        await wechat.send({**click, "EventKey": "BOOK"})
        assert slow.times == 2


async def test_late_answer_follows_as_a_customer_message(door: Door, slow: Slow, platform: FakeWeChat) -> None:
    slow.seconds = DEADLINE * 2
    async with calling(door.url) as wechat:
        began = time.monotonic()
        reply = await wechat.say("慢慢来")
        took = time.monotonic() - began
    assert (reply.status, reply.body) == (200, "success")
    assert DEADLINE <= took < DEADLINE + 0.3
    await until(lambda: platform.sent() == [(CITIZEN, "第1次：慢慢来")])


async def test_late_answer_to_several_deliveries_follows_once(door: Door, slow: Slow, platform: FakeWeChat) -> None:
    slow.seconds = DEADLINE * 2
    async with calling(door.url) as wechat:
        message = wechat.message(text="慢慢来")
        assert [reply.body for reply in await wechat.together(message, 3)] == ["success"] * 3
        await until(lambda: bool(platform.sent()))
        assert (await wechat.send(message)).body == "success"
    await door.deliveries.finish(2)
    assert platform.sent() == [(CITIZEN, "第1次：慢慢来")]


async def test_answer_taken_by_a_later_delivery_does_not_follow_as_well(
    door: Door, slow: Slow, platform: FakeWeChat
) -> None:
    slow.seconds = DEADLINE * 1.5
    async with calling(door.url) as wechat:
        message = wechat.message(text="慢慢来")
        first = asyncio.create_task(wechat.send(message))
        await asyncio.sleep(DEADLINE * 0.8)
        second = await wechat.send(message)
        assert ((await first).body, second.text) == ("success", "第1次：慢慢来")
    await door.deliveries.finish(2)
    assert platform.sent() == []


async def test_two_workers_that_are_both_late_send_one_message(
    door: Door, other_door: Door, slow: Slow, platform: FakeWeChat
) -> None:
    slow.seconds = DEADLINE * 1.5
    async with calling(door.url) as here, calling(other_door.url) as there:
        message = here.message(text="慢慢来")
        replies = await asyncio.gather(here.send(message), there.send(message))
    assert [reply.body for reply in replies] == ["success"] * 2
    await door.deliveries.finish(2)
    await other_door.deliveries.finish(2)
    assert len(platform.sent()) == 1


async def test_answer_sent_by_one_worker_is_not_given_by_another(
    door: Door, other_door: Door, slow: Slow, platform: FakeWeChat
) -> None:
    slow.seconds = 1.2  # long enough that a worker asks whether another has answered
    async with calling(door.url) as here, calling(other_door.url) as there:
        message = here.message(text="慢慢来")
        first = asyncio.create_task(here.send(message))
        await asyncio.sleep(0.9)
        assert (await first).body == "success"
        other_door.deliveries._deadline_seconds = 5
        second = await there.send(message)
    await door.deliveries.finish(2)
    assert (second.body, len(platform.sent())) == ("success", 1)


async def test_nothing_late_to_say_is_not_sent(sqlite_db: Database, settings: Settings, platform: FakeWeChat) -> None:
    async def silent(_heard: Heard, _now: datetime) -> Said:
        await asyncio.sleep(DEADLINE * 1.5)
        return Said("", Why("unsubscribe"))

    settings = Settings(
        wechat=wechat_settings(app_secret=APP_SECRET, api_base=platform.base, deadline_seconds=DEADLINE)
    )
    async with open_door(sqlite_db, silent, settings) as quiet, calling(quiet.url) as wechat:
        assert (await wechat.say("再见")).body == "success"
        await quiet.deliveries.finish(2)
    assert platform.calls("/cgi-bin/message/custom/send") == []


async def test_refused_late_answer_is_logged_without_the_person(
    door: Door, slow: Slow, platform: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    slow.seconds = DEADLINE * 1.5
    async with calling(door.url) as wechat:
        message = wechat.message(text="慢慢来", FromUserName="oNeverWrote")
        assert (await wechat.send(message)).body == "success"
    await door.deliveries.finish(2)
    record = next(r for r in caplog.records if "refused" in r.getMessage())
    assert vars(record)["code"] == 45015
    assert "oNeverWrote" not in caplog.text
    assert "慢慢来" not in caplog.text


async def test_late_answer_without_an_app_secret_is_kept_and_the_log_says_what_to_set(
    sqlite_db: Database, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    slow.seconds = 0.1
    async with (
        open_door(sqlite_db, slow, Settings(wechat=wechat_settings(deadline_seconds=0.05))) as door,
        calling(door.url) as wechat,
    ):
        assert (await wechat.say("慢慢来")).body == "success"
        await door.deliveries.finish(2)
    assert "__APP_SECRET" in caplog.text
    kept = await sqlite_db.transact(keep.hold, late.SCOPE, conversation.key_of(CITIZEN), datetime.now(UTC))
    assert kept == "第1次：慢慢来"


async def test_refusal_in_a_turn_is_said(door: Door, slow: Slow) -> None:
    slow.error = Unavailable()
    async with calling(door.url) as wechat:
        assert (await wechat.say("你好")).text == "系统正忙，请过一分钟再试；急事请到大厅窗口办理。"


async def test_failure_in_a_turn_is_a_warm_sentence_and_a_reference_in_the_log(
    door: Door, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    slow.error = RuntimeError("boom")
    async with calling(door.url) as wechat:
        assert (await wechat.say("我叫王芳")).text == TROUBLE
    record = next(r for r in caplog.records if r.getMessage() == "a turn failed")
    assert len(vars(record)["reference"]) == 8
    assert "王芳" not in caplog.text


async def test_caller_that_hangs_up_does_not_stop_the_turn(door: Door, slow: Slow) -> None:
    slow.seconds = 0.2
    async with calling(door.url) as wechat:
        message = wechat.message(text="约周三")
        leaving = asyncio.create_task(wechat.send(message))
        await asyncio.sleep(0.05)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert (await wechat.send(message)).text == "第1次：约周三"
    assert (slow.times, len(slow.done)) == (1, 1)


async def test_end_waits_for_running_turns_and_their_late_answers(door: Door, slow: Slow, platform: FakeWeChat) -> None:
    slow.seconds = DEADLINE * 2
    async with calling(door.url) as wechat:
        await wechat.say("慢慢来")
        await door.deliveries.finish(5)
    assert platform.sent() == [(CITIZEN, "第1次：慢慢来")]


async def test_answers_are_kept_for_a_while_and_not_without_bound(sqlite_db: Database) -> None:
    deliveries = Deliveries(sqlite_db, WeChatApi("", "", ""), deadline_seconds=1)
    times = 0

    async def turn() -> Said:
        nonlocal times
        times += 1
        return Said(f"第{times}次", Why("test"))

    async def ask(key: str, after_seconds: float) -> str:
        arrived_at = time.monotonic() + after_seconds
        said = await deliveries.answer(Heard("o", "text", "", key, datetime.now(UTC)), turn, arrived_at)
        assert said is not None
        return said.text

    assert [await ask("1", 0), await ask("1", KEPT_SECONDS - 1)] == ["第1次"] * 2
    assert await ask("2", KEPT_SECONDS + 1) == "第2次"
    assert await ask("1", KEPT_SECONDS + 2) == "第3次"
    for number in range(KEPT_MOST + 10):
        await ask(f"n{number}", KEPT_SECONDS + 3)
    assert len(deliveries._known) == KEPT_MOST
