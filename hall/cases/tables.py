from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from hall.citizens.tables import citizens
from hall.places.tables import halls
from hall.staff.tables import staff
from kit.db import Day, Flag, Instant, RowId, Sealed, metadata

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
    Column("next_step", Text, nullable=True),
    Column("supplemented_on", Day, nullable=True),  # what was missing came in, before acceptance
    Column("accepted_on", Day, nullable=True),  # the clocks begin on the day after
    Column("is_deemed", Flag, nullable=False),  # accepted because nobody said a word for five workdays
    Column("promised", Integer, nullable=True),  # the matter's limits as of acceptance
    Column("legal", Integer, nullable=True),
    Column("unit", String(8), nullable=True),  # 工作日 or 日
    Column("lists", Integer, nullable=False),  # how often it was said what is missing
    Column("told_on", Day, nullable=True),  # the last day its owner was told; NULL: none could be told
    Column("ended_at", Instant, nullable=True),
    Column("appointment_id", RowId, nullable=True),  # the visit it was opened at
    Column("ticket_id", RowId, nullable=True),
    Index(None, "citizen_id"),
    Index(None, "appointment_id"),
    Index(None, "ticket_id"),
    Index(None, "hall_id", "state"),
    Index(None, "hall_id", "accepted_on"),
    Index(None, "hall_id", "ended_at"),
)

case_facts = Table(
    "case_facts",  # append-only
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("by_staff", RowId, ForeignKey(staff.c.id), nullable=True),  # NULL: the house itself, by the clock
    Column("what", String(16), nullable=False),
    Column("approved_by", RowId, nullable=True),  # the lead who approved it
    Index(None, "case_id"),
)

case_stops = Table(
    "case_stops",  # spells in which the clock stands
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False),
    Column("state", String(16), nullable=False),  # supplement, special, suspended
    Column("reason", Text, nullable=False),
    Column("days", Integer, nullable=True),  # the limit; NULL: before acceptance, when no clock runs
    Column("unit", String(8), nullable=True),
    Column("from_on", Day, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_on", Day, nullable=True),
    Column("was", String(16), nullable=False),  # the state the case goes back to
    Column("approved_by", RowId, nullable=True),
    Index(None, "case_id"),
)

case_materials = Table(
    "case_materials",  # the matter's list as of receipt, and what else was asked for
    metadata,
    Column("case_id", RowId, ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),  # from 1, as on the receipt
    Column("name", String(128), nullable=False),
    Column("form", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    Column("note", Text, nullable=True),
    Column("is_needed", Flag, nullable=False),
    Column("is_brought", Flag, nullable=False),
    Column("is_asked", Flag, nullable=False),  # on the list of what is to be supplemented
    Column("lack", Text, nullable=True),  # what is missing about it
    Column("may_follow", Flag, nullable=False, server_default="0"),  # 容缺, as the matter's list had it at receipt
    Column("owed_on", Day, nullable=True),  # accepted without it: the last day promised to bring it
)
