"""What follows when people do not come, or cancel again and again: a warning, then a pause, which staff may lift."""

from datetime import datetime

from sqlalchemy import insert, select, update

from hall.appointments import facts, people, rule_book
from hall.appointments.checks import Count, counts
from hall.appointments.model import Appointment
from hall.appointments.refusals import AppointmentNotFound
from hall.appointments.rules import Lapse, Of
from hall.appointments.tables import appeals, appointments, bans
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.clock import local
from kit.db import Tx

WARNING, PAUSE = Kind.WARNED, Kind.BANNED


async def count(
    tx: Tx, held: Appointment, lapse: Lapse, now: datetime, ended_at: datetime | None = None
) -> list[Count]:
    """Counts a lapse that has just been written, under the lock on the person; warns, or begins a pause.

    It counts in the month in which it happened (`ended_at`, without it now), and a pause runs from then: a job that
    comes after midnight changes neither. Returns every threshold it bears on.
    """
    at = ended_at or now
    rules = await rule_book.rules_of(tx, held.hall_id, held.group_id, held.matter_id)
    if not any(lapse in threshold.counts for threshold in rules.thresholds):
        return []
    marks = await people.marks_kept(tx, held)
    past = await people.history(tx, marks.values(), rules.looks_back_to(at))
    found = counts(rules, lapse, marks, held.group_id, held.matter_id, past, at)
    for one in found:
        if one.is_reached:
            await _pause(tx, held, one, at, now)
        elif one.is_warning:
            await _warn(tx, held, one, now)
    return found


async def _warn(tx: Tx, held: Appointment, one: Count, now: datetime) -> None:
    told = {"rule": one.threshold.say_whole(), "count": one.held, "most": one.threshold.most}
    key = f"warned:{held.id}:{one.mark[:1]}:{one.held}"
    await notices.tell(tx, held.citizen_id, WARNING, told, key, now, by_day(now), hall_id=held.hall_id)


async def _pause(tx: Tx, held: Appointment, one: Count, at: datetime, now: datetime) -> None:
    """One pause for one reason: a further lapse during it begins no second one."""
    scope, rule = one.threshold.scope, one.threshold.say()
    until_at = one.threshold.pause.on_from(at)
    if until_at <= now:
        return  # the rest of a month that is over
    group_id = held.group_id if scope is Of.GROUP else None
    matter_id = held.matter_id if scope is Of.MATTER else None
    same = (bans.c.mark == one.mark, bans.c.rule == rule, bans.c.lifted_at.is_(None), bans.c.until_at > now)
    if await tx.value(select(bans.c.id).where(*same, bans.c.hall_id == held.hall_id).limit(1)) is not None:
        return
    made = {"mark": one.mark, "hall_id": held.hall_id, "group_id": group_id, "matter_id": matter_id, "rule": rule}
    ban_id = await tx.insert(insert(bans).values(from_at=at, until_at=until_at, **made))
    told = {"rule": one.threshold.say_whole(), "until_at": local(until_at).isoformat(), "scope": scope}
    await notices.tell(tx, held.citizen_id, PAUSE, told, f"banned:{ban_id}", now, by_day(now), hall_id=held.hall_id)


async def lift(tx: Tx, ban_id: int, staff: str, why: str, now: datetime) -> bool:
    """Ends a pause, answers an appeal (申诉) that waits for it, and tells the person.

    False when it is over or was lifted already.
    """
    in_force = (bans.c.id == ban_id, bans.c.until_at > now, bans.c.lifted_at.is_(None))
    if await tx.run(update(bans).where(*in_force).values(lifted_at=now, lifted_by=staff, lifted_why=why)) == 0:
        return False
    answered = {"is_lifted": True, "answer": why, "answered_by": staff, "answered_at": now}
    waiting = (appeals.c.ban_id == ban_id, appeals.c.is_lifted.is_(None))
    await tx.run(update(appeals).where(*waiting).values(**answered))
    ban = await tx.one(select(bans.c.mark, bans.c.hall_id, bans.c.rule).where(bans.c.id == ban_id))
    assert ban is not None, "it has just been lifted"
    if (who := await people.known_by(tx, ban.mark)) is not None:
        told, key = {"rule": ban.rule}, f"lifted:{ban_id}"
        await notices.tell(tx, who, Kind.LIFTED, told, key, now, by_day(now), hall_id=ban.hall_id)
    return True


async def excuse(tx: Tx, held: Appointment, staff: str, why: str, now: datetime) -> None:
    """Takes a missed or cancelled appointment out of every count. Raises AppointmentNotFound for one that is neither.

    A pause that has begun because of it stays until it is lifted: that is a decision of its own.
    """
    lapsed = (appointments.c.id == held.id, appointments.c.ended_at.is_not(None))
    if await tx.run(update(appointments).where(*lapsed).values(excused_by=staff)) == 0:
        raise AppointmentNotFound()
    await facts.note(tx, held, "excused", now, staff, why)
