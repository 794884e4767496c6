"""Matters closed for a while, whose group goes on: its slots stay open for the others, and say no to these.

Whoever takes a place asks here with the slot's row locked, and who closes a matter locks those rows too: so a booking
is either refused, or seen by whoever empties the span (decision 0029).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from hall.appointments.model import Slot
from hall.appointments.refusals import MatterShut
from hall.appointments.tables import appointments, closures, slots
from kit.clock import say_span
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Shut:
    hall_id: str
    matter_id: str
    starts_at: datetime
    ends_at: datetime
    reason: str

    def holds(self, slot: Slot, matter_id: str) -> bool:
        is_meant = (self.hall_id, self.matter_id) == (slot.hall_id, matter_id)
        return is_meant and slot.starts_at < self.ends_at and slot.ends_at > self.starts_at


_shut = select(*(closures.c[f.name] for f in fields(Shut))).order_by(closures.c.starts_at)


async def ahead(tx: Tx, hall_ids: Collection[str], now: datetime) -> tuple[Shut, ...]:
    """Those of these halls that are not over."""
    of_matter = (closures.c.hall_id.in_(sorted(hall_ids)), closures.c.matter_id.is_not(None), closures.c.ends_at > now)
    return tuple(Shut(*row) for row in await tx.all(_shut.where(*of_matter)))


def refusal(shut: Iterable[Shut], slot: Slot, matter_id: str, matter_name: str) -> MatterShut | None:
    """Why this matter cannot be had in the slot; None when it can."""
    found = next((one for one in shut if one.holds(slot, matter_id)), None)
    if found is None:
        return None
    return MatterShut(matter=matter_name, span=say_span(found.starts_at, found.ends_at), reason=found.reason)


def is_shut() -> ColumnElement[bool]:
    """Of an appointment joined to its slot: whether its matter is closed then."""
    meanwhile = (closures.c.starts_at < slots.c.ends_at, closures.c.ends_at > slots.c.starts_at)
    of = (closures.c.hall_id == slots.c.hall_id, closures.c.matter_id == appointments.c.matter_id)
    return exists(select(closures.c.id).where(*of, *meanwhile).correlate(slots, appointments))
