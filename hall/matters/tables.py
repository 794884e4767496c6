from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from hall.places.tables import halls
from kit.db import Flag, Json, RowId, metadata

matter_groups = Table(
    "matter_groups",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("letter", String(1), nullable=False),
    Column("name", String(32), nullable=False),
    UniqueConstraint("hall_id", "letter"),
)

matters = Table(
    "matters",
    metadata,
    Column("id", String(64), nullable=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("name", String(64), nullable=False),
    Column("aliases", Json, nullable=False),
    Column("department", String(64), nullable=False),
    Column("theme", String(32), nullable=False),
    Column("handling", String(16), nullable=False),
    Column("legal_days", Integer, nullable=True),
    Column("promised_days", Integer, nullable=True),
    Column("days_unit", String(8), nullable=True),
    Column("on_the_spot", Flag, nullable=False),
    Column("fee", String(128), nullable=False),
    Column("result", String(128), nullable=False),
    Column("steps", Json, nullable=False),
    Column("materials", Json, nullable=False),
    Column("basis", Json, nullable=False),
    Column("legal_note", Text, nullable=True),
    Column("window_type", String(64), nullable=False),
    Column("is_typical", Flag, nullable=False),
    Column("is_open_to_booking", Flag, nullable=False),
    PrimaryKeyConstraint("hall_id", "id"),
)
