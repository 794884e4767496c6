"""Who did not come (爽约): written by a job, once the rules say that the time is over."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select

from hall.appointments import facts, lapses, people, rule_book, shut_matters
from hall.appointments.changes import change
from hall.appointments.model import Appointment, State
from hall.appointments.reading import every_appointment, read_appointment
from hall.appointments.rule_book import RuleBook
from hall.appointments.rules import Lapse
from hall.appointments.tables import appointments, slots
from hall.matters import service as matters
from hall.places import service as places
from kit.clock import day_of, instant_at
from kit.db import Tx

LOOKS_BACK = timedelta(days=30)  # a server that stood still longer has other worries


async def mark_missed(tx: Tx, now: datetime, n: int = 200) -> int:
    """Job: marks at most `n` appointments at which nobody came; returns how many. Safe from several workers at once.

    One is missed `check_in.late_minutes` after its beginning, or where the rules set none when its day is over.
    """
    missed: list[Appointment] = []
    for hall in await places.halls(tx):
        missed += await _missed(tx, hall.id, now, n - len(missed))
    return await _mark(tx, missed, now)


async def _missed(tx: Tx, hall_id: str, now: datetime, n: int) -> list[Appointment]:
    groups = [group.id for group in await matters.groups(tx, hall_id)]
    if not groups or n <= 0:
        return []
    midnight = instant_at(day_of(now), time(0))
    book = await rule_book.book(tx, hall_id)
    found = [read_appointment(row) for row in await tx.all(_expected(hall_id, groups, now - LOOKS_BACK, midnight, n))]
    if len(found) < n and any(rules.check_in.late_minutes is not None for rules in book.sets.values()):
        today = await tx.all(_expected(hall_id, groups, midnight, now, None))
        found += [one for row in today if _over_at(one := read_appointment(row), book) < now][: n - len(found)]
    return found


def _expected(hall_id: str, groups: Sequence[int], since: datetime, until: datetime, n: int | None) -> Select[Any]:
    """Appointments still booked that begin in a span, by the index of the slots. In a shut slot, or of a matter closed
    then, nobody is missed."""
    of_hall = (slots.c.hall_id == hall_id, slots.c.group_id.in_(groups), slots.c.closure_id.is_(None))
    begins = (slots.c.starts_at >= since, slots.c.starts_at < until)
    booked = (appointments.c.state == State.BOOKED, ~shut_matters.is_shut())
    return every_appointment.where(*of_hall, *begins, *booked).limit(n)


def _over_at(held: Appointment, book: RuleBook) -> datetime:
    late = book.of(held.group_id, held.matter_id).check_in.late_minutes
    if late is None:
        return instant_at(held.on + timedelta(days=1), time(0))
    return held.starts_at + timedelta(minutes=late)


async def _mark(tx: Tx, missed: Sequence[Appointment], now: datetime) -> int:
    """The people first, with all they are counted by: their lapses hold still while they are counted."""
    found = await people.marks_of_all(tx, [held.id for held in missed])
    marks = [mark for of_one in found.values() for mark in of_one.values()]
    await people.lock(tx, {held.citizen_id for held in missed}, marks)
    count = 0
    for held in missed:
        ended_at = min(held.ends_at, now)
        gone = {"state": State.NO_SHOW, "live_key": None, "ended_at": ended_at, "ended_by": "job"}
        if await change(tx, held, gone, now) == 0:
            continue  # they came, cancelled or moved a moment ago
        count += 1
        await facts.note(tx, held, "no_show", now, facts.JOB)
        await lapses.count(tx, held, Lapse.NO_SHOW, now, ended_at)
    return count
