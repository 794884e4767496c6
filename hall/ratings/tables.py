from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, UniqueConstraint

from hall.citizens.tables import citizens
from hall.places.tables import halls
from kit.db import Day, Flag, Instant, Json, RowId, Sealed, metadata

ratings = Table(
    "ratings",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("kind", String(8), nullable=False),  # ticket, case
    Column("dealing_id", RowId, nullable=False),  # the ticket or the case
    Column("number", String(24), nullable=False),
    Column("matter_id", String(64), nullable=True),
    Column("matter_name", String(64), nullable=True),  # as it was called then
    Column("counter", Integer, nullable=True),  # its number
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=True),
    Column("level", SmallInteger, nullable=False),  # 5 the best, 1 the worst
    Column("reasons", Json, nullable=False),
    Column("note", Sealed, nullable=True),  # personal numbers replaced
    Column("wants_call", Flag, nullable=False),
    Column("contact", Sealed, nullable=True),  # a phone, for a call that is wanted, until it is settled
    Column("on", Day, nullable=False),  # the day on which it was given
    Column("at", Instant, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("contacted_at", Instant, nullable=True),
    Column("answered_at", Instant, nullable=True),
    Column("settled_at", Instant, nullable=True),
    Column("reply", Sealed, nullable=True),
    UniqueConstraint("kind", "dealing_id"),  # one per dealing
    Index(None, "hall_id", "on"),
    Index(None, "citizen_id"),
)

rating_facts = Table(
    "rating_facts",  # append-only
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("rating_id", RowId, ForeignKey(ratings.c.id), nullable=False),
    Column("what", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),  # "citizen", "job", or a member of staff's name
    Column("note", Sealed, nullable=True),
    Index(None, "rating_id"),
)
