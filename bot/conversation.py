"""What has been said so far with one citizen: kept sealed in the database, forgotten after half an hour of silence."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta

from kit import keep, live, secrets
from kit.clock import local
from kit.db import Tx

SCOPE = "conversation"
MOST_CHOICES = 9


@dataclass(slots=True)
class Choice:
    """One numbered line offered: `act` is matter, slot, entry, appointment or group; `value` what it stands for."""

    say: str
    act: str
    value: str


@dataclass(slots=True)
class Form:
    """The booking as far as it has been filled in. Days and times are ISO text, so that the whole is JSON."""

    matter_id: str = ""
    days: list[str] = field(default_factory=list)
    start: str = ""
    end: str = ""
    slot_id: int = 0
    starts_at: str = ""
    name: str = ""
    phone: str = ""
    moving: str = ""  # the number of the appointment this one replaces

    def candidate_days(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in self.days)

    def from_to(self) -> tuple[time | None, time | None]:
        return _time(self.start), _time(self.end)

    def forget_slot(self, keep_hour: bool = False) -> None:
        """The place chosen no longer fits. `keep_hour`: its hour is still wanted, on another day say."""
        if keep_hour and self.starts_at and not self.start:
            self.start = local(datetime.fromisoformat(self.starts_at)).strftime("%H:%M")
        self.slot_id, self.starts_at = 0, ""


@dataclass(slots=True)
class Conversation:
    """`doing` is the errand under way: book, move, cancel, code, message, talk, or nothing. `asked` is what was asked
    last, so that a bare "王芳" or "好" is understood."""

    doing: str = ""
    asked: str = ""
    form: Form = field(default_factory=Form)
    choices: list[Choice] = field(default_factory=list)
    number: str = ""  # the case or appointment the errand is about
    question: str = ""  # what suggestions were offered for: its business day holds for the one picked
    is_new: bool = True

    @property
    def is_open(self) -> bool:
        return bool(self.doing or self.choices)

    def offer(self, choices: Iterable[Choice]) -> None:
        self.choices = list(choices)[:MOST_CHOICES]

    def chosen(self, number: int) -> Choice | None:
        return self.choices[number - 1] if 1 <= number <= len(self.choices) else None

    def leave(self) -> None:
        """Ends the errand; nothing of it is remembered."""
        self.doing, self.asked, self.number, self.question = "", "", "", ""
        self.form, self.choices = Form(), []


def key_of(openid: str) -> str:
    return secrets.fingerprint(openid)


async def hold(tx: Tx, openid: str, now: datetime) -> Conversation:
    """The conversation, locked until the transaction ends: two messages of one person are taken one after the other."""
    written = await keep.hold(tx, SCOPE, key_of(openid), now)
    if written is None:
        return Conversation()
    known = json.loads(written)
    known["form"] = Form(**known["form"])
    known["choices"] = [Choice(**choice) for choice in known["choices"]]
    return Conversation(**known, is_new=False)


async def save(tx: Tx, openid: str, talk: Conversation, now: datetime, minutes: int) -> None:
    """Keeps an open conversation, forgets a finished one, and tells the other workers when that changed."""
    key = key_of(openid)
    if talk.is_open:
        content = {name: value for name, value in asdict(talk).items() if name != "is_new"}
        text = json.dumps(content, ensure_ascii=False)
        await keep.write(tx, SCOPE, key, text, now + timedelta(minutes=minutes))
    else:
        await keep.forget(tx, SCOPE, key)
    if talk.is_open == talk.is_new:
        await live.bump(tx, SCOPE)


async def forget(tx: Tx, openid: str) -> None:
    await keep.forget(tx, SCOPE, key_of(openid))
    await live.bump(tx, SCOPE)


async def open_keys(tx: Tx) -> set[str]:
    """Fingerprints of the citizens who are, or lately were, in the middle of something."""
    return await keep.keys(tx, SCOPE)


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
