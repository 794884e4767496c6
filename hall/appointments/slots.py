"""Slots: how they are planned, cut ahead for the coming workdays, kept true to plan and calendar, and found free.

`make_ahead` may run as often and in as many workers as one likes: it locks the hall's plans first, so whoever comes
second sees what the first has made. What has been booked is never taken away here: a slot keeps at least the places
that are taken, and those on a day closed since are for whoever closes it to see to (`slots_on_closed_days`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, delete, insert, or_, select, update

from hall.appointments.model import Slot, near_first
from hall.appointments.plans import Foreseen, Made, Plan, Times, check, cut, is_within, overlap, usual_length
from hall.appointments.reading import every_slot, read_slots
from hall.appointments.tables import appointments, closures, freed_places, holds, slot_plans, slots
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places.calendar import Calendar
from hall.places.model import Hall, Spans, YearNotPublished
from kit.clock import day_of
from kit.db import Duplicate, Tx

NEAR = 3  # free slots offered in place of a full one
_by_time = every_slot.order_by(slots.c.starts_at)
_plans = select(*(slot_plans.c[f.name] for f in fields(Plan))).order_by(slot_plans.c.group_id)


async def slot(tx: Tx, slot_id: int) -> Slot | None:
    row = await tx.one(_by_time.where(slots.c.id == slot_id))
    return None if row is None else Slot(*row)


def _free(hall_id: str, group_id: int, now: datetime) -> Select[Any]:
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.closure_id.is_(None))
    return _by_time.where(*of_group, slots.c.starts_at > now, slots.c.booked < slots.c.capacity)


async def free_slots(tx: Tx, hall_id: str, group_id: int, on: date, now: datetime) -> tuple[Slot, ...]:
    """Slots of that day which have not begun, are not shut, and have a place left for the public, by time."""
    return tuple(await read_slots(tx, _free(hall_id, group_id, now).where(slots.c.on == on)))


async def nearest(
    tx: Tx,
    hall_id: str,
    group_id: int,
    wanted: datetime | None,
    now: datetime,
    n: int = NEAR,
    days: Sequence[date] = (),
    may: Callable[[Slot], bool] | None = None,
) -> tuple[Slot, ...]:
    """At most `n` free slots, nearest to the wish first (`near_first` says what near means), of those that `may` be."""
    free = await read_slots(tx, _free(hall_id, group_id, now))
    return tuple(near_first([slot for slot in free if may is None or may(slot)], wanted, days)[:n])


async def make_slots(
    tx: Tx,
    hall_id: str,
    group_id: int,
    days: Sequence[date],
    hours: Spans,
    minutes: int,
    capacity: int,
    reserve: int = 0,
) -> int:
    """Cuts the opening hours of each day into slots; those that exist stay as they are. Returns how many are new."""
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.on.in_(days))
    there = {row.starts_at for row in await tx.all(select(slots.c.starts_at).where(*of_group))}
    spans = [span for day in days for span in cut(day, hours, timedelta(minutes=minutes)) if span[0] not in there]
    await _insert(tx, hall_id, group_id, [(span, None) for span in spans], capacity, reserve)
    return len(spans)


async def _insert(
    tx: Tx, hall_id: str, group_id: int, new: Sequence[tuple[Times, int | None]], capacity: int, reserve: int
) -> None:
    """`new`: times, and the closure they are born into."""
    facts = {"hall_id": hall_id, "group_id": group_id, "capacity": capacity, "reserve": reserve}
    facts |= {"booked": 0, "reserve_booked": 0}
    rows = [
        facts | {"on": day_of(at), "starts_at": at, "ends_at": end, "closure_id": shut_by} for (at, end), shut_by in new
    ]
    await tx.insert_all(slots, rows)


# ------------------------------------------------------------------------------------------------ plans


async def set_plan(tx: Tx, group: Group, minutes: int, capacity: int, reserve: int, by: str, now: datetime) -> Plan:
    """Says what the group's slots are cut by from now on; `make_ahead` carries it out. Raises BadPlan."""
    check(minutes, capacity, reserve)
    plan = Plan(group.id, group.hall_id, minutes, capacity, reserve, by, now)
    facts = {f.name: getattr(plan, f.name) for f in fields(Plan)}
    change = update(slot_plans).where(slot_plans.c.group_id == group.id).values(**facts)
    if await tx.run(change) == 0:
        try:
            await tx.run(insert(slot_plans).values(**facts))
        except Duplicate:
            await tx.run(change)
    return plan


