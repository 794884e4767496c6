"""Slots and appointments: values, states, refusals, and which slots are near a wish. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.clock import day_of, local, say_day, say_time, to_ms
from kit.errors import NotFound, Problem

LIVE_LIMIT = 3  # appointments one citizen may hold at once
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


@dataclass(frozen=True, slots=True)
class Slot:
    id: int
    hall_id: str
    group_id: int
    on: date
    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int

    @property
    def left(self) -> int:
        return self.capacity - self.booked

    def say(self) -> str:
        """11月25日（周三）09:30."""
        return f"{say_day(self.on)}{say_time(self.starts_at)}"

    def as_json(self) -> dict[str, object]:
        times = {"starts_at": local(self.starts_at).isoformat(), "ends_at": local(self.ends_at).isoformat()}
        return {"id": self.id, **times, "capacity": self.capacity, "left": self.left}


@dataclass(frozen=True, slots=True)
class Appointment:
    """`name` and `phone` are None once they were erased; neither is printed."""

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
    on: date
    starts_at: datetime
    ends_at: datetime


class SlotFull(Problem):
    """`near` are free slots close to the one that was wanted, nearest first; programs find them in the details."""

    status = 409
    code = "slot_full"

    def __init__(self, near: Sequence[Slot] = ()) -> None:
        self.near = tuple(near)
        super().__init__(near=[slot.as_json() for slot in near])

    @property
    def message(self) -> str:
        if not self.near:
            return "该时段已约满，近几天也没有空位了，请过一两天再来看看，急事可以到大厅现场取号。"
        return f"该时段已约满，附近还有空位的是：{'、'.join(slot.say() for slot in self.near)}，请换一个。"


class SlotGone(Problem):
    status = 409
    code = "slot_gone"
    sentence = "这个时段已经过去或者撤销了，请重新选一个时间。"


class SlotNotForMatter(Problem):
    status = 409
    code = "slot_not_for_matter"
    sentence = "这个时段不办“{matter}”，请按要办的事项重新选时间。"


class NotBookable(Problem):
    status = 409
    code = "not_bookable"
    sentence = "“{matter}”不用在大厅预约，请看办事指南里写的办理地点，或直接联系办理单位。"


class AlreadyBooked(Problem):
    status = 409
    code = "already_booked"
    sentence = "您{day}已经约过“{matter}”了，预约号是{number}。想换时间请改约，不用再约一次。"


class TooManyBookings(Problem):
    status = 409
    code = "too_many_bookings"
    sentence = "一个人最多同时有{limit}个预约，您已经约满了。请先取消一个用不上的，再约这个。"


class AppointmentNotFound(NotFound):
    """Also for someone else's number: whether it exists is nobody's business."""

    code = "appointment_not_found"
    sentence = "没有查到您的这个预约，请核对预约号，或者回“我的预约”看看。"


class AlreadyCancelled(Problem):
    status = 409
    code = "already_cancelled"
    sentence = "这个预约之前已经取消了，不用再操作。还想办的话可以重新预约。"


class TooLate(Problem):
    status = 409
    code = "too_late"
    sentence = "预约的时间已经到了，不能再取消或改约。今天还想办请直接到大厅，改天办请重新预约。"


class NotToday(Problem):
    status = 409
    code = "not_today"
    sentence = "您约的是{day}，请当天来了再取号；想改到今天请先改约。"


class BadName(Problem):
    status = 422
    code = "bad_name"
    sentence = "请写办事人的姓名，和身份证上的一样，最多{most}个字。"


class BadPhone(Problem):
    status = 422
    code = "bad_phone"
    sentence = "这个手机号不对，请写11位的手机号，方便有变动时联系您。"


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
