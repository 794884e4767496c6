"""What a closure would do before it is made, and what one has done: who was moved or cancelled, and who knows it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, func, select

from hall.appointments import closures, facts, people
from hall.appointments.closures import Closure, How
from hall.appointments.model import Appointment, Slot, State, WaitState
from hall.appointments.reading import every_appointment, read_appointment
from hall.appointments.tables import appointment_facts, appointments, slots, waits
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.clock import day_of
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`to`: where they would be moved, None where there is no place and the appointment would be cancelled."""

    held: Appointment
    to: Slot | None
    is_on_wechat: bool


@dataclass(frozen=True, slots=True)
class Foresight:
    """`kept`: who has arrived already and stays; `waits`: who is on the waiting list for one of the days."""

    people: tuple[Foreseen, ...]
    kept: int
    waits: int

    def __add__(self, more: "Foresight") -> "Foresight":
        return Foresight(self.people + more.people, self.kept + more.kept, self.waits + more.waits)

    @property
    def moved(self) -> int:
        return sum(one.to is not None for one in self.people)

    @property
    def to_call(self) -> int:
        return sum(not one.is_on_wechat for one in self.people)


async def foresee(
    tx: Tx,
    hall_id: str,
    group_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    how: How,
    now: datetime,
    matter_id: str | None = None,
) -> Foresight:
    """What `closures.shut` and `empty` would do, as the places are now. Reads only, and nothing holds still."""
    shut = closures.touched(hall_id, group_id, starts_at, ends_at)
    still_open = (*shut, slots.c.closure_id.is_(None), *_of_matter(appointments, matter_id))
    booked = every_appointment.where(*still_open, appointments.c.state == State.BOOKED)
    expected = await closures.with_marks(tx, [read_appointment(row) for row in await tx.all(booked)])
    goes = await closures.plan(tx, expected, now, shut) if how is How.MOVE and expected else {}
    here = select(func.count()).select_from(appointments).join(slots, slots.c.id == appointments.c.slot_id)
    kept = await tx.value(here.where(*still_open, appointments.c.state == State.ARRIVED))
    of_group = () if group_id is None else (waits.c.group_id == group_id, *_of_matter(waits, matter_id))
    days = (waits.c.from_on <= day_of(ends_at), waits.c.to_on >= day_of(starts_at), waits.c.hall_id == hall_id)
    waiting = (waits.c.state.in_((WaitState.WAITING, WaitState.OFFERED)), *days, *of_group)
    n = await tx.value(select(func.count()).select_from(waits).where(*waiting))
    seen = tuple(Foreseen(one.held, goes.get(one.held.id), one.is_on_wechat) for one in expected)
    return Foresight(seen, int(kept), int(n))


def _of_matter(table: Table, matter_id: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if matter_id is None else (table.c.matter_id == matter_id,)


async def left(tx: Tx, those: Collection[Closure]) -> dict[int, int]:
    """How many people each closure has still to look after; those with nobody are left out."""
    booked = (slots.c.closure_id.in_([one.id for one in those]), appointments.c.state == State.BOOKED)
    of_each = select(slots.c.closure_id, func.count().label("n")).join(
        appointments, appointments.c.slot_id == slots.c.id
    )
    found = {row.closure_id: row.n for row in await tx.all(of_each.where(*booked).group_by(slots.c.closure_id))}
    for one in (one for one in those if one.matter_id is not None):
        here = select(func.count()).select_from(appointments).join(slots, slots.c.id == appointments.c.slot_id)
        found[one.id] = await tx.value(here.where(*one.inside(), appointments.c.state == State.BOOKED))
    return {closure_id: n for closure_id, n in found.items() if n}


# ------------------------------------------------------------------------------------------------ afterwards


class Told(StrEnum):
    WECHAT = "wechat"
    WAITS = "waits"  # the notice is on its way, or waits until they write
    CALL = "call"  # no WeChat, and nobody has called them yet
    CALLED = "called"

    @property
    def chinese(self) -> str:
        return TOLD_NAMES[self]


TOLD_NAMES = {
    Told.WECHAT: "微信告诉了",
    Told.WAITS: "微信还没送到",
    Told.CALL: "没有微信，要打电话",
    Told.CALLED: "打过电话了",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a closure did to one appointment (`held`, as it is now). `to`: where it was moved; None: cancelled."""

    id: int  # of the fact
    held: Appointment
    was_at: datetime
    to: datetime | None
    told: Told


async def outcomes(tx: Tx, closure: Closure, limit: int, after: int = 0) -> tuple[Outcome, ...]:
    """Up to `limit`, in the order in which it was done; `after`: the id of the last one of the page before."""
    rows = await tx.all(_done.where(*_of(closure), appointment_facts.c.id > after).limit(limit))
    ids = sorted({row.appointment_id for row in rows})
    now_are = every_appointment.where(appointments.c.id.in_(ids))
    held = {row.id: read_appointment(row) for row in await tx.all(now_are)} if ids else {}
    reachable = await people.on_wechat(tx, {one.citizen_id for one in held.values()})
    told = await notices.told_at(tx, [closures.notice_key(row.what, row.appointment_id, row.slot_id) for row in rows])
    called = await _called(tx, ids)
    found = []
    for row in rows:
        one = held[row.appointment_id]
        is_moved = row.what == Kind.MOVED
        if one.citizen_id in reachable:
            how = Told.WECHAT if told.get(closures.notice_key(row.what, one.id, row.slot_id)) else Told.WAITS
        else:
            how = Told.CALLED if called.get(one.id, 0) > row.id else Told.CALL
        found.append(Outcome(row.id, one, row.starts_at, one.starts_at if is_moved else None, how))
    return tuple(found)


_of_fact = ("id", "appointment_id", "what", "slot_id")
_done = (
    select(*(appointment_facts.c[name] for name in _of_fact), slots.c.starts_at)
    .join(slots, slots.c.id == appointment_facts.c.slot_id)
    .join(appointments, appointments.c.id == appointment_facts.c.appointment_id)
    .order_by(appointment_facts.c.id)
)
CALLED = "told"  # the fact that somebody was told by phone


def _of(closure: Closure) -> tuple[ColumnElement[bool], ...]:
    """What was done in the slots it shut, for its reason."""
    what = appointment_facts.c.what.in_((Kind.MOVED, Kind.CANCELLED))
    return (*closure.inside(), what, appointment_facts.c.note == closure.reason)


async def _called(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """The last fact of each of these appointments that says its person was told by phone."""
    by_phone = (appointment_facts.c.what == CALLED, appointment_facts.c.appointment_id.in_(ids))
    last = select(appointment_facts.c.appointment_id, func.max(appointment_facts.c.id).label("last"))
    rows = await tx.all(last.where(*by_phone).group_by(appointment_facts.c.appointment_id)) if ids else []
    return {row.appointment_id: row.last for row in rows}


async def note_call(tx: Tx, held: Appointment, staff: str, now: datetime) -> None:
    """Somebody was told on the phone what became of their appointment."""
    await facts.note(tx, held, CALLED, now, staff)