async def plans(tx: Tx, hall_id: str) -> tuple[Plan, ...]:
    """The hall's plans by group."""
    return tuple(Plan(*row) for row in await tx.all(_plans.where(slot_plans.c.hall_id == hall_id)))


async def plan_of(tx: Tx, group: Group) -> Plan | None:
    row = await tx.one(_plans.where(slot_plans.c.group_id == group.id))
    return Plan(*row) if row else None


async def plain_plan(tx: Tx, hall_id: str, letter: str) -> Mapping[str, Any]:
    """A group's plan as the audit trail tells it; empty where there is none."""
    group = next((one for one in await matters.groups(tx, hall_id) if one.letter == letter), None)
    plan = await plan_of(tx, group) if group else None
    if plan is None:
        return {}
    return {"每段": f"{plan.minutes}分钟", "公众号": plan.capacity, "预留号": plan.reserve}


# ------------------------------------------------------------------------------------------------ ahead


@dataclass(slots=True)
class _Work:
    """What is to be done for one group. `changes`: slots and the places they should have."""

    plan: Plan
    new: list[tuple[Times, int | None]] = field(default_factory=list)
    changes: list[tuple[Slot, int, int]] = field(default_factory=list)


async def make_ahead(tx: Tx, hall: Hall, calendar: Calendar, days_ahead: int, now: datetime) -> Made:
    """Cuts slots for the next workdays, and brings those ahead in line with plan and opening hours.

    - A day that has been cut keeps the length of its slots, unless none of them is or was anybody's.
    - A changed number of places counts at once, but never below what is booked.
    - What lies outside the day's hours, closed days too, gives out no more places.
    - A slot made inside a closure is born shut.
    """
    days = calendar.next_workdays(day_of(now), days_ahead)
    locked = await tx.all(_plans.where(slot_plans.c.hall_id == hall.id).with_for_update())
    planned = [Plan(*row) for row in locked]
    withdrawn = await _withdraw(tx, planned, days, now)
    shut = await _shut(tx, hall.id, now)

    def work_on(there: Iterable[Slot]) -> list[_Work]:
        by_group: dict[int, list[Slot]] = {}
        for one in there:
            by_group.setdefault(one.group_id, []).append(one)
        return [_work(plan, by_group.get(plan.group_id, []), hall, calendar, days, shut) for plan in planned]

    there = await _ahead(tx, planned, now)
    work = work_on(there)
    if any(of_group.changes for of_group in work):  # how much is booked counts now: look again, under the lock
        touched = {_day_of_group(one) for of_group in work for one, _, _ in of_group.changes}
        held = await _lock(tx, [one.id for one in there if _day_of_group(one) in touched])
        work = work_on([held.get(one.id, one) for one in there])
    for of_group in work:
        await _insert(tx, hall.id, of_group.plan.group_id, of_group.new, of_group.plan.capacity, of_group.plan.reserve)
        await _change(tx, of_group.changes)
    new, changed = sum(len(of.new) for of in work), sum(len(of.changes) for of in work)
    return Made(days, days_ahead, new, changed, withdrawn)


async def _ahead(tx: Tx, planned: Collection[Plan], now: datetime) -> list[Slot]:
    mine = (slots.c.group_id.in_([plan.group_id for plan in planned]), slots.c.starts_at > now)
    return await read_slots(tx, _by_time.where(*mine))


async def _lock(tx: Tx, ids: Collection[int]) -> dict[int, Slot]:
    """By id, like everybody who wants several."""
    chosen = every_slot.where(slots.c.id.in_(sorted(ids))).order_by(slots.c.id).with_for_update()
    return {one.id: one for one in await read_slots(tx, chosen)}


