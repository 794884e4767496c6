from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from hall.citizens.tables import citizens
from hall.places.tables import halls
from hall.staff.tables import staff
from kit.db import Day, Instant, RowId, Sealed, metadata

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("matter_name", String(64), nullable=False),  # as it was called when it was handed in
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=True),
    Column("applicant", Sealed, nullable=True),
    Column("code_digest", String(32), nullable=False),  # keyed fingerprint of number and query code
    Column("state", String(16), nullable=False),
    Column("received_on", Day, nullable=False),
    Column("due_on", Day, nullable=True),
    Column("legal_due_on", Day, nullable=True),
    Column("next_step", Text, nullable=True),
    Index(None, "citizen_id"),
)

case_facts = Table(
    "case_facts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("by_staff", RowId, ForeignKey(staff.c.id), nullable=True),
    Index(None, "case_id"),
)
