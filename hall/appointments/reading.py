"""Slots and appointments as they lie in their rows, an appointment with the times of its slot."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Select, select

from hall.appointments.model import Appointment, Relation, Slot, State
from hall.appointments.tables import appointments, slots
from kit.db import Tx

OF_SLOT = ("hall_id", "group_id", "on", "starts_at", "ends_at")
every_slot = select(*(slots.c[f.name] for f in fields(Slot)))
every_appointment = (
    select(*((slots if f.name in OF_SLOT else appointments).c[f.name] for f in fields(Appointment)))
    .join(slots, slots.c.id == appointments.c.slot_id)
    .order_by(slots.c.starts_at)
)


async def read_slots(tx: Tx, chosen: Select[Any]) -> list[Slot]:
    """The slots of a statement made of `every_slot`, in its order."""
    return [Slot(*row) for row in await tx.all(chosen)]


def read_appointment(row: Any) -> Appointment:
    read = dict(zip(row._fields, row, strict=True))
    return Appointment(**(read | {"state": State(row.state), "relation": Relation(row.relation)}))
