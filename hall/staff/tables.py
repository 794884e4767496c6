from sqlalchemy import Column, ForeignKey, Index, String, Table

from kit.db import Flag, Instant, RowId, Sealed, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("password_hash", String(128), nullable=False),  # argon2id: about 97 characters
    Column("must_change", Flag, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("disabled_at", Instant, nullable=True),  # never deleted: facts name them
    Column("totp_secret", Sealed, nullable=True),
    Column("totp_step", RowId, nullable=True),  # the newest step whose code was taken: none is taken twice
)

staff_roles = Table(
    "staff_roles",
    metadata,
    Column("staff_id", RowId, ForeignKey(staff.c.id), primary_key=True),
    Column("hall_id", String(32), primary_key=True),  # or EVERYWHERE
    Column("role", String(16), primary_key=True),
)

staff_codes = Table(
    "staff_codes",  # recovery codes for who has lost the telephone with the second step; each is taken once
    metadata,
    Column("mark", String(32), primary_key=True),
    Column("staff_id", RowId, ForeignKey(staff.c.id), nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("mark", String(32), primary_key=True),  # the token's fingerprint; the token itself is kept nowhere
    Column("staff_id", RowId, ForeignKey(staff.c.id), nullable=False),
    Column("hall_id", String(32), nullable=False),  # which they look at
    Column("is_proved", Flag, nullable=False),  # the second step is done, or there is none
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("device", String(64), nullable=False),  # a browser and a system, in words
    Index(None, "staff_id"),
)
