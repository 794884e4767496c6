"""What the citizens' API answers with: times in ISO 8601 as a clock in Shanghai shows them, names and phones masked.

The TypedDicts are what /docs tells (handlers/schemas.py): a string beside a type is read there.
"""

from datetime import date, datetime
from typing import Annotated, TypedDict

from hall.appointments.model import Appointment, Relation, Slot, State
from hall.appointments.offers import Offer
from hall.citizens.model import Citizen
from hall.citizens.sessions import Session
from hall.places.model import Hall
from hall.queue.model import Privilege, Ticket
from hall.queue.model import State as TicketState
from hall.queue.pace import Estimate
from handlers.api.catalogue import Held
from handlers.schemas import Day, Instant
from kit.clock import local
from kit.ids import mask_name, mask_phone


class CitizenSeen(TypedDict):
    """上次预约时留的姓名和手机号，都打了码；还没有预约过是 null"""

    name: str | None
    phone: str | None


class HallBrief(TypedDict):
    id: str
    name: str


class MatterBrief(TypedDict):
    id: str
    name: str


class GroupBrief(TypedDict):
    letter: Annotated[str, "票号打头的字母"]
    name: str


class SessionBegun(TypedDict):
    token: Annotated[str, "放进请求头：Authorization: Bearer <token>"]
    expires_at: Instant
    citizen: CitizenSeen


class SlotLeft(TypedDict):
    id: int
    starts_at: Instant
    ends_at: Instant
    capacity: Annotated[int, "一共放几个号"]
    left: Annotated[int, "还剩几个"]


class WindowSeen(TypedDict):
    rule: Annotated[str, "这件事能提前多久约，一句话"]
    first_on: Annotated[Day | None, "现在能约的头一天"]
    last_on: Annotated[Day | None, "现在能约的最后一天；放出来的都能约是 null"]
    said: Annotated[str | None, "问的那天现在约不了：为什么，什么时候可以"]
    opens_at: Annotated[Instant | None, "问的那天从什么时候起可以约"]


class SlotList(TypedDict):
    slots: list[SlotLeft]
    window: WindowSeen


class AppointmentSeen(TypedDict):
    number: Annotated[str, "预约号，末位是校验位"]
    state: State
    state_name: str
    hall: HallBrief
    matter: MatterBrief
    slot_id: int
    starts_at: Instant
    ends_at: Instant
    name: Annotated[str | None, "打了码；资料删除以后是 null"]
    phone: Annotated[str | None, "打了码；资料删除以后是 null"]
    relation: Annotated[Relation, "来办的人是预约人的：本人、家人、单位"]
    company: str | None
    may_change: Annotated[bool, "还能不能改约、取消"]


class TicketSeen(TypedDict):
    number: str
    state: TicketState
    state_name: str
    hall: HallBrief
    group: GroupBrief
    on: Day
    taken_at: Instant
    ahead: Annotated[int, "前面还有几位"]
    wait_low_minutes: Annotated[int | None, "最快几分钟；没有窗口开着的时候说不准，是 null"]
    wait_high_minutes: Annotated[int | None, "最慢几分钟"]
    privilege: Privilege | None
    counter: Annotated[int | None, "请到几号窗口；没有叫到是 null"]
    calls: Annotated[int, "叫过几次"]
    called_at: Instant | None


def instant(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


def citizen(of: Citizen) -> CitizenSeen:
    """What the person last booked with, None until then."""
    return {"name": of.name and mask_name(of.name), "phone": of.phone and mask_phone(of.phone)}


def session(made: Session, of: Citizen) -> SessionBegun:
    return {"token": made.token, "expires_at": instant(made.expires_at), "citizen": citizen(of)}


def brief(of: Hall) -> HallBrief:
    return {"id": of.id, "name": of.name}


def slots(of: Offer) -> SlotList:
    return {"slots": [slot(one) for one in of.slots], "window": _window(of)}


def _window(of: Offer) -> WindowSeen:
    return {
        "rule": of.rule,
        "first_on": day_if(of.days.first_on if of.days else None),
        "last_on": day_if(of.days.last_on if of.days else None),
        "said": of.why_not.message if of.why_not else None,
        "opens_at": of.why_not.details.get("opens_at") if of.why_not else None,
    }


def slot(of: Slot) -> SlotLeft:
    starts_at, ends_at = instant(of.starts_at), instant(of.ends_at)
    return {"id": of.id, "starts_at": starts_at, "ends_at": ends_at, "capacity": of.capacity, "left": of.left}


def appointment(of: Appointment, held: Held, now: datetime) -> AppointmentSeen:
    """`may_change`: it can still be moved or cancelled."""
    return {
        "number": of.number,
        "state": of.state,
        "state_name": of.state.chinese,
        "hall": brief(held.hall(of.hall_id)),
        "matter": {"id": of.matter_id, "name": of.matter_name},
        "slot_id": of.slot_id,
        "starts_at": instant(of.starts_at),
        "ends_at": instant(of.ends_at),
        "name": of.name and mask_name(of.name),
        "phone": of.phone and mask_phone(of.phone),
        "relation": of.relation,
        "company": of.company,
        "may_change": of.state is State.BOOKED and of.starts_at > now,
    }


def ticket(of: Ticket, held: Held, wait: Estimate, counter: int | None = None) -> TicketSeen:
    group = held.groups[of.group_id]
    return {
        "number": of.number,
        "state": of.state,
        "state_name": of.state.chinese,
        "hall": brief(held.hall(of.hall_id)),
        "group": {"letter": group.letter, "name": group.name},
        "on": day(of.on),
        "taken_at": instant(of.taken_at),
        "ahead": wait.ahead,
        "wait_low_minutes": wait.low,
        "wait_high_minutes": wait.high,
        "privilege": of.privilege,
        "counter": counter,
        "calls": of.calls,
        "called_at": instant(of.called_at) if of.called_at else None,
    }


def day(on: date) -> str:
    return on.isoformat()


def day_if(on: date | None) -> str | None:
    return None if on is None else day(on)
