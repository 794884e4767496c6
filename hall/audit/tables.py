from sqlalchemy import Column, Index, String, Table

from kit.db import Instant, Json, RowId, metadata

audit = Table(
    "audit",  # append-only, swept after `staff.audit_days`
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("staff_id", RowId, nullable=False),
    Column("by", String(32), nullable=False),  # their name then
    Column("hall_id", String(32), nullable=False),  # or every hall
    Column("deed", String(32), nullable=False),
    Column("called", String(32), nullable=False),  # the deed, as people call it
    Column("kind", String(16), nullable=False),  # of the thing it was done to
    Column("number", String(64), nullable=False),  # of the thing: never a person's own
    Column("before", Json, nullable=True),
    Column("after", Json, nullable=True),
    Index(None, "at"),
    Index(None, "kind", "number"),
    Index(None, "staff_id", "at"),
)
