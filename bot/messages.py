"""What passes between the door and the voice: a message heard, and what is said to it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Heard:
    """One message or event of one citizen.

    `kind` is text, voice, image, video, shortvideo, location, link, miniprogrampage, or for events subscribe,
    unsubscribe, scan, click, view, … in lower case; anything else is `unknown` or `unknown_event`. `text` is the text,
    the recognition of a voice message, or an event's key. `key` names the message through WeChat's redeliveries: the
    MsgId, or sender, time and event together (platform.md B1).
    """

    openid: str
    kind: str
    text: str
    key: str
    sent_at: datetime


TOLD_AS = {"ask_back": "suggest", "person": "unknown"}  # the finer kinds, in the four of contract.md


@dataclass(frozen=True, slots=True)
class Why:
    """Why this was said, for /try and for `bangban ask --json`. Never shown to a citizen in production."""

    intent: str
    kind: str = "command"  # answer, suggest, ask_back, unknown, person, or command
    entry_id: str = ""
    question: str = ""
    confidence: float = 1.0
    doc_nos: tuple[str, ...] = ()
    on: date | None = None  # the business day the answer is for
    valid: tuple[date | None, date | None] = (None, None)
    offered: tuple[str, ...] = ()  # ids of the entries suggested
    is_choice: bool = False  # one of those was picked
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def told_as(self) -> str:
        """For programs: answer, suggest, unknown or command."""
        return TOLD_AS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Said:
    """The answer. `text` empty: nothing is said (WeChat gets `success`). `to_person`: the chat goes to WeChat's
    customer service as well."""

    text: str
    why: Why
    to_person: bool = False
