from sqlalchemy import Column, String, Table

from kit.db import Flag, Instant, RowId, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(128), nullable=False),  # argon2id: about 97 characters
    Column("must_change", Flag, nullable=False),
    Column("added_at", Instant, nullable=False),
)
