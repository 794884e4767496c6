"""The WeChat platform's side of a callback, for /try: what WeChat's servers do with a message typed into the app.

It builds the XML of platform.md B1, seals and signs it in the mode the account is set to (safe mode when there is a
key), sends it over HTTP to our own /wechat, and opens what comes back. Nothing of the callback's own code is used but
the cipher, the signature and the reading of XML.
"""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote

import aiohttp

from kit.errors import Problem
from kit.secrets import is_same
from kit.settings import Settings
from kit.wechat_crypto import CannotOpen, Cipher, signature
from kit.wechat_xml import Malformed, cdata, parse

ACCOUNT = "gh_bangbandemo1"
HANG_UP = aiohttp.ClientTimeout(total=6)  # WeChat hangs up after 5 s; the callback answers within 4.5
WHY_BYTES = 64 * 1024  # of X-Bangban-Why: a long question is quoted in it, nine bytes a character
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (compared, not listened on)

Kind = Literal["text", "voice", "click", "subscribe", "unsubscribe", "image"]


class NoAnswer(Problem):
    status = 502
    code = "no_answer"
    sentence = "连不上，过几秒再发。（服务可能正在重启，/wechat 暂时没有回应。）"


class Refused(Problem):
    status = 502
    code = "refused_by_callback"
    sentence = "消息没有被收下：{said}（/wechat 回了 {status}）"


class NoToken(Problem):
    status = 503
    code = "no_token"
    sentence = "还没有设置 BANGBAN_WECHAT__TOKEN，回调谁的消息都不会收。用 make demo 打开，会自动设好。"


class NotAReply(Problem):
    status = 502
    code = "not_a_reply"
    sentence = "收到的回复微信看不懂（格式、签名或加密不对），请把您发的话告诉开发人员。"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the app hands it to WeChat. `text` is the text, the words of a voice message, or a menu key."""

    openid: str
    kind: Kind
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """`kind` is text, transfer_customer_service, or success: nothing to show. `why` is None when it came too late."""

    kind: str
    text: str
    why: dict[str, Any] | None


class Platform:
    """`deliver` messages to the callback of these settings. `open` before the first, `close` at the end."""

    def __init__(self, settings: Settings) -> None:
        at = settings.server
        host = EVERYWHERE.get(at.host, f"[{at.host}]" if ":" in at.host else at.host)
        self._url, self._token = f"http://{host}:{at.port}/wechat", settings.wechat.token
        key = settings.wechat.encoding_aes_key
        self._cipher = Cipher(key, settings.wechat.app_id) if key else None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(timeout=HANG_UP, max_field_size=WHY_BYTES)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self, sent: Sent) -> Reply:
        """One delivery of one message. Raises NoToken, NoAnswer, Refused, NotAReply."""
        assert self._session is not None, "Platform.open() was not awaited"
        if not self._token:
            raise NoToken()
        query, body = self._signed(message_xml(sent))
        try:
            async with self._session.post(self._url, params=query, data=body.encode()) as response:
                said, why = await response.text(), response.headers.get("X-Bangban-Why")
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NoAnswer() from None
        if response.status != 200:
            raise Refused(status=response.status, said=said[:200])
        return self._read(said, None if why is None else json.loads(unquote(why)))

    def _signed(self, xml: str) -> tuple[dict[str, str], str]:
        """The query and the body WeChat would send."""
        sent, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        query = {"signature": signature(self._token, sent, nonce), "timestamp": sent, "nonce": nonce}
        if self._cipher is None:
            return query, xml
        sealed = self._cipher.seal(xml)
        query |= {"encrypt_type": "aes", "msg_signature": signature(self._token, sent, nonce, sealed)}
        outer = {"ToUserName": ACCOUNT, "Encrypt": sealed}
        return query, _xml(outer)

    def _read(self, said: str, why: dict[str, Any] | None) -> Reply:
        if said in ("", "success"):
            return Reply("success", "", why)
        try:
            fields = parse(said if self._cipher is None else self._opened(self._cipher, said))
            return Reply(fields["MsgType"], fields.get("Content", ""), why)
        except (Malformed, CannotOpen, KeyError, TypeError):
            raise NotAReply() from None

    def _opened(self, cipher: Cipher, said: str) -> str:
        envelope = parse(said)
        sealed = envelope["Encrypt"]
        expected = signature(self._token, envelope["TimeStamp"], envelope["Nonce"], sealed)
        if not is_same(envelope["MsgSignature"], expected):
            raise CannotOpen
        return cipher.open(sealed)


def message_xml(sent: Sent) -> str:
    """The message as in platform.md B1; an event has no MsgId."""
    common = {"ToUserName": ACCOUNT, "FromUserName": sent.openid, "CreateTime": str(int(sent.sent_at.timestamp()))}
    return _xml(common | _particulars(sent))


def _particulars(sent: Sent) -> dict[str, str]:
    number, media = str(secrets.randbits(62)), f"media-{secrets.token_hex(8)}"
    match sent.kind:
        case "text":
            return {"MsgType": "text", "Content": sent.text, "MsgId": number}
        case "voice":
            return {
                "MsgType": "voice",
                "MediaId": media,
                "Format": "amr",
                "Recognition": sent.text,
                "MsgId": number,
            }
        case "image":
            return {"MsgType": "image", "PicUrl": "", "MediaId": media, "MsgId": number}
        case "click":
            return {"MsgType": "event", "Event": "CLICK", "EventKey": sent.text}
        case "subscribe" | "unsubscribe":
            return {"MsgType": "event", "Event": sent.kind, "EventKey": ""}


def _xml(fields: dict[str, str]) -> str:
    children = (f"<{name}><![CDATA[{cdata(value)}]]></{name}>" for name, value in fields.items())
    return f"<xml>{''.join(children)}</xml>"
