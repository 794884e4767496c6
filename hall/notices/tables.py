from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from hall.citizens.tables import citizens
from hall.places.tables import halls
from kit.db import Instant, Json, RowId, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("hall_id", String(32), nullable=True),  # whose words it is told in; NULL: the shipped ones
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

notice_texts = Table(
    "notice_texts",  # append-only: a hall's own words for a kind of notice, the newest counts
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("text", String(400), nullable=True),  # NULL: the shipped wording again
    Column("set_by", String(32), nullable=False),
    Column("set_at", Instant, nullable=False),
)
