"""WeRoBot taught to await. The only file that imports werobot, whose last release is of 2022 (docs/decisions).

WeRoBot gives the message types, the handlers and the replies. Not used: its sessions (they write a SQLite file into the
working directory), its cipher, and its reading of XML. Worked around here: unknown types are never routed to `unknown`,
`MsgType=subscribe_event` passes for an event, any XML tag becomes an attribute and shadows a property, and replies are
put into CDATA as they are.
"""

# mypy: allow-untyped-calls
# werobot has no types.

import hashlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from werobot.config import Config
from werobot.messages.events import WeChatEvent
from werobot.parser import process_message
from werobot.replies import TransferCustomerServiceReply
from werobot.robot import BaseRoBot

from bot.messages import Heard, Said
from bot.phrases.general import CUT_SHORT
from kit.wechat_xml import Fields, Malformed, cdata

Turn = Callable[[Heard, datetime], Awaitable[Said]]
Moment = Callable[[Heard], datetime]

TEXT_BYTES = 2048  # of UTF-8; longer, and WeChat tells the person that the account is out of order
PUBLIC = {"answer", "suggest", "unknown"}
SENTENCE_ENDS = "。！？；\n"
LAST_SECOND = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
# Events younger than werobot 1.13, which appends `_event` even to a name that ends in it.
YOUNGER = [
    "subscribe_msg_popup_event_event",
    "subscribe_msg_change_event_event",
    "subscribe_msg_sent_event_event",
    "user_enter_tempsession_event",
    "kf_create_session_event",
    "kf_close_session_event",
    "kf_switch_session_event",
    "view_miniprogram_event",
    "miniprogrampage",
    "file",
]
KINDS = {name: name.removesuffix("_event") for name in BaseRoBot.message_types + YOUNGER}
# A place reported by itself is not a place sent.
KINDS |= {"location_event": "location_event", "unknown_event": "unknown_event"}


class Robot(BaseRoBot):
    """Reads fields into a message, awaits what is said to it, renders that as a passive reply.

    `turn` answers a Heard; `moment` says which instant counts as now for it; with
    `customer_service` an answer that goes to a person hands the chat to WeChat's customer service.
    """

    message_types = sorted(KINDS)

    def __init__(self, turn: Turn, moment: Moment, *, customer_service: bool) -> None:
        super().__init__(config=Config(SESSION_STORAGE=False))
        self._turn, self._moment, self._customer_service = turn, moment, customer_service
        self.add_handler(self._speak)

    def message(self, fields: Fields) -> Any:
        """The werobot message, with what was heard as `.heard`. Raises Malformed for what WeChat would not send."""
        fields = {name: value for name, value in fields.items() if name[0].isupper()}
        kind = _text(fields, "MsgType").lower()
        if kind.endswith("_event"):
            fields["MsgType"] = "unknown"
        try:
            message = process_message(fields)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"a {type(error).__name__} in werobot's reading") from error
        message.heard = self._heard(message, fields)
        return message

    async def get_reply(self, message: Any) -> Said:
        """What the first handler that has something says."""
        for handler, count in self.get_handlers(message.type):
            said: Said | None = await handler(*(message, None)[:count])
            if said is not None:
                return said
        raise AssertionError("the handler of every type always says something")

    def render(self, message: Any, said: Said) -> str:
        """The passive reply's XML; "" when nothing is to be said."""
        if said.to_person and self._customer_service:
            ends = {"source": cdata(message.target), "target": cdata(message.source)}
            return str(TransferCustomerServiceReply(**ends).render()).strip()
        content = _public(said.text) if said.why.kind in PUBLIC else cdata(fit(said.text))
        if not content.strip():
            return ""
        # WeRoBot's TextReply is the same with its template's indentation, at four times the time.
        return (
            f"<xml><ToUserName><![CDATA[{cdata(message.source)}]]></ToUserName>"
            f"<FromUserName><![CDATA[{cdata(message.target)}]]></FromUserName><CreateTime>{int(time.time())}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content></xml>"
        )

    async def _speak(self, message: Any) -> Said:
        heard: Heard = message.heard
        return await self._turn(heard, self._moment(heard))

    def _heard(self, message: Any, fields: Fields) -> Heard:
        kind, sent = KINDS.get(message.type) or self._unknown(message), _text(fields, "CreateTime")
        if not sent.isdecimal() or len(sent) > 12 or int(sent) > LAST_SECOND:
            raise Malformed("CreateTime is not an instant")
        return Heard(
            openid=_text(fields, "FromUserName"),
            kind=kind,
            text=_words(kind, fields),
            key=_key(message.type, fields, _text(fields, "ToUserName")),
            sent_at=datetime.fromtimestamp(int(sent), UTC),
        )

    def _unknown(self, message: Any) -> str:
        return "unknown_event" if isinstance(message, WeChatEvent) else "unknown"


@lru_cache(maxsize=1024)
def _public(text: str) -> str:
    """What many are told alike, fitted once. What is told to one person is not kept."""
    return cdata(fit(text))


def fit(text: str) -> str:
    """The text if a passive reply holds it, else as many whole sentences as do, and where to get the rest."""
    text = text.strip()
    if len(text) * 3 <= TEXT_BYTES or len(text.encode("utf-8", "replace")) <= TEXT_BYTES:
        return text
    room = TEXT_BYTES - len(CUT_SHORT.encode())
    head = text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    if head.rfind("<a ") > head.rfind("</a>"):  # half a link would be shown as its markup
        head = head[: head.rfind("<a ")]
    end = 1 + max(head.rfind(sign) for sign in SENTENCE_ENDS)
    return (head[:end] if end else head).rstrip() + CUT_SHORT


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name} is missing or not text")
    return value


def _optional(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _words(kind: str, fields: Fields) -> str:
    if kind == "text":
        return _optional(fields, "Content")
    if kind == "voice":
        return _optional(fields, "Recognition")
    key = _optional(fields, "EventKey")
    return key.removeprefix("qrscene_") if kind == "subscribe" else key


def _key(kind: str, fields: Fields, account: str) -> str:
    """The MsgId; for an event, which has none, a digest of sender, second, name (`kind`) and key (platform.md B1).

    A digest, since an openid is personal and an event's key may be longer than a column.
    """
    number = _optional(fields, "MsgId")
    if number.isdecimal() and len(number) <= 20:
        return number
    parts = [account, kind, *(_optional(fields, name) for name in ("FromUserName", "CreateTime", "EventKey"))]
    return "e" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:40]
