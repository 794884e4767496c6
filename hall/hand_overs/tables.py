from sqlalchemy import Column, ForeignKey, Index, String, Table

from hall.citizens.tables import citizens
from kit.db import Instant, RowId, Sealed, metadata

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("text", Sealed, nullable=False),
    Column("state", String(8), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    Column("live_key", RowId, nullable=True, unique=True),  # the citizen while a talk is open: one at a time
    Index(None, "state", "asked_at"),
)
