"""Appointments as they lie in their rows, with the times of their slots."""

from dataclasses import fields
from typing import Any

from sqlalchemy import select

from hall.appointments.model import Appointment, Relation, State
from hall.appointments.tables import appointments, slots

OF_SLOT = ("hall_id", "group_id", "on", "starts_at", "ends_at")
every_appointment = (
    select(*((slots if f.name in OF_SLOT else appointments).c[f.name] for f in fields(Appointment)))
    .join(slots, slots.c.id == appointments.c.slot_id)
    .order_by(slots.c.starts_at)
)


def read_appointment(row: Any) -> Appointment:
    read = dict(zip(row._fields, row, strict=True))
    return Appointment(**(read | {"state": State(row.state), "relation": Relation(row.relation)}))
