"""Who books, as the rules count them: marks, the locks that make counting safe, and what they booked before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select

from hall.appointments.checks import Ban, Past
from hall.appointments.model import Appointment, Form, State
from hall.appointments.rules import KEY_SIGNS, Key
from hall.appointments.tables import appointments, bans, booking_keys, slots
from hall.citizens.tables import citizens
from kit.db import Duplicate, Tx
from kit.secrets import fingerprint

COLUMN_OF = {
    Key.CITIZEN: appointments.c.citizen_id,
    Key.PHONE: appointments.c.phone_mark,
    Key.ID_NUMBER: appointments.c.id_mark,
    Key.CREDIT_CODE: appointments.c.credit_mark,
}
MARKED = tuple(COLUMN_OF)
_OF_PAST = ("id", "slot_id", "matter_id", "state", "booked_at", "ended_at", "ended_by", "excused_by")
_past = select(
    *(appointments.c[name] for name in _OF_PAST),
    *(slots.c[name] for name in ("group_id", "on", "starts_at", "ends_at")),
    *COLUMN_OF.values(),
).join(slots, slots.c.id == appointments.c.slot_id)
OWN_LAPSE = {"citizen", "job"}  # who ended it: the person cancelled, or the job saw that nobody came


def marks_of(citizen_id: int, form: Form) -> dict[Key, str]:
    """What a booking can be counted by. Numbers leave as fingerprints."""
    marks = marks_of_phone(citizen_id, form.phone)
    if form.id_number:
        marks[Key.ID_NUMBER] = Key.ID_NUMBER.mark(fingerprint(form.id_number))
    if form.credit_code:
        marks[Key.CREDIT_CODE] = Key.CREDIT_CODE.mark(fingerprint(form.credit_code))
    return marks


def marks_of_phone(citizen_id: int, phone: str) -> dict[Key, str]:
    """What somebody can be counted by who has given a phone (eleven digits) and nothing else."""
    return {Key.CITIZEN: Key.CITIZEN.mark(citizen_id), Key.PHONE: Key.PHONE.mark(fingerprint(phone))}


def value_of(marks: Mapping[Key, str], key: Key) -> str | None:
    """The fingerprint inside a mark, as the columns keep it."""
    return marks[key].partition(":")[2] if key in marks else None


async def marks_kept(tx: Tx, held: Appointment) -> dict[Key, str]:
    """What a kept appointment is counted by."""
    return (await marks_of_all(tx, [held.id]))[held.id]


async def marks_of_all(tx: Tx, appointment_ids: Collection[int]) -> dict[int, dict[Key, str]]:
    """What each of several kept appointments is counted by."""
    kept = select(appointments.c.id, *COLUMN_OF.values()).where(appointments.c.id.in_(sorted(appointment_ids)))
    rows = await tx.all(kept) if appointment_ids else []
    return {
        row.id: {key: key.mark(value) for key, value in zip(MARKED, row[1:], strict=True) if value is not None}
        for row in rows
    }


async def known_by(tx: Tx, mark: str) -> int | None:
    """The citizen who last booked with a mark; None for nobody."""
    sign, _, value = mark.partition(":")
    if sign == KEY_SIGNS[Key.CITIZEN]:
        return int(value)
    column = next(COLUMN_OF[key] for key in MARKED if KEY_SIGNS[key] == sign)
    latest = select(appointments.c.citizen_id).where(column == value).order_by(appointments.c.id.desc())
    found: int | None = await tx.value(latest.limit(1))
    return found


async def on_wechat(tx: Tx, citizen_ids: Collection[int]) -> set[int]:
    """Which of these people can be written to."""
    reachable = select(citizens.c.id).where(citizens.c.id.in_(sorted(citizen_ids)), citizens.c.openid.is_not(None))
    return {row.id for row in await tx.all(reachable)} if citizen_ids else set()


async def lock(tx: Tx, citizen_ids: Iterable[int], marks: Iterable[str]) -> None:
    """Until the transaction ends nobody else books for these people: first the citizens, then the marks, in order."""
    people = select(citizens.c.id).where(citizens.c.id.in_(sorted(set(citizen_ids)))).order_by(citizens.c.id)
    await tx.all(people.with_for_update())
    wanted = sorted({mark for mark in marks if not mark.startswith("c:")})
    if not wanted:
        return
    of_these = booking_keys.c.mark.in_(wanted)
    there = {row.mark for row in await tx.all(select(booking_keys.c.mark).where(of_these))}
    for mark in wanted:
        if mark not in there:
            try:
                await tx.run(insert(booking_keys).values(mark=mark))
            except Duplicate:
                continue  # someone else has just made it; it is locked below
    await tx.all(select(booking_keys.c.mark).where(of_these).order_by(booking_keys.c.mark).with_for_update())


async def history(tx: Tx, marks: Iterable[str], since: date) -> list[Past]:
    """Bookings of any of these people for days from `since` on, whatever became of them."""
    by_key: dict[Key, list[Any]] = {}
    for mark in marks:
        sign, _, value = mark.partition(":")
        key = next(key for key in MARKED if KEY_SIGNS[key] == sign)
        by_key.setdefault(key, []).append(int(value) if key is Key.CITIZEN else value)
    if not by_key:
        return []
    theirs = or_(*(COLUMN_OF[key].in_(values) for key, values in by_key.items()))
    return [_read(row) for row in await tx.all(_past.where(theirs, slots.c.on >= since))]


def _read(row: Any) -> Past:
    marks = {k.mark(v) for k, v in zip(MARKED, row[-len(MARKED) :], strict=True) if v is not None}
    is_lapse = row.ended_by in OWN_LAPSE and row.excused_by is None
    state = State(row.state)
    return Past(
        row.id, row.slot_id, row.group_id, row.matter_id, row.on, row.starts_at, row.ends_at,
        state, row.booked_at, row.ended_at, is_lapse, frozenset(marks),
    )  # fmt: skip


async def bans_of(tx: Tx, hall_id: str, marks: Sequence[str], now: datetime) -> list[Ban]:
    """Pauses in force at the hall for any of these marks, the longest first."""
    in_force = (bans.c.hall_id == hall_id, bans.c.until_at > now, bans.c.lifted_at.is_(None))
    columns = (bans.c.id, bans.c.mark, bans.c.group_id, bans.c.matter_id, bans.c.rule, bans.c.until_at)
    rows = await tx.all(select(*columns).where(bans.c.mark.in_(marks), *in_force).order_by(bans.c.until_at.desc()))
    return [Ban(*row) for row in rows]
