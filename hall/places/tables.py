from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from kit.db import Flag, Json, RowId, metadata

halls = Table(
    "halls",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("address", String(128), nullable=True),
    Column("phone", String(32), nullable=True),
    Column("hours", Json, nullable=False),  # [["09:00","12:00"],["13:00","16:30"]], every workday alike
    Column("is_sample", Flag, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("groups", Json, nullable=False),
    UniqueConstraint("hall_id", "number"),
)
