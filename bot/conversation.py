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
REDELIVERED = timedelta(minutes=1)  # WeChat delivers up to four times, five seconds apart (platform.md B1)


@dataclass(slots=True)
class Choice:
    """One numbered line offered: `act` is matter, slot, entry, appointment, group, ticket; `value` what it means."""

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
    is_soonest: bool = False  # any day will do, the sooner the better
    later: str = ""  # a second matter wished for in the same breath, to be spoken of when this one is booked

    wished: list[str] = field(default_factory=list)  # the days asked for that were full
    relation: str = ""  # of who comes to who books: "" for oneself, family, company
    company: str = ""
    id_number: str = ""  # only where the matter's rule counts by it
    credit_code: str = ""

    def days_wished(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in self.wished or self.days)

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
class Opinion:
    """A rating as far as it has been given: nothing of it is kept before its end. `dealing` names what is rated."""

    dealing: str = ""
    level: int = 0
    reasons: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class Conversation:
    """`doing` is the errand under way: book, move, cancel, ticket, give_up, code, rate, message, talk, or nothing.
    `asked` is what was asked last, so that a bare "王芳" or "好" is understood. `topic` is the matter spoken of last,
    `made` the number of the appointment made or moved last: what "要带什么" and "改成后天" are about, with no errand
    under way too."""

    doing: str = ""
    asked: str = ""
    form: Form = field(default_factory=Form)
    opinion: Opinion = field(default_factory=Opinion)
    choices: list[Choice] = field(default_factory=list)
    number: str = ""  # the case or appointment the errand is about
    code: str = ""  # a query code that came before its case number
    question: str = ""  # the sentence for which something was offered: its day holds for the one picked
    topic: str = ""
    made: str = ""
    is_new: bool = True

    @property
    def is_open(self) -> bool:
        return bool(self.is_busy or self.topic or self.made)

    @property
    def is_busy(self) -> bool:
        """An errand is under way, or something has been offered to choose from."""
        return bool(self.doing or self.choices)

    def offer(self, choices: Iterable[Choice]) -> None:
        self.choices = list(choices)[:MOST_CHOICES]

    def chosen(self, number: int) -> Choice | None:
        return self.choices[number - 1] if 1 <= number <= len(self.choices) else None

    def leave(self) -> None:
        """Ends the errand; of it only what was spoken of is remembered."""
        self.doing, self.asked, self.number, self.code, self.question = "", "", "", "", ""
        self.form, self.opinion, self.choices = Form(), Opinion(), []

    def speak_of(self, matter_id: str, made: str = "") -> None:
        self.topic, self.made = matter_id, made


def key_of(openid: str) -> str:
    return secrets.fingerprint(openid)


async def hold(tx: Tx, openid: str, now: datetime) -> Conversation:
    """The conversation, locked until the transaction ends: two messages of one person are taken one after the other."""
    written = await keep.hold(tx, SCOPE, key_of(openid), now)
    if written is None:
        return Conversation()
    known = json.loads(written)
    known["form"] = Form(**known["form"])
    known["opinion"] = Opinion(**known.get("opinion", {}))
    known["choices"] = [Choice(**choice) for choice in known["choices"]]
    return Conversation(**known, is_new=False)


async def save(tx: Tx, openid: str, talk: Conversation, now: datetime, minutes: int) -> bool:
    """Keeps an open conversation, and one just finished for as long as WeChat may deliver its last message again.

    Without that, a "好" delivered again after its booking was made would be answered as said out of the blue. Tells the
    other workers of a new one; returns whether it is kept.
    """
    key = key_of(openid)
    if not talk.is_open and talk.is_new:
        await keep.forget(tx, SCOPE, key)
        return False
    content = {name: value for name, value in asdict(talk).items() if name != "is_new"}
    lasts = timedelta(minutes=minutes) if talk.is_open else REDELIVERED
    await keep.write(tx, SCOPE, key, json.dumps(content, ensure_ascii=False), now + lasts)
    if talk.is_new:
        await live.bump(tx, SCOPE)
    return True


async def forget(tx: Tx, openid: str) -> None:
    await keep.forget(tx, SCOPE, key_of(openid))
    await live.bump(tx, SCOPE)


async def open_keys(tx: Tx) -> set[str]:
    """Fingerprints of the citizens who are, or lately were, in the middle of something."""
    return await keep.keys(tx, SCOPE)


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
