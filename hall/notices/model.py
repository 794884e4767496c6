"""What the hall tells a person without being asked: facts, which the voice makes a sentence of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

MOST_TRIES = 3
PAUSE = timedelta(minutes=5)  # before a notice WeChat would not take is tried again


class Kind(StrEnum):
    """With the facts each carries. Instants are ISO 8601; none carries a name, a phone or a number of a person."""

    MOVED = "moved"  # number, matter, was_at, starts_at, reason: a closure moved the appointment
    CANCELLED = "cancelled"  # number, matter, was_at, reason: a closure left no other place
    OFFERED = "offered"  # matter, slot_id, starts_at, until_at, last: a place is kept for someone who waits for one
    WAIT_OVER = "wait_over"  # matter: three offers not taken, or the days are past
    WARNED = "warned"  # rule, count, most, until: once more and booking stops for a while
    BANNED = "banned"  # rule, until_at, scope
    SOON = "soon"  # ticket, ahead, low, high: your turn is near
    CALLED = "called"  # ticket, counter: your number is called
    MISSED = "missed"  # ticket, back: the number was called and nobody came


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    citizen_id: int
    kind: Kind
    facts: dict[str, Any]
    made_at: datetime
    tries: int
