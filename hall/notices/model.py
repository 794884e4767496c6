"""What the hall tells a person without being asked: facts, which the voice makes a sentence of."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from kit.clock import day_of, instant_at, local

MOST_TRIES = 3
PAUSE = timedelta(minutes=5)  # before a notice WeChat would not take is tried again
ASIDE = timedelta(
    days=1
)  # a notice being sent is nobody else's to send; who died at it leaves it for the person's turn
SENDING = timedelta(seconds=30)  # a notice taken up less long ago may be arriving right now
WAKES, SLEEPS = time(7, 30), time(21, 30)  # on the clock in Shanghai: outside these nobody is written to unasked


class Kind(StrEnum):
    """With the facts each carries. Instants are ISO 8601; none carries a name, a phone or a number of a person."""

    MOVED = "moved"  # number, matter, was_at, starts_at, reason: the hall moved the appointment
    CANCELLED = "cancelled"  # number, matter, was_at, reason: the hall cancelled it, a closure left no other place
    MOVED_FOR = "moved_for"  # number, matter, was_at, starts_at: staff moved it, as the person had asked
    CANCELLED_FOR = "cancelled_for"  # number, matter, was_at: staff cancelled it, as the person had asked
    OFFERED = "offered"  # matter, slot_id, starts_at, until_at, last: a place is kept for someone who waits for one
    WAIT_OVER = "wait_over"  # matter: three offers not taken, or the days are past
    WARNED = "warned"  # rule, count, most, until: once more and booking stops for a while
    BANNED = "banned"  # rule, until_at, scope
    LIFTED = "lifted"  # rule: the pause is over before its time
    APPEAL_REFUSED = "appeal_refused"  # rule, until_at, answer: what the hall says to an appeal
    SOON = "soon"  # ticket, ahead, low, high: your turn is near
    CALLED = "called"  # ticket, counter: your number is called
    MISSED = "missed"  # ticket, back: the number was called and nobody came
    RATE = "rate"  # number, matter (or None), is_case: it is over; how was it?
    REPLIED = "replied"  # number, matter (or None), reply: what the hall has done about a bad rating
    # Of a case, all alike: number, matter, state, note, next, due_on, unknown_year, until_on, is_deemed, owed, owed_on
    CASE_ACCEPTED = "case_accepted"  # (dates ISO; owed: what was promised and has not come, by name)
    CASE_ACCEPTED_OWING = "case_accepted_owing"
    CASE_OWED_SOON = "case_owed_soon"
    CASE_SUPPLEMENT = "case_supplement"
    CASE_STOPPED = "case_stopped"
    CASE_RESUMED = "case_resumed"
    CASE_DUE_KNOWN = "case_due_known"
    CASE_CONCLUDED = "case_concluded"
    CASE_DECLINED = "case_declined"
    CASE_REFUSED = "case_refused"


def by_day(now: datetime) -> datetime:
    """The first instant from now on at which people are awake."""
    at, today = local(now).time(), day_of(now)
    if WAKES <= at < SLEEPS:
        return now
    return instant_at(today if at < WAKES else today + timedelta(days=1), WAKES)


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    citizen_id: int
    kind: Kind
    facts: dict[str, Any]
    made_at: datetime
    tries: int
    hall_id: str | None = None  # whose words it is told in; None: the shipped ones
