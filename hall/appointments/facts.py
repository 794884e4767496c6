"""What became of an appointment, append-only: when, by whom, and in which slot it stood before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from hall.appointments.model import Appointment
from hall.appointments.tables import appointment_facts
from kit.db import Tx

CITIZEN, JOB = "citizen", "job"  # `by` of what no member of staff did


@dataclass(frozen=True, slots=True)
class Fact:
    what: str  # moved, cancelled, arrived, no_show, excused
    at: datetime
    by: str
    slot_id: int  # where it stood when it happened
    note: str | None


async def note(tx: Tx, held: Appointment, what: str, at: datetime, by: str, why: str | None = None) -> None:
    written = {"appointment_id": held.id, "what": what, "at": at, "by": by, "slot_id": held.slot_id, "note": why}
    await tx.insert(insert(appointment_facts).values(**written))


async def of(tx: Tx, appointment_id: int) -> tuple[Fact, ...]:
    """Everything that happened to it after it was booked, in order."""
    columns = [appointment_facts.c[name] for name in ("what", "at", "by", "slot_id", "note")]
    theirs = select(*columns).where(appointment_facts.c.appointment_id == appointment_id)
    return tuple(Fact(*row) for row in await tx.all(theirs.order_by(appointment_facts.c.id)))
