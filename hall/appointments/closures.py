"""Closing a hall or a group for a while: no more booking, and who has booked is moved or cancelled, and told.

The slots are shut first, in a short transaction (`shut`); from then on nobody new comes, and emptying them goes in
steps (`empty`), each whole, so that a day of 500 people locks nobody for long and can be taken up again anywhere.
"""

import logging
from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, not_, select, update

from hall.appointments import facts, freed, kept, people, shut_matters
from hall.appointments.booking import key_of, numbers_of, take_place
from hall.appointments.changes import change
from hall.appointments.model import Appointment, Slot, State, half_day
from hall.appointments.reading import every_appointment, every_slot, read_appointment, read_slots
from hall.appointments.refusals import BadClosure, ClosureNotFound, OthersServe
from hall.appointments.rules import Key
from hall.appointments.tables import appointments, closures, slot_plans, slots, waits
from hall.matters import service as matters
from hall.matters.model import Group
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from hall.places import service as places
from hall.places.model import Counter
from kit.clock import Clock, local
from kit.db import Database, Tx

log = logging.getLogger(__name__)

REASON_LENGTH = 64
WHOLE = "整个大厅"
STEP = 50  # people looked after in one transaction
OTHER_HALF_DAYS = 2  # a morning of up to two days later suits who had a morning better than the next afternoon


