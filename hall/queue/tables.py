from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, UniqueConstraint

from hall.appointments.tables import appointments
from hall.citizens.tables import citizens
from hall.matters.tables import matter_groups
from hall.places.tables import halls
from kit.db import Day, Instant, RowId, metadata

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("on", Day, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("hall_id", "group_id", "on"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("on", Day, nullable=False),
    Column("number", String(8), nullable=False),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=True),
    Column("appointment_id", RowId, ForeignKey(appointments.c.id), nullable=True, unique=True),
    Column("state", String(16), nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("live_key", String(64), nullable=True, unique=True),  # citizen:group:day, NULL once the ticket is over
    UniqueConstraint("hall_id", "on", "number"),
    Index(None, "hall_id", "group_id", "on", "state"),
    Index(None, "citizen_id", "on"),
)
