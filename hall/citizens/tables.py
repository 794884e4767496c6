from sqlalchemy import Column, ForeignKey, Index, String, Table

from kit.db import Instant, Json, RowId, Sealed, metadata

citizens = Table(
    "citizens",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("openid_mark", String(32), nullable=True, unique=True),  # of the phone for who only calls; NULL once left
    Column("openid", Sealed, nullable=True),
    Column("name", Sealed, nullable=True),
    Column("phone", Sealed, nullable=True),
    Column("phone_mark", String(32), nullable=True),  # finds a person at the counter by phone; fingerprint only
    Column("met_at", Instant, nullable=False),
    Column("left_at", Instant, nullable=True),
    Index(None, "phone_mark"),
)

sessions = Table(
    "sessions",  # of the mini program: who a bearer token stands for
    metadata,
    Column("token_mark", String(32), primary_key=True),  # a fingerprint; the token itself is kept nowhere
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index(None, "expires_at"),
    Index(None, "citizen_id"),
)

preferences = Table(
    "preferences",  # what people have said of themselves on their own page
    metadata,
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), primary_key=True, autoincrement=False),
    Column("categories", Json, nullable=False),  # of taxpayers, by id
    Column("notices_off", Json, nullable=False),  # kinds of notices not wanted
    Column("changed_at", Instant, nullable=False),
)
