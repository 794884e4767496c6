"""What the library takes and gives: plain values, no IO."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol, TypeAlias

Kind = Literal["answer", "suggest", "ask_back", "unknown", "person"]
Span: TypeAlias = tuple[date, date]  # the days a question is about, both included
Validity: TypeAlias = tuple[date | None, date | None]  # the first and the last day of what is known; None is open


class BusinessPeriod(Protocol):
    """The day of the transaction a question is about, as read from the sentence: whoever reads it passes it in."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def day(self) -> date: ...
    @property
    def said(self) -> str: ...


@dataclass(frozen=True)
class Period:
    """`start`..`end` both included; `day` stands for the period; `said` are the words it was read from."""

    start: date
    end: date
    day: date
    said: str = ""


def days_asked_about(about: BusinessPeriod | None, today: date) -> Span:
    """The days a question names, else today."""
    return (about.start, about.end) if about else (today, today)


def covers(valid: Validity, asked: Span) -> bool:
    """Whether what is valid from one day to another may be told of all the days asked about."""
    first, last = valid
    return (first is None or first <= asked[0]) and (last is None or asked[1] <= last)


@dataclass(frozen=True)
class Finding:
    """What we have to say to a question.

    `text` is ready to send. It is empty for matter entries, whose answer the hall's own catalogue holds (`matter` and
    `aspect` are set, see matter_questions.ASPECT_SAYS), and for suggest and unknown, which the bot
    puts in its own words. With `suggestions` (entry id, what to choose) it is only the question above the list; the id
    "person" stands for a clerk. `on` is the day the answer is for, `valid` the first and last day of the rule answered
    with (None: open). `doc_nos` are the documents the answer stands on, not those it says have ended. `why` is for
    display only.
    """

    kind: Kind
    on: date
    entry_id: str = ""
    question: str = ""
    text: str = ""
    doc_nos: tuple[str, ...] = ()
    policy_ids: tuple[str, ...] = ()
    valid: Validity = (None, None)
    confidence: float = 0.0
    suggestions: tuple[tuple[str, str], ...] = ()
    matter: str = ""
    aspect: str = ""
    needs_person: bool = False
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One thing people ask about, as the index sees it.

    `need` are groups of words: a question that has no word of some group is not about this entry. `avoid` are words
    that show the question to be about something else. `known_by` are names any one of which is enough to be about it.
    """

    id: str
    question: str
    variants: tuple[str, ...] = ()
    answer: str = ""
    need: tuple[tuple[str, ...], ...] = ()
    avoid: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