def _work(
    plan: Plan, there: Sequence[Slot], hall: Hall, calendar: Calendar, days: Collection[date], shut: Sequence[Any]
) -> _Work:
    work = _Work(plan)
    by_day = {day: list(of_day) for day, of_day in groupby(there, key=lambda one: one.on)}
    for day in sorted({*days, *by_day}):
        try:
            hours = calendar.hours(day, hall)
        except YearNotPublished:  # cut while somebody had entered the day: left as it is
            continue
        old = by_day.get(day, [])
        length = usual_length([_times(one) for one in old]) or timedelta(minutes=plan.minutes)
        grid = cut(day, hours, length)
        work.changes += [change for one in old if (change := _due(one, plan, _times(one) in grid)) is not None]
        if day in days and (plan.capacity or plan.reserve):
            work.new += [(times, _closure(times, plan, shut)) for times in grid if not _is_taken(times, old, grid)]
    return work


def _times(one: Slot) -> Times:
    return one.starts_at, one.ends_at


def _day_of_group(one: Slot) -> tuple[int, date]:
    return one.group_id, one.on


def _due(one: Slot, plan: Plan, is_on_grid: bool) -> tuple[Slot, int, int] | None:
    """The places a slot should have, None where it has them."""
    wanted, kept = (plan.capacity, plan.reserve) if is_on_grid else (0, 0)
    places = max(wanted, one.booked), max(kept, one.reserve_booked)
    return None if places == (one.capacity, one.reserve) else (one, *places)


def _is_taken(times: Times, old: Sequence[Slot], grid: Sequence[Times]) -> bool:
    """Whether a slot begins then already, or one that is off the grid still expects people meanwhile."""
    expecting = (one for one in old if (one.booked or one.reserve_booked) and _times(one) not in grid)
    return any(one.starts_at == times[0] for one in old) or any(overlap(times, _times(one)) for one in expecting)


def _closure(times: Times, plan: Plan, shut: Sequence[Any]) -> int | None:
    mine = (row for row in shut if row.group_id in (None, plan.group_id))
    return next((row.id for row in mine if overlap(times, (row.starts_at, row.ends_at))), None)


async def _change(tx: Tx, changes: Sequence[tuple[Slot, int, int]]) -> None:
    by_places: dict[tuple[int, int], list[int]] = {}
    for one, capacity, reserve in changes:
        by_places.setdefault((capacity, reserve), []).append(one.id)
    for (capacity, reserve), ids in by_places.items():
        # The rows are locked and were read so; that no slot ever has fewer places than are taken is said here again.
        public = case((slots.c.booked > capacity, slots.c.booked), else_=capacity)
        kept = case((slots.c.reserve_booked > reserve, slots.c.reserve_booked), else_=reserve)
        await tx.run(update(slots).where(slots.c.id.in_(ids)).values(capacity=public, reserve=kept))


async def _withdraw(tx: Tx, planned: Collection[Plan], days: Collection[date], now: datetime) -> int:
    """Deletes the slots of days cut by another length, where none of them is or was anybody's; returns how many."""
    found: list[int] = []
    for every in _otherwise_cut(planned, await _ahead(tx, planned, now), days):
        found += await _if_untouched(tx, [one.id for one in every])
    if found:
        await tx.run(delete(slots).where(slots.c.id.in_(found)))
    return len(found)


def _otherwise_cut(
    planned: Collection[Plan], there: Iterable[Slot], days: Collection[date]
) -> Iterator[Sequence[Slot]]:
    """The slots of each day that has another length than its plan."""
    minutes = {plan.group_id: plan.minutes for plan in planned}
    of_days = sorted((one for one in there if one.on in days), key=_day_of_group)
    for (group_id, _), of_day in groupby(of_days, key=_day_of_group):
        every = list(of_day)
        if usual_length([_times(one) for one in every]) != timedelta(minutes=minutes[group_id]):
            yield every