class How(StrEnum):
    MOVE = "move"  # to the nearest free place; cancelled where there is none
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Closure:
    id: int
    hall_id: str
    group_id: int | None  # None: the whole hall
    starts_at: datetime
    ends_at: datetime
    reason: str
    made_by: str
    matter_id: str | None = None  # only this matter of the group

    def inside(self, of: Table = appointments) -> tuple[ColumnElement[bool], ...]:
        """Of an appointment (or a wait) joined to its slot: whether it is this closure's to look after."""
        if self.matter_id is None:
            return (slots.c.closure_id == self.id,)
        span = touched(self.hall_id, self.group_id, self.starts_at, self.ends_at)
        return (*span, of.c.matter_id == self.matter_id)


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of who had booked. `kept`: still there, because they have arrived. `to_call`: numbers of appointments
    whose people cannot be told on WeChat."""

    closure_id: int
    moved: int = 0
    cancelled: int = 0
    kept: int = 0
    to_call: tuple[str, ...] = ()

    def __add__(self, more: "Closed") -> "Closed":
        return Closed(
            self.closure_id,
            self.moved + more.moved,
            self.cancelled + more.cancelled,
            more.kept,
            self.to_call + more.to_call,
        )


async def close(
    tx: Tx,
    hall_id: str,
    group_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    how: How,
    staff: str,
    now: datetime,
    matter_id: str | None = None,
) -> Closed:
    """Shuts and empties in one transaction; done again it changes nothing more. For few people; else `shut`, `empty`.

    Raises BadClosure.
    """
    closure = await shut(tx, hall_id, group_id, starts_at, ends_at, reason, staff, now, matter_id)
    done = Closed(closure.id)
    while True:
        step = await empty(tx, closure, how, staff, now)
        done += step
        if step.moved + step.cancelled == 0:
            return done


async def shut(
    tx: Tx,
    hall_id: str,
    group_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    staff: str,
    now: datetime,
    matter_id: str | None = None,
) -> Closure:
    """From now on no place in the span is given out. The same span again is the same closure. Raises BadClosure.

    Of one matter of the group (`matter_id`) the slots go on giving places to the others: shut_matters.py says no to it.
    Two at once of one hall come one after the other, and neither comes between the looking and the writing of
    `slots.make_ahead`: the hall's mark is locked first, then its plans, then the slots.
    """
    check(starts_at, ends_at, reason)
    await people.lock(tx, (), [f"hall:{hall_id}"])
    plans = select(slot_plans.c.group_id).where(slot_plans.c.hall_id == hall_id).order_by(slot_plans.c.group_id)
    await tx.all(plans.with_for_update())
    same = (closures.c.hall_id == hall_id, closures.c.starts_at == starts_at, closures.c.ends_at == ends_at)
    row = await tx.one(_closures.where(*same, closures.c.group_id == group_id, closures.c.matter_id == matter_id))
    if row is None:
        made = {"hall_id": hall_id, "group_id": group_id, "starts_at": starts_at, "ends_at": ends_at}
        made |= {"reason": reason.strip(), "made_by": staff, "made_at": now, "matter_id": matter_id}
        row = await tx.one(_closures.where(closures.c.id == await tx.insert(insert(closures).values(**made))))
        assert row is not None, "it has just been made"
    closure = Closure(*row)
    still_open = (*touched(hall_id, group_id, starts_at, ends_at), slots.c.closure_id.is_(None))
    ids = [row.id for row in await tx.all(select(slots.c.id).where(*still_open).order_by(slots.c.id))]
    if ids:
        await tx.all(select(slots.c.id).where(slots.c.id.in_(ids)).order_by(slots.c.id).with_for_update())
    if ids and matter_id is None:
        await tx.run(
            update(slots).where(slots.c.id.in_(ids), slots.c.closure_id.is_(None)).values(closure_id=closure.id)
        )
    return closure


_closures = select(*(closures.c[f.name] for f in fields(Closure)))


def check(starts_at: datetime, ends_at: datetime, reason: str) -> None:
    """Raises BadClosure."""
    if not starts_at < ends_at:
        raise BadClosure(why="结束要在开始之后")
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise BadClosure(why=f"要写明原因，最多{REASON_LENGTH}个字，群众会看到")


def touched(
    hall_id: str, group_id: int | None, starts_at: datetime, ends_at: datetime
) -> tuple[ColumnElement[bool], ...]:
    """The slots that a closure of this span shuts."""
    of_group = () if group_id is None else (slots.c.group_id == group_id,)
    return (slots.c.hall_id == hall_id, slots.c.starts_at < ends_at, slots.c.ends_at > starts_at, *of_group)


async def served_alone(tx: Tx, counter: Counter) -> tuple[Group, ...]:
    """The groups that nobody serves while this counter does not. Raises OthersServe when there is none."""
    others = {
        letter
        for one in await places.counters(tx, counter.hall_id)
        for letter in one.groups
        if one.number != counter.number
    }
    alone = set(counter.groups) - others
    found = tuple(group for group in await matters.groups(tx, counter.hall_id) if group.letter in alone)
    if not found:
        raise OthersServe(counter=counter.number)
    return found


async def reopen(tx: Tx, closure_id: int, staff: str, now: datetime) -> int:
    """Gives the slots ahead out again; returns how many. Who was moved or cancelled stays so.

    Raises ClosureNotFound.
    """
    row = await tx.one(_closures.where(closures.c.id == closure_id))
    if row is None or await tx.run(delete(closures).where(closures.c.id == closure_id)) == 0:
        raise ClosureNotFound()
    log.info("a closure was lifted", extra={"closure": closure_id, "staff": staff})
    if row.matter_id is not None:
        span = touched(row.hall_id, row.group_id, max(row.starts_at, now), row.ends_at)
        return int(await tx.value(select(func.count()).select_from(slots).where(*span, slots.c.closure_id.is_(None))))
    shut_ahead = (slots.c.closure_id == closure_id, slots.c.starts_at > now)
    return await tx.run(update(slots).where(*shut_ahead).values(closure_id=None))


async def empty_in_steps(db: Database, closure: Closure, how: How, staff: str, clock: Clock) -> Closed:
    """Looks after everybody, each step whole: stopped anywhere, the same call goes on where it was."""
    done = Closed(closure.id)
    while True:
        step = await db.transact(empty, closure, how, staff, clock())
        done += step
        if step.moved + step.cancelled == 0:
            return done


async def ahead(tx: Tx, hall_id: str, now: datetime) -> tuple[Closure, ...]:
    """Closures that are not over, by time; with an instant of the past for `now`, those that were not over then."""
    here = (closures.c.hall_id == hall_id, closures.c.ends_at > now)
    return tuple(Closure(*row) for row in await tx.all(_closures.where(*here).order_by(closures.c.starts_at)))


async def closure(tx: Tx, hall_id: str, closure_id: int) -> Closure:
    """Raises ClosureNotFound, for another hall's too."""
    row = await tx.one(_closures.where(closures.c.id == closure_id, closures.c.hall_id == hall_id))
    if row is None:
        raise ClosureNotFound()
    return Closure(*row)


