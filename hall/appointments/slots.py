"""Slots: cut from the opening hours, found by day, and by nearness to a wish."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select

from hall.appointments.model import Slot, near_first
from hall.appointments.tables import slots
from hall.places.model import Spans
from kit.clock import day_of, instant_at
from kit.db import Tx

NEAR = 3  # free slots offered in place of a full one
_slots = select(*(slots.c[f.name] for f in fields(Slot))).order_by(slots.c.starts_at)


async def make_slots(
    tx: Tx, hall_id: str, group_id: int, days: Sequence[date], hours: Spans, minutes: int, capacity: int
) -> int:
    """Cuts the opening hours of each day into slots; those that exist stay as they are. Returns how many are new."""
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id, slots.c.on.in_(days))
    there = {row.starts_at for row in await tx.all(select(slots.c.starts_at).where(*of_group))}
    cut = [span for day in days for span in _cut(day, hours, timedelta(minutes=minutes)) if span[0] not in there]
    facts = {
        "hall_id": hall_id,
        "group_id": group_id,
        "capacity": capacity,
        "booked": 0,
        "reserve": 0,
        "reserve_booked": 0,
    }
    new = [facts | {"on": day_of(at), "starts_at": at, "ends_at": end} for at, end in cut]
    if new:
        await tx.run(insert(slots).values(new))
    return len(cut)


def _cut(day: date, hours: Spans, length: timedelta) -> list[tuple[datetime, datetime]]:
    found = []
    for opens, closes in hours:
        at, end = instant_at(day, opens), instant_at(day, closes)
        while at + length <= end:
            found.append((at, at + length))
            at += length
    return found


async def slot(tx: Tx, slot_id: int) -> Slot | None:
    row = await tx.one(_slots.where(slots.c.id == slot_id))
    return None if row is None else Slot(*row)


def _free(hall_id: str, group_id: int, now: datetime) -> Select[Any]:
    of_group = (slots.c.hall_id == hall_id, slots.c.group_id == group_id)
    is_free = (slots.c.starts_at > now, slots.c.booked < slots.c.capacity, slots.c.closure_id.is_(None))
    return _slots.where(*of_group, *is_free)


async def free_slots(tx: Tx, hall_id: str, group_id: int, on: date, now: datetime) -> tuple[Slot, ...]:
    """Slots of that day which have not begun and have a place left, by time."""
    return tuple(Slot(*row) for row in await tx.all(_free(hall_id, group_id, now).where(slots.c.on == on)))


async def nearest(
    tx: Tx,
    hall_id: str,
    group_id: int,
    wanted: datetime | None,
    now: datetime,
    n: int = NEAR,
    days: Sequence[date] = (),
) -> tuple[Slot, ...]:
    """At most `n` free slots, nearest to the wish first (`near_first` says what near means)."""
    free = [Slot(*row) for row in await tx.all(_free(hall_id, group_id, now))]
    return tuple(near_first(free, wanted, days)[:n])
