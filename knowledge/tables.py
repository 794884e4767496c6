"""What staff keep of the knowledge, and what was asked of it.

An item is an entry or a policy; its content is JSON (knowledge.content). Every version stays. `serial` is the
number of the version row `knowledge` (kit.live) as of the last change to what is live: workers fetch what is
newer than what they hold.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, String, Table

from kit.db import Day, Instant, Json, RowId, metadata

items = Table(
    "knowledge_items",
    metadata,
    Column("kind", String(8), nullable=False),  # entry, policy
    Column("id", String(96), nullable=False),
    Column("title", String(255), nullable=False),  # the question, or the document's title: of the latest version
    Column("state", String(12), nullable=False),  # of the latest version: draft, reviewed, published, retired
    Column("latest", Integer, nullable=False),
    Column("live", Integer, nullable=True),  # the version answered from
    Column("serial", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("kind", "id"),
    Index(None, "serial"),
)

versions = Table(
    "knowledge_versions",
    metadata,
    Column("kind", String(8), nullable=False),
    Column("id", String(96), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Json, nullable=False),
    Column("author", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("reviewer", String(64), nullable=True),
    PrimaryKeyConstraint("kind", "id", "number"),
)

facts = Table(
    "knowledge_facts",
    metadata,
    Column("fact", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),
    Column("id", String(96), nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", String(12), nullable=False),  # draft, review, publish, retire, restore
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", String(255), nullable=False),
    Index(None, "kind", "id"),
)

questions = Table(
    "asked_questions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(96), nullable=False, unique=True),  # of the message: a redelivery is not asked twice
    Column(
        "person", String(64), nullable=True
    ),  # a fingerprint, for as long as their next message may say how it was taken
    Column("text", String(600), nullable=False),  # personal numbers replaced
    Column("normal", String(600), nullable=False),
    Column("on", Day, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(12), nullable=False),  # answer, suggest, ask_back, unknown, person
    Column("entry_id", String(96), nullable=False),
    Column("offered", Json, nullable=False),  # ids suggested
    Column("confidence", SmallInteger, nullable=False),  # per mille
    Column("taken", String(12), nullable=False),  # "", liked, disliked, asked_again, took, handed_over
    Column("taken_entry", String(96), nullable=False),
    Column("settled", String(12), nullable=False),  # "" while open; drafted, taught, set_aside
    Index(None, "person", "at"),
    Index(None, "settled", "at"),
)