async def plain(tx: Tx, closure_id: int) -> Mapping[str, Any]:
    """A closure as the trail of what staff did tells it."""
    row = await tx.one(_closures.where(closures.c.id == closure_id))
    if row is None:
        return {}
    what = await _called(tx, Closure(*row))
    span = "到".join(f"{local(at):%Y-%m-%d %H:%M}" for at in (row.starts_at, row.ends_at))
    return {"停什么": what, "什么时候": span, "原因": row.reason}


async def _called(tx: Tx, closure: Closure) -> str:
    if closure.matter_id is not None:
        return (await matters.matter(tx, closure.hall_id, closure.matter_id)).name
    return WHOLE if closure.group_id is None else (await matters.group(tx, closure.group_id)).title


async def names(tx: Tx, those: Iterable[Closure]) -> dict[int, str]:
    """What each of these closes, as it is called."""
    return {one.id: await _called(tx, one) for one in those}


# ------------------------------------------------------------------------------------------------ emptying


@dataclass(frozen=True, slots=True)
class Expected:
    """An appointment in a shut slot, with what it is counted by and whether its person is on WeChat."""

    held: Appointment
    marks: Mapping[Key, str]
    is_on_wechat: bool

    def key_on(self, slot: Slot) -> str:
        one = self.held
        return key_of(one.citizen_id, one.matter_id, slot.on, one.relation, self.marks, one.name or "")


async def empty(tx: Tx, closure: Closure, how: How, staff: str, now: datetime, n: int = STEP) -> Closed:
    """Looks after the next `n` people in a shut span, the earliest first; moved + cancelled is 0 when all are."""
    shut_here = every_appointment.where(*closure.inside())
    booked = shut_here.where(appointments.c.state == State.BOOKED)
    # First: who books a kept place right now is found here, or below.
    offered = await kept.inside(tx, closure.inside(waits))
    citizen_ids = {citizen_id for citizen_id, _ in offered}
    citizen_ids |= {row.citizen_id for row in await tx.all(booked.limit(n))}
    await people.lock(tx, citizen_ids, ())
    await kept.give_up(tx, [one for _, one in offered], now)
    again = booked.where(appointments.c.citizen_id.in_(sorted(citizen_ids)))
    found = [read_appointment(row) for row in await tx.all(again)] if citizen_ids else []
    expected = await with_marks(tx, found)
    found_for = await _find_places(tx, expected, now) if how is How.MOVE else {}
    moved = [one for one in expected if one.held.id in found_for]
    cancelled = [one for one in expected if one.held.id not in found_for]
    for one in moved:
        await _move(tx, one, found_for[one.held.id], closure, staff, now)
    for one in cancelled:
        await _cancel(tx, one, closure, staff, now)
    await _leave_places(tx, found)
    for one in expected:
        await _tell(tx, one.held, found_for.get(one.held.id), closure, now)
    arrived = await tx.all(shut_here.where(appointments.c.state == State.ARRIVED))
    to_call = tuple(one.held.number for one in expected if not one.is_on_wechat)
    return Closed(closure.id, len(moved), len(cancelled), len(arrived), to_call)


async def with_marks(tx: Tx, found: Sequence[Appointment]) -> list[Expected]:
    """Appointments with what decides where their people can go, and whether they can be told."""
    reachable = await people.on_wechat(tx, {held.citizen_id for held in found})
    marks = await people.marks_of_all(tx, [held.id for held in found])
    return [Expected(held, marks[held.id], held.citizen_id in reachable) for held in found]


async def _find_places(tx: Tx, expected: Sequence[Expected], now: datetime) -> dict[int, Slot]:
    """A place for each, taken for them, as far as there are any: planned together, then taken slot by slot in order."""
    taken: dict[int, Slot] = {}
    left = list(expected)
    while left:
        planned = await plan(tx, left, now)
        if not planned:
            break
        wanted: dict[int, list[int]] = {}
        for appointment_id, slot in planned.items():
            wanted.setdefault(slot.id, []).append(appointment_id)
        for slot_id in sorted(wanted):
            for one in wanted[slot_id]:
                if await take_place(tx, slot_id):
                    taken[one] = planned[one]
        left = [one for one in left if one.held.id in planned and one.held.id not in taken]
    return taken


