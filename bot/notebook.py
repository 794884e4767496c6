"""What was asked and how it was taken, written down after the reply is out: no answer waits for it.

Kept in memory until `write`, which the roof calls twice a second. When more comes than the database takes, the
rest is not kept and counted: answering goes first.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot import conversation
from bot.intents import Intent
from bot.messages import Heard, Said
from kit import clock, metrics
from kit.db import Database
from knowledge import questions
from knowledge.questions import Asked, Reaction

MOST_WAITING, MOST_AT_ONCE = 5000, 500
SHOWN_KINDS = frozenset({"answer", "suggest", "ask_back", "unknown", "person"})
REACTIONS: dict[str, Literal["liked", "disliked", "handed_over"]] = {
    Intent.LIKE: "liked",
    Intent.DISLIKE: "disliked",
    Intent.PERSON: "handed_over",
    Intent.COMPLAINT: "handed_over",
}


@dataclass(frozen=True, slots=True)
class _Note:
    heard: Heard
    said: Said
    at: datetime
    noted_at: float

    @property
    def is_reaction(self) -> bool:
        return self.said.why.is_choice or self.said.why.intent in REACTIONS


@dataclass(slots=True)
class Notebook:
    """`normalise` is how questions are compared (knowledge.words)."""

    normalise: Callable[[str], str]
    _waiting: deque[_Note] = field(default_factory=deque)

    def note(self, heard: Heard, said: Said, now: datetime) -> None:
        """Remembers one turn, if it says anything of what we know. Costs a microsecond."""
        why = said.why
        if why.kind not in SHOWN_KINDS and why.intent not in REACTIONS:
            return
        if len(self._waiting) >= MOST_WAITING:
            metrics.questions_lost.inc()
            return
        self._waiting.append(_Note(heard, said, now, time.monotonic()))

    def forget(self, openid: str) -> None:
        """Somebody left: what waits of them is kept without them, and how they took it not at all."""
        theirs = [note for note in self._waiting if note.heard.openid == openid]
        for note in theirs:
            self._waiting.remove(note)
            if not note.is_reaction:
                self._waiting.append(replace(note, heard=replace(note.heard, openid="")))

    async def write(self, db: Database, *, react_after: float = 0.0) -> int:
        """Writes down what waits, a few hundred at a time; returns how many turns. Raises what the database raises, and
        then keeps what it could not write.

        How an answer was taken waits `react_after` seconds: the question may be in another worker's notebook, and
        has to be written first.
        """
        ripe = time.monotonic() - react_after
        taken: list[_Note] = []
        early: list[_Note] = []
        while self._waiting and len(taken) < MOST_AT_ONCE:
            note = self._waiting.popleft()
            (early if note.is_reaction and note.noted_at > ripe else taken).append(note)
        self._waiting.extendleft(reversed(early))
        if not taken:
            return 0
        try:
            await db.transact(questions.record, [self._event(note) for note in taken])
        except BaseException:  # a worker that is told to stop, too: a message written twice is kept once
            self._waiting.extendleft(reversed(taken))
            raise
        return len(taken)

    def _event(self, note: _Note) -> Asked | Reaction:
        heard, why = note.heard, note.said.why
        person = conversation.key_of(heard.openid) if heard.openid else ""
        if why.intent in REACTIONS:
            return Reaction(person, note.at, REACTIONS[why.intent])
        if why.is_choice:
            return Reaction(person, note.at, "took", why.entry_id)
        return Asked(
            key=heard.key,
            person=person,
            text=heard.text,
            normal=self.normalise(heard.text),
            on=why.on or clock.day_of(note.at),
            at=note.at,
            kind=why.kind,
            entry_id=why.entry_id,
            offered=why.offered,
            confidence=why.confidence,
        )
