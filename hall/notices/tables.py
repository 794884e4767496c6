from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from hall.citizens.tables import citizens
from kit.db import Instant, Json, RowId, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("facts", Json, nullable=False),  # what the sentence is made of; no name, no phone
    Column("key", String(96), nullable=False, unique=True),  # the same fact is told once
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("told_at", Instant, nullable=True),  # NULL until WeChat took it or the person read it
    Index(None, "told_at", "due_at"),
    Index(None, "citizen_id", "told_at"),
)
