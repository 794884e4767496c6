"""The callback on a real port: who is believed, what is read, and what goes back."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from bot.messages import Heard, Said, Why
from kit.db import Database
from kit.settings import Demo, Settings
from kit.wechat_crypto import BadKey
from tests import fake_wechat
from tests.callers import ACCOUNT, CITIZEN, WeChatCaller, calling, signed_query
from tests.servers import AES_KEY, APP_ID, OLD_AES_KEY, open_door, wechat_settings

REFUSAL = "这里只接收微信服务器发来的消息。"


@dataclass
class Echo:
    """A turn that repeats what it heard, and remembers it."""

    heard: list[Heard] = field(default_factory=list)
    nows: list[datetime] = field(default_factory=list)

    async def __call__(self, heard: Heard, now: datetime) -> Said:
        self.heard.append(heard)
        self.nows.append(now)
        return Said(heard.text and f"听到：{heard.text}", Why("echo", on=date(2026, 11, 23)))


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def wechat(sqlite_db: Database, echo: Echo) -> AsyncIterator[WeChatCaller]:
    """The callback in safe mode."""
    async with open_door(sqlite_db, echo) as door, calling(door.url) as caller:
        yield caller


@pytest.fixture
async def plain(sqlite_db: Database, echo: Echo) -> AsyncIterator[WeChatCaller]:
    """The callback of an account without a key."""
    settings = Settings(wechat=wechat_settings(encoding_aes_key=""))
    async with open_door(sqlite_db, echo, settings) as door, calling(door.url, mode="plain") as caller:
        yield caller


async def test_handshake_returns_echostr_as_it_came(wechat: WeChatCaller) -> None:
    async with wechat.http.get(wechat.url, params=signed_query(echostr="4375120948345356249")) as response:
        assert (response.status, await response.text()) == (200, "4375120948345356249")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"echostr": "1"},
        signed_query(),
        {**signed_query(echostr="1"), "signature": "0" * 40},
        {**signed_query(echostr="1"), "signature": "不是签名"},
        {**signed_query(echostr="1"), "nonce": "other"},
        signed_query(token="", echostr="1"),
        signed_query(when=time.time() - 3600, echostr="1"),
        signed_query(when=time.time() + 3600, echostr="1"),
        signed_query(nonce="", echostr="1"),
    ],
)
async def test_handshake_refuses_whoever_cannot_sign(wechat: WeChatCaller, query: dict[str, str]) -> None:
    async with wechat.http.get(wechat.url, params=query) as response:
        assert (response.status, await response.text()) == (403, REFUSAL)


async def test_handshake_survives_bytes_that_are_not_text(wechat: WeChatCaller) -> None:
    async with wechat.http.get(f"{wechat.url}?signature=%ff%fe&timestamp=%00&nonce=%ed%a0%80&echostr=%ff") as response:
        assert response.status == 403


async def test_without_a_token_nobody_is_believed(sqlite_db: Database, echo: Echo) -> None:
    settings = Settings(wechat=wechat_settings(token="", encoding_aes_key=""))
    async with open_door(sqlite_db, echo, settings) as door, calling(door.url, mode="plain", token="") as caller:
        reply = await caller.say("你好")
    assert (reply.status, echo.heard) == (403, [])


@pytest.mark.parametrize("mode", ["compat", "safe"])
async def test_message_is_read_and_answered_encrypted(wechat: WeChatCaller, echo: Echo, mode: str) -> None:
    wechat.mode = mode
    message = wechat.message(text="个体户一个月卖9万要交增值税吗")
    reply = await wechat.send(message)
    assert reply.body.startswith("<xml><Encrypt>")
    assert reply.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert (reply.fields["ToUserName"], reply.fields["FromUserName"]) == (CITIZEN, ACCOUNT)
    assert (reply.fields["MsgType"], reply.text) == ("text", "听到：个体户一个月卖9万要交增值税吗")
    sent_at = datetime.fromtimestamp(message["CreateTime"], UTC)
    assert echo.heard == [Heard(CITIZEN, "text", "个体户一个月卖9万要交增值税吗", str(message["MsgId"]), sent_at)]


async def test_plain_account_is_answered_plainly(plain: WeChatCaller) -> None:
    reply = await plain.say("你好")
    assert reply.body.startswith("<xml>")
    assert reply.text == "听到：你好"


async def test_visible_fields_of_compatible_mode_are_not_believed(wechat: WeChatCaller, echo: Echo) -> None:
    wechat.mode = "compat"
    query, body = wechat.pusher.pack(wechat.message(text="真话"))
    reply = await wechat.post(query, body.replace("真话", "假话", 1).replace(CITIZEN, "oSomebodyElse", 1).encode())
    assert (reply.text, echo.heard[0].openid) == ("听到：真话", CITIZEN)


async def test_safe_account_refuses_a_plain_body(wechat: WeChatCaller, echo: Echo) -> None:
    wechat.mode = "plain"
    reply = await wechat.say("你好")
    assert (reply.status, reply.body, echo.heard) == (403, REFUSAL, [])


async def test_plain_account_refuses_an_encrypted_body_and_logs_the_mend(
    plain: WeChatCaller, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    plain.mode = "safe"
    reply = await plain.say("你好")
    assert (reply.status, echo.heard) == (403, [])
    assert "BANGBAN_WECHAT__ENCODING_AES_KEY" in caplog.text


@pytest.mark.parametrize(
    "spoilt",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"msg_signature": "0" * 40},
        {"msg_signature": ""},
        {"timestamp": "1"},
        {"timestamp": "١٢٣"},
        {"nonce": "1"},
        {"when": time.time() - 3600},
        {"when": time.time() + 3600},
    ],
)
async def test_forged_delivery_is_refused(wechat: WeChatCaller, echo: Echo, spoilt: dict[str, str]) -> None:
    reply = await wechat.send(wechat.message(), **spoilt)
    assert (reply.status, reply.body, echo.heard) == (403, REFUSAL, [])


async def test_message_for_another_account_or_key_is_refused(wechat: WeChatCaller, echo: Echo) -> None:
    wechat.app_id = "wx00"
    assert (await wechat.say("你好")).status == 403
    wechat.app_id, wechat.aes_key = APP_ID, OLD_AES_KEY
    assert (await wechat.say("你好")).status == 403
    assert echo.heard == []


async def test_old_key_opens_and_seals_during_a_rotation(sqlite_db: Database, echo: Echo) -> None:
    settings = Settings(wechat=wechat_settings(previous_aes_key=OLD_AES_KEY))
    async with open_door(sqlite_db, echo, settings) as door:
        for key in (AES_KEY, OLD_AES_KEY):
            async with calling(door.url, aes_key=key) as caller:
                assert (await caller.say("你好")).text == "听到：你好"


async def test_bad_key_is_refused_at_the_start(sqlite_db: Database, echo: Echo) -> None:
    with pytest.raises(BadKey, match="43 位"):
        async with open_door(sqlite_db, echo, Settings(wechat=wechat_settings(encoding_aes_key="short"))):
            pass


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
FETCH = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><Content>&a;</Content></xml>'
WHOLE = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": 1, "MsgType": "text", "Content": "好", "MsgId": 1}
MALFORMED = {
    "empty": "",
    "not markup": "\x01 hello",
    "no root": "<?xml version='1.0'?>",
    "another root": "<html><MsgType>text</MsgType></html>",
    "no fields": "<xml/>",
    "no MsgType": "<xml><a>1</a></xml>",
    "entity bomb": BOMB,
    "file entity": FETCH,
    "doctype only": "<!DOCTYPE xml SYSTEM 'http://127.0.0.1/x'>" + fake_wechat.to_xml(WHOLE),
    "deep": "<xml>" + "<a>" * 3000 + "</a>" * 3000 + "</xml>",
    "unclosed": "<xml><MsgType>text</MsgType>",
    "MsgType twice": fake_wechat.to_xml(WHOLE).replace("<Content>", "<MsgType>event</MsgType><Content>"),
    "MsgType nested": fake_wechat.to_xml({**WHOLE, "MsgType": {"a": "text"}}),
    "no sender": fake_wechat.to_xml({**WHOLE, "FromUserName": ""}),
    "no account": fake_wechat.to_xml({**WHOLE, "ToUserName": ""}),
    "time is a word": fake_wechat.to_xml({**WHOLE, "CreateTime": "now"}),
    "time is beyond all calendars": fake_wechat.to_xml({**WHOLE, "CreateTime": 10**18}),
    "time is endless": fake_wechat.to_xml({**WHOLE, "CreateTime": "9" * 5000}),
    "event without pictures": fake_wechat.to_xml({**WHOLE, "MsgType": "event", "Event": "pic_sysphoto"}),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_body_gets_a_short_sentence(plain: WeChatCaller, echo: Echo, name: str) -> None:
    reply = await plain.post(signed_query(), MALFORMED[name].encode())
    assert (reply.status, reply.body, echo.heard) == (400, "消息格式不对，没有处理。", [])


@pytest.mark.parametrize("body", [b"\xff\xfe<xml/>", "<xml>".encode("utf-16"), b"<xml><a>\xc4\xe3</a></xml>"])
async def test_body_that_is_not_utf8_gets_a_short_sentence(plain: WeChatCaller, body: bytes) -> None:
    assert (await plain.post(signed_query(), body)).status == 400


async def test_malformed_inside_the_cipher_gets_the_same_sentence(wechat: WeChatCaller, echo: Echo) -> None:
    for body in MALFORMED.values():
        sealed = fake_wechat.Cipher(AES_KEY, APP_ID).encrypt(body.encode())
        query = signed_query()
        query["msg_signature"] = fake_wechat.sign(wechat.token, query["timestamp"], query["nonce"], sealed)
        reply = await wechat.post(query, fake_wechat.to_xml({"ToUserName": "gh", "Encrypt": sealed}).encode())
        assert (reply.status, reply.body) == (400, "消息格式不对，没有处理。")
    assert echo.heard == []


@pytest.mark.parametrize(
    "encrypt", ["", "A", "QUJD", "QUJD" * 16, "不是", "A" * 64 + "=", {"a": "b"}, ["QUJD", "QUJD"]]
)
async def test_broken_ciphertext_is_refused(wechat: WeChatCaller, encrypt: str | dict[str, str] | list[str]) -> None:
    query = signed_query()
    sealed = encrypt if isinstance(encrypt, str) else ""
    query["msg_signature"] = fake_wechat.sign(wechat.token, query["timestamp"], query["nonce"], sealed)
    reply = await wechat.post(query, fake_wechat.to_xml({"Encrypt": encrypt}).encode())
    assert reply.status in (400, 403)


async def test_text_that_looks_like_a_doctype_is_only_text(wechat: WeChatCaller, plain: WeChatCaller) -> None:
    for caller in (wechat, plain):
        reply = await caller.say("<!DOCTYPE x [<!ENTITY a 'b'>]>&a; ]]> ' OR 1=1 --")
        assert reply.text == "听到：<!DOCTYPE x [<!ENTITY a 'b'>]>&a; ]]> ' OR 1=1 --"


async def test_body_over_64_kb_is_refused_and_one_below_is_read(plain: WeChatCaller, echo: Echo) -> None:
    reply = await plain.say("长" * 22000)
    assert (reply.status, reply.body, echo.heard) == (413, "消息太大，没有处理。", [])
    assert (await plain.say("长" * 20000)).status == 200


async def test_body_over_a_megabyte_is_refused_unread(plain: WeChatCaller) -> None:
    assert (await plain.post(signed_query(), b"<xml>" + b"<a>1</a>" * 400_000 + b"</xml>")).status == 413


async def test_huge_attribute_costs_nothing(plain: WeChatCaller) -> None:
    body = f'<xml a="{"x" * 60_000}"><MsgType>text</MsgType></xml>'
    began = time.monotonic()
    assert (await plain.post(signed_query(), body.encode())).status == 400
    assert time.monotonic() - began < 0.5


async def test_nothing_to_say_is_success_in_plain(wechat: WeChatCaller) -> None:
    reply = await wechat.say("")
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, "success", "text/plain")


async def test_reply_cannot_be_broken_out_of(wechat: WeChatCaller) -> None:
    reply = await wechat.say("]]></Content><MsgType><![CDATA[image]]></MsgType>")
    assert reply.fields["MsgType"] == "text"
    assert reply.text == "听到：]]></Content><MsgType><![CDATA[image]]></MsgType>"


async def test_why_is_shown_in_a_demo_only(sqlite_db: Database, echo: Echo, wechat: WeChatCaller) -> None:
    assert "X-Bangban-Why" not in (await wechat.say("你好")).headers
    settings = Settings(wechat=wechat_settings(), demo=Demo(on=True))
    async with open_door(sqlite_db, echo, settings) as door, calling(door.url) as caller:
        why = (await caller.say("你好")).why
    assert (why["intent"], why["on"], why["valid"]) == ("echo", "2026-11-23", [None, None])


@pytest.mark.parametrize(("is_demo", "expected"), [(True, datetime(2027, 1, 2, 3, tzinfo=UTC)), (False, None)])
async def test_messages_own_time_is_now_in_a_demo_only(
    sqlite_db: Database, echo: Echo, now: datetime, is_demo: bool, expected: datetime | None
) -> None:
    settings = Settings(wechat=wechat_settings(), demo=Demo(on=is_demo))
    sent = int(datetime(2027, 1, 2, 3, tzinfo=UTC).timestamp())
    async with open_door(sqlite_db, echo, settings, clock=lambda: now) as door, calling(door.url) as caller:
        await caller.say("你好", CreateTime=sent)
    assert echo.nows == [expected or now]