async def _shut(tx: Tx, hall_id: str, now: datetime) -> Sequence[Any]:
    of_slots = (closures.c.hall_id == hall_id, closures.c.matter_id.is_(None))  # a matter's shuts no slot
    return await tx.all(select(*closures.c).where(*of_slots, closures.c.ends_at > now))


async def foresee(tx: Tx, plan: Plan, hall: Hall, calendar: Calendar, days_ahead: int, now: datetime) -> Foreseen:
    """What `set_plan` and `make_ahead` would do with this plan, as it looks now. Nothing is locked, nothing written.

    Raises BadPlan.
    """
    check(plan.minutes, plan.capacity, plan.reserve)
    days = calendar.next_workdays(day_of(now), days_ahead)
    there, gone, as_cut = await _ahead(tx, [plan], now), set[int](), list[date]()
    for every in _otherwise_cut([plan], there, days):
        if any(one.booked or one.reserve_booked for one in every) or await _is_touched(tx, [one.id for one in every]):
            as_cut.append(every[0].on)
        else:
            gone |= {one.id for one in every}
    work = _work(
        plan, [one for one in there if one.id not in gone], hall, calendar, days, await _shut(tx, hall.id, now)
    )
    given = {one.id: (one.capacity, one.reserve) for one in there if one.closure_id is None}
    then = {slot_id: places for slot_id, places in given.items() if slot_id not in gone}
    then |= {one.id: (capacity, reserve) for one, capacity, reserve in work.changes if one.id in then}
    new = [(plan.capacity, plan.reserve) for _, shut_by in work.new if shut_by is None]
    full = sum(one.booked > plan.capacity or one.reserve_booked > plan.reserve for one in there if one.id not in gone)
    (public, kept), (public_then, kept_then) = _summed(given.values()), _summed([*then.values(), *new])
    made = Made(days, days_ahead, len(work.new), len(work.changes), len(gone))
    booked = sum(one.booked + one.reserve_booked for one in there)
    return Foreseen(made, (public, public_then), (kept, kept_then), booked, full, tuple(as_cut))


def _summed(places: Iterable[tuple[int, int]]) -> tuple[int, int]:
    every = list(places)
    return sum(public for public, _ in every), sum(kept for _, kept in every)


async def _if_untouched(tx: Tx, ids: Collection[int]) -> Collection[int]:
    """The ids, locked, or none where any of them is or has been somebody's."""
    if await _is_touched(tx, ids):  # a look first: days that stay as they are are not locked each time
        return ()
    held = await _lock(tx, ids)
    is_free = not any(one.booked or one.reserve_booked for one in held.values())
    return ids if is_free and not await _is_touched(tx, ids) else ()


async def _is_touched(tx: Tx, ids: Collection[int]) -> bool:
    uses = (
        select(appointments.c.id).where(or_(appointments.c.slot_id.in_(ids), appointments.c.moved_from.in_(ids))),
        select(holds.c.id).where(holds.c.slot_id.in_(ids)),
        select(freed_places.c.id).where(freed_places.c.slot_id.in_(ids)),
    )
    for use in uses:
        if await tx.one(use.limit(1)) is not None:
            return True
    return False


async def slots_on_closed_days(tx: Tx, hall: Hall, calendar: Calendar, now: datetime) -> tuple[Slot, ...]:
    """Slots ahead in which people are expected though the doors will be closed, and no closure has seen to it yet."""
    expecting = or_(slots.c.booked > 0, slots.c.reserve_booked > 0)
    mine = (slots.c.hall_id == hall.id, slots.c.starts_at > now, slots.c.closure_id.is_(None))
    found = await read_slots(tx, _by_time.where(*mine, expecting))
    return tuple(one for one in found if _is_shut_out(one, hall, calendar))


def _is_shut_out(one: Slot, hall: Hall, calendar: Calendar) -> bool:
    """Whether the doors are certain to be closed for some of the slot."""
    try:
        return not is_within(_times(one), one.on, calendar.hours(one.on, hall))
    except YearNotPublished:
        return False
