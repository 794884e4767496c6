"""A table for trying the facade on: not one of ours, so it stands on a MetaData of its own."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from kit.db import Day, Flag, Instant, Json, RowId, Sealed

shelf = MetaData()
parcels = Table(
    "parcels",
    shelf,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("label", String(64), nullable=False, unique=True),
    Column("weight", Integer, nullable=False),
    Column("sent_at", Instant, nullable=True),
    Column("due_on", Day, nullable=True),
    Column("is_fragile", Flag, nullable=True),
    Column("contents", Json, nullable=True),
    Column("sender", Sealed, nullable=True),
)