async def plan(
    tx: Tx, expected: Sequence[Expected], now: datetime, shut: Sequence[ColumnElement[bool]] = ()
) -> dict[int, Slot]:
    """Who goes where, as it looks now: the earliest first, each to the nearest place later than their own.

    `shut`: which slots would be closed, while they are not yet.
    """
    groups = sorted({one.held.group_id for one in expected})
    free = every_slot.where(
        slots.c.group_id.in_(groups), slots.c.starts_at > max(now, min(one.held.starts_at for one in expected)),
        slots.c.booked < slots.c.capacity, slots.c.closure_id.is_(None),
    )  # fmt: skip
    there = await read_slots(tx, free.where(not_(and_(*shut))) if shut else free)
    closed = await shut_matters.ahead(tx, {one.held.hall_id for one in expected}, now)
    room = Tally({slot.id: slot.left for slot in there})
    keys = {one.key_on(slot) for one in expected for slot in _one_a_day(there)}
    taken = set(await numbers_of(tx, sorted(keys))) if keys else set()
    goes: dict[int, Slot] = {}
    for one in expected:
        for slot in sorted(there, key=lambda slot: _distance(one.held, slot)):
            is_later = slot.group_id == one.held.group_id and slot.starts_at > one.held.starts_at
            key = one.key_on(slot)
            is_own_day = slot.on == one.held.on
            is_shut = any(each.holds(slot, one.held.matter_id) for each in closed)
            if is_later and not is_shut and room[slot.id] > 0 and (is_own_day or key not in taken):
                room[slot.id] -= 1
                taken.add(key)
                goes[one.held.id] = slot
                break
    return goes


def _one_a_day(there: Iterable[Slot]) -> Iterable[Slot]:
    return {slot.on: slot for slot in there}.values()


def _distance(held: Appointment, slot: Slot) -> tuple[int, int]:
    """Half-days count as whole ones where morning and afternoon differ; then by the clock."""
    is_other_half = half_day(slot.starts_at)[1] != half_day(held.starts_at)[1]
    days = abs((slot.on - held.on).days) + OTHER_HALF_DAYS * is_other_half
    minutes = [local(at).hour * 60 + local(at).minute for at in (slot.starts_at, held.starts_at)]
    return days, abs(minutes[0] - minutes[1])


async def _move(tx: Tx, one: Expected, to: Slot, closure: Closure, staff: str, now: datetime) -> None:
    moved: dict[str, Any] = {"slot_id": to.id, "moved_from": one.held.slot_id, "is_reserve": False}
    await change(tx, one.held, moved | {"live_key": one.key_on(to)}, now)
    await facts.note(tx, one.held, "moved", now, staff, closure.reason)


async def _cancel(tx: Tx, one: Expected, closure: Closure, staff: str, now: datetime) -> None:
    gone = {"state": State.CANCELLED, "live_key": None, "ended_at": now, "ended_by": "hall"}
    await change(tx, one.held, gone, now)
    await facts.note(tx, one.held, "cancelled", now, staff, closure.reason)


async def _leave_places(tx: Tx, found: Sequence[Appointment]) -> None:
    """Nobody is expected there any more: were the span opened again, the places would be free."""
    for (slot_id, is_reserve), n in sorted(Tally((one.slot_id, one.is_reserve) for one in found).items()):
        await freed.return_places(tx, slot_id, n, is_reserve=is_reserve)


async def _tell(tx: Tx, held: Appointment, to: Slot | None, closure: Closure, now: datetime) -> None:
    told = {"number": held.number, "matter": held.matter_name, "was_at": local(held.starts_at).isoformat()}
    told |= {"reason": closure.reason}
    if to is not None:
        told |= {"starts_at": local(to.starts_at).isoformat()}
    kind = Kind.CANCELLED if to is None else Kind.MOVED
    key = notice_key(kind, held.id, held.slot_id)
    await notices.tell(tx, held.citizen_id, kind, told, key, now, by_day(now), hall_id=held.hall_id)


def notice_key(what: str, appointment_id: int, slot_id: int) -> str:
    """Names the notice of what became of an appointment that stood in a slot."""
    return f"{what}:{appointment_id}:{slot_id}"
