"""The client of api.weixin.qq.com against the fake, which runs as a process of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from kit import wechat
from kit.wechat import WeChatApi, WeChatRefused, WeChatUnreachable
from tests.servers import APP_ID, APP_SECRET, FakeWeChat, fake_wechat

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"


@pytest.fixture(scope="module")
def platform() -> Iterator[FakeWeChat]:
    with fake_wechat() as fake:
        yield fake


@pytest.fixture
async def api(platform: FakeWeChat) -> AsyncIterator[WeChatApi]:
    platform.forget()
    client = WeChatApi(APP_ID, APP_SECRET, platform.base + "/")
    await client.open()
    yield client
    await client.close()


async def test_text_is_sent_as_it_is(api: WeChatApi, platform: FakeWeChat) -> None:
    await api.send_text("oCitizen", "您约好了：12月1日 “上午”\n<a href='x'>改</a>")
    assert platform.sent() == [("oCitizen", "您约好了：12月1日 “上午”\n<a href='x'>改</a>")]
    assert "\\u" not in platform.calls(SEND)[0]["body"]


async def test_many_calls_at_once_ask_for_one_token(api: WeChatApi, platform: FakeWeChat) -> None:
    await asyncio.gather(*(api.send_text("oCitizen", str(number)) for number in range(20)))
    assert (len(platform.calls(TOKEN)), len(platform.sent())) == (1, 20)


async def test_token_is_asked_for_without_forcing(api: WeChatApi, platform: FakeWeChat) -> None:
    await api.send_text("oCitizen", "好")
    body = json.loads(platform.calls(TOKEN)[0]["body"])
    assert body == {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}


async def test_expired_token_is_renewed_once_and_the_call_goes_through(api: WeChatApi, platform: FakeWeChat) -> None:
    await api.send_text("oCitizen", "一")
    platform.expire_tokens()
    await asyncio.gather(*(api.send_text("oCitizen", str(number)) for number in range(10)))
    assert (len(platform.calls(TOKEN)), len(platform.sent())) == (2, 11)


async def test_token_that_stays_dead_is_not_asked_for_again_and_again(api: WeChatApi, platform: FakeWeChat) -> None:
    platform.fault(path=SEND, kind="errcode", value=40001)
    with pytest.raises(WeChatRefused) as refused:
        await api.send_text("oCitizen", "好")
    assert (refused.value.code, len(platform.calls(SEND)), len(platform.calls(TOKEN))) == (40001, 2, 2)


async def test_short_lived_token_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_wechat("--token-ttl", "2") as platform:
        client = WeChatApi(APP_ID, APP_SECRET, platform.base)
        await client.open()
        await client.send_text("oCitizen", "一")
        await asyncio.sleep(1.2)
        await client.send_text("oCitizen", "二")
        await client.close()
        assert [call["answer"]["errcode"] for call in platform.calls(SEND)] == [0, 0]
        assert len(platform.calls(TOKEN)) == 2


@pytest.mark.parametrize("code", [45015, 45047, 40003, 48001, -1])
async def test_refusal_carries_wechats_code_and_is_not_repeated(
    api: WeChatApi, platform: FakeWeChat, code: int
) -> None:
    platform.fault(path=SEND, kind="errcode", value=code)
    with pytest.raises(WeChatRefused) as refused:
        await api.send_text("oCitizen", "好")
    assert (refused.value.code, len(platform.calls(SEND))) == (code, 1)


async def test_busy_platform_is_asked_for_a_token_again(api: WeChatApi, platform: FakeWeChat) -> None:
    platform.fault(path=TOKEN, kind="errcode", value=-1, times=1)
    await api.send_text("oCitizen", "好")
    assert (len(platform.calls(TOKEN)), len(platform.sent())) == (2, 1)


async def test_wrong_secret_is_refused_at_once(platform: FakeWeChat) -> None:
    platform.forget()
    client = WeChatApi(APP_ID, "wrong", platform.base)
    await client.open()
    with pytest.raises(WeChatRefused) as refused:
        await client.check()
    await client.close()
    assert (refused.value.code, len(platform.calls(TOKEN))) == (40125, 1)


@pytest.mark.parametrize("kind", ["garbage", "reset", "http"])
async def test_unusable_answer_is_unreachable(api: WeChatApi, platform: FakeWeChat, kind: str) -> None:
    platform.fault(path=SEND, kind=kind, value=502)
    with pytest.raises(WeChatUnreachable):
        await api.send_text("oCitizen", "好")
    assert len(platform.calls(SEND)) == 1


@pytest.mark.parametrize("kind", ["hang", "late"])
async def test_send_whose_answer_is_lost_is_not_repeated(
    api: WeChatApi, platform: FakeWeChat, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.check()
    monkeypatch.setattr(wechat, "TIMEOUT", wechat.aiohttp.ClientTimeout(total=0.5))
    impatient = WeChatApi(APP_ID, APP_SECRET, platform.base)
    await impatient.open()
    platform.fault(path=SEND, kind=kind, value=3)
    with pytest.raises(WeChatUnreachable):
        await impatient.send_text("oCitizen", "好")
    await impatient.close()
    assert len(platform.calls(SEND)) == 1


async def test_slow_answer_is_awaited(api: WeChatApi, platform: FakeWeChat) -> None:
    platform.fault(path=SEND, kind="delay", value=0.5)
    await api.send_text("oCitizen", "好")
    assert platform.sent() == [("oCitizen", "好")]


async def test_nobody_there_is_unreachable_and_never_shows_the_token() -> None:
    client = WeChatApi(APP_ID, APP_SECRET, "http://127.0.0.1:1")
    await client.open()
    with pytest.raises(WeChatUnreachable) as unreachable:
        await client.send_text("oCitizen", "好")
    await client.close()
    assert str(unreachable.value) == "ClientConnectorError"
    assert unreachable.value.__cause__ is None


async def test_error_of_a_call_with_a_token_never_shows_the_token(api: WeChatApi, platform: FakeWeChat) -> None:
    platform.fault(path=SEND, kind="reset")
    with pytest.raises(WeChatUnreachable) as unreachable:
        await api.send_text("oCitizen", "好")
    assert "access_token" not in str(unreachable.value)


@pytest.mark.parametrize(("app_id", "secret", "expected"), [("a", "b", True), ("", "b", False), ("a", "", False)])
def test_account_is_configured_with_both_halves(app_id: str, secret: str, expected: bool) -> None:
    assert WeChatApi(app_id, secret, "").is_configured is expected


LOGIN = "/sns/jscode2session"


async def test_login_code_stands_for_one_person_and_serves_once(api: WeChatApi, platform: FakeWeChat) -> None:
    first, again = await api.openid_of("alice-1"), await api.openid_of("alice-2")
    assert first == again != await api.openid_of("bob-1")
    with pytest.raises(WeChatRefused) as refused:
        await api.openid_of("alice-1")
    assert (refused.value.code, len(platform.calls(LOGIN))) == (40163, 4)


async def test_login_needs_no_access_token_and_a_code_cannot_add_to_the_call(
    api: WeChatApi, platform: FakeWeChat
) -> None:
    await api.openid_of("a&secret=other#b +%")
    assert platform.calls(LOGIN)[0]["query"] == {
        "appid": APP_ID,
        "secret": APP_SECRET,
        "js_code": "a&secret=other#b +%",
        "grant_type": "authorization_code",
    }
    assert platform.calls(TOKEN) == []


@pytest.mark.parametrize(("code", "expected"), [("bad-1", 40029), ("blocked-1", 40226), ("busy-1", -1)])
async def test_login_refusal_carries_wechats_code_and_is_not_repeated(
    api: WeChatApi, platform: FakeWeChat, code: str, expected: int
) -> None:
    with pytest.raises(WeChatRefused) as refused:
        await api.openid_of(code)
    assert (refused.value.code, len(platform.calls(LOGIN))) == (expected, 1)


@pytest.mark.parametrize("kind", ["garbage", "reset", "http"])
async def test_unusable_login_is_unreachable_and_never_shows_the_secret(
    api: WeChatApi, platform: FakeWeChat, kind: str
) -> None:
    platform.fault(path=LOGIN, kind=kind, value=502)
    with pytest.raises(WeChatUnreachable) as unreachable:
        await api.openid_of("alice-1")
    assert APP_SECRET not in str(unreachable.value)
    assert unreachable.value.__cause__ is None


PHONE = "/wxa/business/getuserphonenumber"


async def test_phone_is_that_of_the_code(api: WeChatApi) -> None:
    assert await api.phone_of("13912345678-1") == wechat.Phone("13912345678", "86")
    with pytest.raises(WeChatRefused) as refused:
        await api.phone_of("13912345678-1")
    assert refused.value.code == 40029


async def test_phone_given_to_another_program_is_not_believed(api: WeChatApi, platform: FakeWeChat) -> None:
    other = WeChatApi("wxother000000000", APP_SECRET, platform.base)
    await other.open()
    other._token = await api._ask_token()  # WeChat would not mix them up; whoever stands between might
    with pytest.raises(WeChatUnreachable, match="another app"):
        await other.phone_of("13912345678-2")
    await other.close()


async def test_phone_does_not_print_itself(api: WeChatApi) -> None:
    assert "13912345678" not in repr(await api.phone_of("13912345678-3"))
