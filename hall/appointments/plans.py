"""What slots are cut by: how long, and how many places for the public and for staff. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hall.places.model import Spans
from kit.clock import instant_at
from kit.errors import Problem

LENGTHS = range(5, 241)  # minutes a slot may last
MOST_PLACES = 500  # of a slot, for the public and for staff each

Times = tuple[datetime, datetime]  # from, to


@dataclass(frozen=True, slots=True)
class Plan:
    """`capacity`: places for the public; `reserve`: places only staff give out. Both 0: no more slots of this group."""

    group_id: int
    hall_id: str
    minutes: int
    capacity: int
    reserve: int
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What a run over the coming days did. Fewer `days` than `wanted`: what comes after is not published yet."""

    days: tuple[date, ...]
    wanted: int
    new: int = 0
    changed: int = 0  # slots whose places are others now
    withdrawn: int = 0  # slots taken away, which nobody had ever booked

    @property
    def is_short(self) -> bool:
        return len(self.days) < self.wanted


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a plan would make of the slots of the coming days, and of those after them, were it set now.

    `public` and `kept`: places for the public and for staff, of all slots together, as they are and as they would be;
    `booked`: how many of them are taken, which stays so.
    `full`: slots of which more is booked than the plan gives: they keep as many as are booked. `as_cut`: days that keep
    the length of their slots, since somebody has or had booked there.
    """

    made: Made
    public: tuple[int, int]
    kept: tuple[int, int]
    booked: int
    full: int
    as_cut: tuple[date, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.made.new or self.made.changed or self.made.withdrawn)


class BadPlan(Problem):
    status = 422
    code = "bad_plan"
    sentence = "号源计划没有存：每段要在{shortest}到{longest}分钟之间，公众号和预留号各是0到{most}个。请改好再存。"


def check(minutes: int, capacity: int, reserve: int) -> None:
    """Raises BadPlan."""
    if minutes not in LENGTHS or not 0 <= capacity <= MOST_PLACES or not 0 <= reserve <= MOST_PLACES:
        raise BadPlan(shortest=LENGTHS[0], longest=LENGTHS[-1], most=MOST_PLACES)


def cut(day: date, hours: Spans, length: timedelta) -> list[Times]:
    """The opening hours of a day in slots of one length; what is left over at the end of a span is not used."""
    found = []
    for opens, closes in hours:
        at, end = instant_at(day, opens), instant_at(day, closes)
        while at + length <= end:
            found.append((at, at + length))
            at += length
    return found


def overlap(one: Times, other: Times) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def is_within(times: Times, day: date, hours: Spans) -> bool:
    """Whether the doors are open all the while."""
    return any(instant_at(day, opens) <= times[0] and times[1] <= instant_at(day, closes) for opens, closes in hours)


def usual_length(slots: Sequence[Times]) -> timedelta | None:
    """How long the slots of a day are, None where there are none."""
    lengths = [end - at for at, end in slots]
    return max(lengths, key=lengths.count) if lengths else None
