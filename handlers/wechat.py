"""The callback of the WeChat platform: who sent it, what it says, and the answer within five seconds.

Order matters: the token's signature is checked before the body is looked at, and with a key set only what was encrypted
is believed (the plain signature does not cover the body: platform.md B4).
"""

import asyncio
import json
import logging
import re
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, unquote_plus

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from bot.messages import Said, Why
from bot.robot import Moment, Robot, Turn
from handlers.deliveries import Deliveries
from handlers.guards import guarded
from kit import clock, metrics
from kit.clock import Clock
from kit.errors import Problem
from kit.secrets import is_same
from kit.settings import Settings
from kit.wechat_crypto import CannotOpen, Cipher, Ciphers, signature
from kit.wechat_xml import Fields, Malformed, cdata, parse

log = logging.getLogger(__name__)
wechat = Blueprint("wechat")

BODY_BYTES = 64 * 1024
# The one field of a safe body that counts, found without reading the rest: msg_signature covers exactly this, and no
# text can hold it, since the `]]>` would end that text.
ENCRYPT = re.compile(rb"<Encrypt><!\[CDATA\[([A-Za-z0-9+/=]+)\]\]></Encrypt>")
SUCCESS = b"success"
XML = "application/xml; charset=utf-8"
OUTCOMES = {
    name: metrics.callbacks.labels(name) for name in ("answered", "silent", "late", "refused", "malformed", "too_large")
}


class NotWeChat(Problem):
    status = 403
    code = "not_wechat"
    sentence = "这里只接收微信服务器发来的消息。"


class BadMessage(Problem):
    status = 400
    code = "bad_message"
    sentence = "消息格式不对，没有处理。"


class MessageTooLarge(Problem):
    status = 413
    code = "too_large"
    sentence = "消息太大，没有处理。"


@dataclass(frozen=True, slots=True)
class Callback:
    """What the door needs: one a worker, in `app.ctx.callback`."""

    settings: Settings
    robot: Robot
    deliveries: Deliveries
    ciphers: Ciphers | None

    @classmethod
    def build(cls, settings: Settings, turn: Turn, deliveries: Deliveries, now: Clock = clock.now) -> "Callback":
        """Raises kit.wechat_crypto.BadKey when a key is set that cannot be one."""
        robot = Robot(turn, moment(settings.demo.on, now), customer_service=settings.wechat.customer_service)
        return cls(settings, robot, deliveries, _ciphers(settings))


def moment(demo_is_on: bool, now: Clock) -> Moment:
    """Which instant counts as now: the clock's; in a demo the message's own, so that /try can pick a day."""
    if demo_is_on:
        return lambda heard: heard.sent_at
    return lambda _heard: now()


@wechat.get("/wechat")
@guarded("wechat signature")
async def handshake(request: Request[Any, Any]) -> HTTPResponse:
    """WeChat asks whether this address is ours: `echostr` goes back as it came."""
    query = _query(request)
    _verify(request.app.ctx.callback.settings, query)
    if not query.get("echostr"):
        raise NotWeChat()
    return text(query["echostr"])


@wechat.post("/wechat")
@guarded("wechat signature")
async def receive(request: Request[Any, Any]) -> HTTPResponse:
    """A message or an event. Answers a passive reply, or `success` when there is none, or none yet.

    It yields between its stages: when many messages are in hand they then pass each stage together, whose code stays in
    the processor's caches (a sixth more messages a second, measured; alone, a message takes 5 µs longer).
    """
    arrived_at = time.monotonic()
    callback: Callback = request.app.ctx.callback
    await asyncio.sleep(0)
    try:
        query = _query(request)
        _verify(callback.settings, query)
        fields, cipher = _open(callback, request.body, query)
        message = callback.robot.message(fields)
    except (NotWeChat, MessageTooLarge) as refusal:
        OUTCOMES["refused" if isinstance(refusal, NotWeChat) else "too_large"].inc()
        raise
    except Malformed as error:
        OUTCOMES["malformed"].inc()
        log.warning("wechat: a signed message could not be read: %s", error)
        raise BadMessage() from None
    await asyncio.sleep(0)
    said = await callback.deliveries.answer(message.heard, lambda: callback.robot.get_reply(message), arrived_at)
    metrics.turn_seconds.observe(time.monotonic() - arrived_at)
    if said is None:
        OUTCOMES["late"].inc()
        return HTTPResponse(SUCCESS, content_type="text/plain")
    response = _respond(callback, message, said, cipher, query)
    await asyncio.sleep(0)
    return response


