"""The platform's side of /try against the real callback: what is sent is heard, what is said comes back, in both modes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from bot.messages import Heard, Said, Why
from handlers.screens.platform import NoAnswer, NotAReply, NoToken, Platform, Refused, Reply, Sent
from kit.db import Database
from kit.settings import Demo, Server, Settings
from tests.servers import Door, free_port, open_door, wechat_settings

IN_2022 = datetime(2022, 6, 15, 2, 0, tzinfo=UTC)
ANSWER = "2022年的规定：免税。]]>\n第二行"


@dataclass
class Turn:
    """Says one thing, and remembers what it heard and when that was."""

    said: Said = field(default_factory=lambda: Said(ANSWER, Why("question", "answer", confidence=0.5)))
    seconds: float = 0.0
    heard: list[tuple[str, str, str, datetime]] = field(default_factory=list)

    async def __call__(self, heard: Heard, now: datetime) -> Said:
        self.heard.append((heard.openid, heard.kind, heard.text, now))
        await asyncio.sleep(self.seconds)
        return self.said


SAFE = Settings(wechat=wechat_settings(), demo=Demo(on=True))
PLAIN = replace(SAFE, wechat=wechat_settings(encoding_aes_key=""))


@asynccontextmanager
async def platform_of(settings: Settings) -> AsyncIterator[Platform]:
    platform = Platform(settings)
    await platform.open()
    yield platform
    await platform.close()


@asynccontextmanager
async def talking(db: Database, turn: Turn, settings: Settings) -> AsyncIterator[Platform]:
    async with open_door(db, turn, settings) as door, platform_of(_at(door, settings)) as platform:
        yield platform


def _at(door: Door, settings: Settings) -> Settings:
    return replace(settings, server=Server(port=urlsplit(door.url).port or 0))


def a_message(kind: str = "text", text: str = "小规模免税") -> Sent:
    return Sent("try_wang-1", kind, text, IN_2022)  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", [SAFE, PLAIN], ids=["safe", "plain"])
async def test_the_answer_comes_back_as_it_was_said(sqlite_db: Database, settings: Settings) -> None:
    async with talking(sqlite_db, Turn(), settings) as platform:
        reply = await platform.deliver(a_message())
    assert (reply.kind, reply.text) == ("text", ANSWER)
    assert reply.why is not None
    assert (reply.why["intent"], reply.why["kind"], reply.why["confidence"]) == ("question", "answer", 0.5)


@pytest.mark.parametrize(
    ("kind", "text", "heard"),
    [
        ("text", "小规模 <b>免税</b> & ]]> 吗", "小规模 <b>免税</b> & ]]> 吗"),
        ("voice", "我想约下周三", "我想约下周三"),
        ("image", "", ""),
        ("click", "BOOK", "BOOK"),
        ("subscribe", "", ""),
        ("unsubscribe", "", ""),
    ],
)
async def test_every_kind_is_heard_as_sent_on_the_day_chosen(
    sqlite_db: Database, kind: str, text: str, heard: str
) -> None:
    turn = Turn()
    async with talking(sqlite_db, turn, SAFE) as platform:
        await platform.deliver(a_message(kind, text))
    assert turn.heard == [("try_wang-1", kind, heard, IN_2022)]


async def test_the_same_words_twice_are_two_messages(sqlite_db: Database) -> None:
    turn = Turn()
    async with talking(sqlite_db, turn, SAFE) as platform:
        await platform.deliver(a_message())
        await platform.deliver(a_message())
    assert len(turn.heard) == 2


async def test_an_answer_of_nothing_is_success_with_its_reason(sqlite_db: Database) -> None:
    async with talking(sqlite_db, Turn(Said("", Why("unsubscribe"))), SAFE) as platform:
        reply = await platform.deliver(a_message("unsubscribe", ""))
    assert (reply.kind, reply.text, reply.why and reply.why["intent"]) == ("success", "", "unsubscribe")


async def test_a_late_answer_is_success_without_a_reason(sqlite_db: Database) -> None:
    settings = replace(SAFE, wechat=wechat_settings(deadline_seconds=0.05))
    async with talking(sqlite_db, Turn(seconds=0.3), settings) as platform:
        assert await platform.deliver(a_message()) == Reply("success", "", None)


async def test_a_handing_over_is_shown_as_one(sqlite_db: Database) -> None:
    settings = replace(SAFE, wechat=wechat_settings(customer_service=True))
    async with talking(sqlite_db, Turn(Said("转给人工", Why("hand_over"), to_person=True)), settings) as platform:
        assert (await platform.deliver(a_message())).kind == "transfer_customer_service"


async def test_without_a_token_the_mend_is_said() -> None:
    settings = replace(SAFE, wechat=wechat_settings(token=""))
    async with platform_of(settings) as platform:
        with pytest.raises(NoToken, match="BANGBAN_WECHAT__TOKEN"):
            await platform.deliver(a_message())


async def test_a_callback_that_is_away_is_no_answer() -> None:
    async with platform_of(replace(SAFE, server=Server(port=free_port()))) as platform:
        with pytest.raises(NoAnswer, match="连不上，过几秒再发"):
            await platform.deliver(a_message())


async def test_a_message_signed_with_another_token_is_refused(sqlite_db: Database) -> None:
    async with open_door(sqlite_db, Turn(), SAFE) as door:
        stranger = replace(_at(door, SAFE), wechat=wechat_settings(token="another"))
        async with platform_of(stranger) as platform:
            with pytest.raises(Refused, match="这里只接收微信服务器发来的消息。（/wechat 回了 403）"):
                await platform.deliver(a_message())


@pytest.mark.parametrize(
    "garbage",
    ["你好", "<xml></xml>", "<xml><MsgType>text</MsgType></xml>", "<xml><Encrypt>eA==</Encrypt><TimeStamp>1</TimeStamp>"
     "<Nonce>1</Nonce><MsgSignature>0</MsgSignature></xml>", "<xml><Encrypt><a>1</a></Encrypt><TimeStamp>1</TimeStamp><Nonce>1</Nonce></xml>"],
)  # fmt: skip
async def test_what_wechat_could_not_read_is_said_to_be_so(garbage: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"</xml>")
        body = garbage.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with platform_of(replace(SAFE, server=Server(port=port))) as platform:
            with pytest.raises(NotAReply):
                await platform.deliver(a_message())


async def test_a_server_that_listens_everywhere_is_reached_on_this_machine(sqlite_db: Database) -> None:
    async with open_door(sqlite_db, Turn(), SAFE) as door:
        everywhere = replace(SAFE, server=Server("0.0.0.0", urlsplit(door.url).port or 0))
        async with platform_of(everywhere) as platform:
            assert (await platform.deliver(a_message())).text == ANSWER
