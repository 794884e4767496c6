"""Guessing at secrets is slowed: each wrong one makes the next wait longer, for all workers together.

A guess is counted for whoever makes it (an address, a person in chat) and for what it is made at (a number), so that
neither one source at many numbers nor many sources at one number get far, and one source does not get others slowed.
Two choices. What is looked up at once is judged while it is held, and counted when it is wrong; a right answer forgives
nothing, or whoever has one right code could guess for ever beside it; time does:

    found = await guesses.guarded(tx, guesses.tries(["address 203.0.113.9"], number), now, look, CaseNotFound)

What takes long to judge, as a password does, is counted before it is judged (`spend`), and who was right is forgiven
(`forgive` all that stands there, `take_back` the one try). What is refused for being too early is not looked at, so it
tells nothing, and is not counted.
"""

import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Column, Index, Integer, String, Table, delete, insert, select, update

from kit import metrics
from kit.clock import from_ms
from kit.db import Duplicate, Instant, Tx, metadata
from kit.errors import Problem
from kit.secrets import fingerprint

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = from_ms(0)  # not now: another worker's clock may be a little behind ours
FORGOTTEN_AFTER = timedelta(days=2)

guesses = Table(
    "guesses",
    metadata,
    Column("mark", String(32), primary_key=True),  # fingerprint of who guesses, or of what is guessed at
    Column("wrong", Integer, nullable=False),
    Column("at", Instant, nullable=False),  # the last wrong one
    Column("until_at", Instant, nullable=False),  # none is looked at before
    Index(None, "at"),
)


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` wrong ones cost nothing, then 1 s, 2 s, 4 s, … up to an hour, or what is said; one is forgiven every
    `forgiven`."""

    kind: str
    free: int
    forgiven: timedelta
    first_seconds: int = 1
    longest_seconds: int = 3600


SOURCE = Pace("source", 5, timedelta(minutes=10))
# Twenty from one source alone take it four hours, so nobody gets a number slowed for others in passing.
NUMBER = Pace("number", 20, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Try:
    """`name` says who or what: an address, a number. It is kept as a fingerprint."""

    pace: Pace
    name: str

    @property
    def mark(self) -> str:
        return fingerprint(f"guess {self.pace.kind} {self.name}")


class TooManyGuesses(Problem):
    """The same whatever was asked for: that a number is guessed at does not say that it exists."""

    status = 429
    code = "too_many_guesses"
    sentence = "查询码错的次数多了，为了保护办事人，请过{retry_after_seconds}秒再试，也可以到窗口请工作人员帮您查。"


def tries(sources: Iterable[str], number: str) -> list[Try]:
    """One at a number, by somebody who has these names (address, person)."""
    return [*(Try(SOURCE, source) for source in sources), Try(NUMBER, number)]


async def guarded(
    tx: Tx, tried: Sequence[Try], now: datetime, look: Callable[[], Awaitable[T]], wrong: type[Problem]
) -> T | Problem:
    """What `look` finds, unless it is too early to look; `wrong` is what it raises when the guess was wrong.

    A refusal is returned and not raised: the transaction that counts must commit.
    """
    if (too_early := await hold(tx, tried, now)) is not None:
        return too_early
    try:
        return await look()
    except wrong as refusal:
        await count(tx, tried, now)
        return refusal


async def hold(tx: Tx, tried: Sequence[Try], now: datetime) -> TooManyGuesses | None:
    """Until the transaction ends nobody else guesses for these; what to say when it is too early, else None."""
    marks = sorted(one.mark for one in tried)
    chosen = select(guesses.c.mark, guesses.c.until_at).where(guesses.c.mark.in_(marks)).order_by(guesses.c.mark)
    rows = await tx.all(chosen.with_for_update())
    if len(rows) < len(set(marks)):
        for mark in sorted(set(marks) - {row.mark for row in rows}):
            try:
                await tx.run(insert(guesses).values(mark=mark, wrong=0, at=now, until_at=AT_ONCE))
            except Duplicate:
                continue  # somebody else has just begun; it is held below
        rows = await tx.all(chosen.with_for_update())
    return _waits((row.until_at for row in rows), now)


async def early(tx: Tx, tried: Sequence[Try], now: datetime) -> TooManyGuesses | None:
    """What `hold` would say, without a lock: most who come too early can be refused by this."""
    rows = await tx.all(select(guesses.c.until_at).where(guesses.c.mark.in_([one.mark for one in tried])))
    return _waits((row.until_at for row in rows), now)


def _waits(until: Iterable[datetime], now: datetime) -> TooManyGuesses | None:
    seconds = max(((at - now).total_seconds() for at in until), default=0.0)
    if seconds <= 0:
        return None
    metrics.guesses.labels("slowed").inc()
    return TooManyGuesses(retry_after_seconds=math.ceil(seconds))


async def count(tx: Tx, tried: Sequence[Try], now: datetime) -> None:
    """A wrong one, of those that are held."""
    metrics.guesses.labels("wrong").inc()
    for one in sorted(tried, key=lambda one: one.mark):
        wrong = await _add(tx, one, now)
        if waits := wait_seconds(one.pace, wrong):
            facts = {"kind": one.pace.kind, "wrong": wrong, "wait_seconds": waits}
            log.warning("somebody guesses at query codes and is slowed", extra=facts)


async def _add(tx: Tx, one: Try, now: datetime) -> int:
    """How many are wrong with this one."""
    row = await tx.one(select(guesses.c.wrong, guesses.c.at).where(guesses.c.mark == one.mark))
    wrong = 1 if row is None else max(row.wrong - (now - row.at) // one.pace.forgiven, 0) + 1
    waits = wait_seconds(one.pace, wrong)
    kept = {"wrong": wrong, "at": now, "until_at": now + timedelta(seconds=waits) if waits else AT_ONCE}
    await tx.run(update(guesses).where(guesses.c.mark == one.mark).values(**kept))
    return wrong


async def spend(tx: Tx, tried: Sequence[Try], now: datetime) -> TooManyGuesses | None:
    """Counts a try as a wrong one before it is judged. What to say when it is too early for it: then none counts."""
    if (too_early := await hold(tx, tried, now)) is not None:
        return too_early
    for one in sorted(tried, key=lambda one: one.mark):
        await _add(tx, one, now)
    return None


async def forgive(tx: Tx, tried: Try) -> None:
    """All that was wrong there."""
    await tx.run(delete(guesses).where(guesses.c.mark == tried.mark))


async def take_back(tx: Tx, tried: Try) -> None:
    """The try that was spent and was right; what others got wrong there stays."""
    spent = (guesses.c.mark == tried.mark, guesses.c.wrong > 0)
    await tx.run(update(guesses).where(*spent).values(wrong=guesses.c.wrong - 1, until_at=AT_ONCE))


def wait_seconds(pace: Pace, wrong: int) -> int:
    """How long after so many wrong ones."""
    beyond = wrong - pace.free
    return 0 if beyond <= 0 else min(pace.first_seconds * 2 ** min(beyond - 1, 12), pace.longest_seconds)


async def sweep(tx: Tx, now: datetime) -> int:
    """Forgets what was wrong long ago; returns how many counts."""
    return await tx.run(delete(guesses).where(guesses.c.at < now - FORGOTTEN_AFTER))