def _respond(
    callback: Callback, message: Any, said: Said, cipher: Cipher | None, query: dict[str, str]
) -> HTTPResponse:
    headers = {"X-Bangban-Why": _header(said.why)} if callback.settings.demo.on else None
    xml = callback.robot.render(message, said)
    if not xml:
        OUTCOMES["silent"].inc()
        return HTTPResponse(SUCCESS, headers=headers, content_type="text/plain")
    OUTCOMES["answered"].inc()
    if cipher is not None:
        xml = _envelope(cipher.seal(xml), callback.settings.wechat.token, query["nonce"])
    return HTTPResponse(xml, headers=headers, content_type=XML)


def _query(request: Request[Any, Any]) -> dict[str, str]:
    """The last value of each name; an address that is not UTF-8 yields replacement signs, which no signature fits.

    By hand: the library's own way takes three times as long, for forms that WeChat does not send.
    """
    query = request.query_string
    found = dict(part.partition("=")[::2] for part in query.split("&"))
    if "%" in query or "+" in query:
        return {name: unquote_plus(value) for name, value in found.items()}
    return found


def _verify(settings: Settings, query: dict[str, str]) -> None:
    token, sent, nonce = settings.wechat.token, query.get("timestamp", ""), query.get("nonce", "")
    if not token:
        log.error("wechat: a callback came, but BANGBAN_WECHAT__TOKEN is not set: without it nobody can be believed")
        raise NotWeChat()
    if not is_same(query.get("signature", ""), signature(token, sent, nonce)) or not nonce:
        raise NotWeChat()
    if not sent.isdecimal() or abs(time.time() - float(sent)) > settings.wechat.max_skew_seconds:
        log.warning("wechat: a signed callback is stale: is this machine's clock right?")
        raise NotWeChat()


def _open(callback: Callback, body: bytes, query: dict[str, str]) -> tuple[Fields, Cipher | None]:
    """The fields that may be believed, and the cipher to answer with."""
    if len(body) > BODY_BYTES:
        raise MessageTooLarge()
    if callback.ciphers is not None and (found := ENCRYPT.search(body)):
        return _unseal(callback, callback.ciphers, found[1].decode(), query)
    outer = parse(_decoded(body))
    encrypt = outer.get("Encrypt")
    if callback.ciphers is None:
        if encrypt is not None:
            log.error("wechat: a message came encrypted: set BANGBAN_WECHAT__ENCODING_AES_KEY")
            raise NotWeChat()
        return outer, None
    if not isinstance(encrypt, str) or not encrypt:
        log.warning("wechat: a plain message was refused: set the account to safe mode")
        raise NotWeChat()
    return _unseal(callback, callback.ciphers, encrypt, query)


def _unseal(callback: Callback, ciphers: Ciphers, encrypt: str, query: dict[str, str]) -> tuple[Fields, Cipher]:
    expected = signature(callback.settings.wechat.token, query["timestamp"], query["nonce"], encrypt)
    if not is_same(query.get("msg_signature", ""), expected):
        raise NotWeChat()
    try:
        inner, cipher = ciphers.open(encrypt)
    except CannotOpen:
        log.warning("wechat: a signed message could not be decrypted: check ENCODING_AES_KEY and APP_ID")
        raise NotWeChat() from None
    return parse(inner), cipher


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error


def _envelope(sealed: str, token: str, nonce: str) -> str:
    sent = str(int(time.time()))
    signed = signature(token, sent, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{sent}</TimeStamp><Nonce><![CDATA[{cdata(nonce)}]]></Nonce></xml>"
    )


def _header(why: Why) -> str:
    return quote(json.dumps(asdict(why), ensure_ascii=False, default=str))


def _ciphers(settings: Settings) -> Ciphers | None:
    wechat_settings = settings.wechat
    if not wechat_settings.encoding_aes_key:
        return None
    current = Cipher(wechat_settings.encoding_aes_key, wechat_settings.app_id)
    previous = wechat_settings.previous_aes_key
    return Ciphers(current, Cipher(previous, wechat_settings.app_id) if previous else None)
