"""Slots and appointments: values, states, and which slots are near a wish. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from hall.matters.model import Matter
from kit.clock import day_of, local, say_day, say_time, to_ms

NAME_LIMIT = 20  # characters: 欧阳 and 阿不都热依木·买买提 fit, a pasted sentence does not
NOON_HOUR = 12


class State(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"

    @property
    def chinese(self) -> str:
        return STATE_NAMES[self]


STATE_NAMES = {State.BOOKED: "已预约", State.CANCELLED: "已取消", State.ARRIVED: "已签到", State.NO_SHOW: "爽约"}


class Relation(StrEnum):
    """Of who comes to who books (代办)."""

    SELF = "self"
    FAMILY = "family"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Slot:
    """`capacity` places for the public, `reserve` beside them which only staff give out."""

    id: int
    hall_id: str
    group_id: int
    on: date
    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int
    reserve: int = 0
    reserve_booked: int = 0
    closure_id: int | None = None

    @property
    def left(self) -> int:
        """Places the public can have."""
        return 0 if self.closure_id else self.capacity - self.booked

    @property
    def reserve_left(self) -> int:
        return 0 if self.closure_id else self.reserve - self.reserve_booked

    def say(self) -> str:
        """11月25日（周三）09:30."""
        return f"{say_day(self.on)}{say_time(self.starts_at)}"

    def as_json(self) -> dict[str, object]:
        times = {"starts_at": local(self.starts_at).isoformat(), "ends_at": local(self.ends_at).isoformat()}
        return {"id": self.id, **times, "capacity": self.capacity, "left": self.left}


@dataclass(frozen=True, slots=True)
class Form:
    """Who comes. `company` and `credit_code` belong to a company's errand; none of it is ever printed."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    relation: Relation = Relation.SELF
    id_number: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    credit_code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One wish for one place. `key` is the caller's Idempotency-Key: the same key gets the same appointment again.

    `staff` books for someone by phone or at the desk, and may give a place of the reserve.
    """

    citizen_id: int
    slot_id: int
    matter: Matter
    form: Form
    key: str | None = None
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """`name`, `phone` and `company` are None once they were erased; none is printed."""

    id: int
    number: str
    citizen_id: int
    slot_id: int
    hall_id: str
    group_id: int
    matter_id: str
    matter_name: str
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    state: State
    booked_at: datetime
    changed_at: datetime
    moved_from: int | None  # the slot it stood in before it was rescheduled
    relation: Relation
    company: str | None = field(repr=False)
    is_reserve: bool
    booked_by: str | None  # the member of staff who booked for someone
    on: date
    starts_at: datetime
    ends_at: datetime


class WaitState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"  # a place is kept for them
    TAKEN = "taken"
    OVER = "over"  # left, three offers not taken, or the days are past


@dataclass(frozen=True, slots=True)
class Wait:
    """One person's place on the waiting list for a matter, for any of the days from `from_on` to `to_on`."""

    id: int
    citizen_id: int
    hall_id: str
    group_id: int
    matter_id: str
    from_on: date
    to_on: date
    state: WaitState
    notices: int  # offers made so far
    asked_at: datetime

    def fits(self, slot: Slot) -> bool:
        return slot.group_id == self.group_id and self.from_on <= slot.on <= self.to_on


@dataclass(frozen=True, slots=True)
class Hold:
    """A place kept for one person until `until_at`; `waiting_id` names the wait it was offered to."""

    id: int
    slot: Slot
    until_at: datetime
    waiting_id: int | None = None


def half_day(instant: datetime) -> tuple[date, bool]:
    """The Shanghai day, and whether the instant lies in its afternoon."""
    at = local(instant)
    return at.date(), at.hour >= NOON_HOUR


def near_first(
    slots: Sequence[Slot], wanted: datetime | None, days: Sequence[date] = (), *, without_day_order: int = 10_000
) -> list[Slot]:
    """Slots from the nearest to a wish to the farthest.

    With `wanted`: its half-day, its day, the other `days` that would do, later days, earlier days; by the clock within.
    Without: `days` in their order, then whatever comes first.
    """
    rank = {day: place for place, day in enumerate(days)}
    if wanted is None:
        return sorted(slots, key=lambda s: (rank.get(s.on, without_day_order), s.starts_at))
    day, half = day_of(wanted), half_day(wanted)

    def distance(slot: Slot) -> tuple[int, int, timedelta, int]:
        off_clock = abs(_clock(slot.starts_at) - _clock(wanted))
        if half_day(slot.starts_at) == half:
            return 0, 0, off_clock, 0
        if slot.on == day:
            return 1, 0, off_clock, 0
        if slot.on in rank:
            return 2, rank[slot.on], off_clock, 0
        return (3 if slot.on > day else 4), abs((slot.on - day).days), off_clock, to_ms(slot.starts_at)

    return sorted(slots, key=distance)


def _clock(instant: datetime) -> timedelta:
    at = local(instant)
    return timedelta(hours=at.hour, minutes=at.minute)
