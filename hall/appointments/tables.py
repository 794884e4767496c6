from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from hall.citizens.tables import citizens
from hall.matters.tables import matter_groups
from hall.places.tables import halls
from kit.db import Day, Instant, RowId, Sealed, metadata

slots = Table(
    "slots",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("on", Day, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("booked", Integer, nullable=False),  # changed only by statements that keep 0 <= booked <= capacity
    UniqueConstraint("hall_id", "group_id", "starts_at"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("slot_id", RowId, ForeignKey(slots.c.id), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("matter_name", String(64), nullable=False),  # as it was called when it was booked
    Column("name", Sealed, nullable=True),
    Column("phone", Sealed, nullable=True),
    Column("state", String(16), nullable=False),
    Column("live_key", String(100), nullable=True, unique=True),  # citizen:matter:day, NULL once cancelled
    Column("booked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("moved_from", RowId, ForeignKey(slots.c.id), nullable=True),
    Index(None, "citizen_id", "state"),
)
