from sqlalchemy import Column, Float, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, UniqueConstraint

from hall.appointments.tables import appointments
from hall.citizens.tables import citizens
from hall.matters.tables import matter_groups
from hall.places.tables import counters, halls
from kit.db import Day, Instant, Json, RowId, metadata

ticket_counters = Table(
    "ticket_counters",  # one row a group and day: the last number given out, and the lock that keeps the order
    metadata,
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("on", Day, nullable=False),
    Column("last", Integer, nullable=False),
    Column("privileged_run", Integer, nullable=False),  # privileged tickets called in a row
    PrimaryKeyConstraint("hall_id", "group_id", "on"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),  # where it waits; a transfer changes it
    Column("on", Day, nullable=False),
    Column("number", String(8), nullable=False),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=True),
    Column("appointment_id", RowId, ForeignKey(appointments.c.id), nullable=True, unique=True),
    Column("state", String(16), nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("live_key", String(64), nullable=True, unique=True),  # citizen:group:day, NULL once the ticket is over
    Column("matter_id", String(64), nullable=True),
    Column("privilege", String(16), nullable=True),  # appointment, elderly, disabled, soldier; NULL: in turn
    Column("queued_at", Instant, nullable=False),  # its place in the order: when it was taken, later after a miss
    Column("counter_id", RowId, nullable=True),  # that called it last
    Column("calls", Integer, nullable=False),  # calls since it last waited
    Column("called_at", Instant, nullable=True),  # the last call
    Column("serving_at", Instant, nullable=True),
    Column("ended_at", Instant, nullable=True),
    UniqueConstraint("hall_id", "on", "number"),
    Index(None, "hall_id", "group_id", "on", "state"),
    Index(None, "citizen_id", "on"),
)

ticket_facts = Table(
    "ticket_facts",  # append-only: every change of a ticket or a counter
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("ticket_id", RowId, ForeignKey(tickets.c.id), nullable=True),  # NULL: of the counter alone, as a pause
    Column("counter_id", RowId, nullable=True),
    Column("what", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),  # "citizen", "job", or a member of staff's name
    Column("note", String(120), nullable=True),
    Index(None, "ticket_id"),
    Index(None, "hall_id", "at"),
    Index(None, "hall_id", "what", "at"),
)

posts = Table(
    "posts",  # counters as they are manned now
    metadata,
    Column("counter_id", RowId, ForeignKey(counters.c.id), primary_key=True, autoincrement=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("state", String(8), nullable=False),  # open, paused, closed
    Column("by", String(32), nullable=False),  # the member of staff who sits there
    Column("ticket_id", RowId, nullable=True),  # called to it or served at it now
    Column("since", Instant, nullable=False),
    Index(None, "hall_id"),
)

queue_rules = Table(
    "queue_rules",
    metadata,
    Column("hall_id", String(32), ForeignKey(halls.c.id), primary_key=True),
    Column("rules", Json, nullable=False),
    Column("set_by", String(32), nullable=False),
    Column("set_at", Instant, nullable=False),
)

estimates = Table(
    "estimates",  # what each ticket was told, and what became true
    metadata,
    Column("ticket_id", RowId, ForeignKey(tickets.c.id), primary_key=True, autoincrement=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, nullable=False),
    Column("on", Day, nullable=False),
    Column("ahead", Integer, nullable=False),
    Column("low_minutes", Integer, nullable=False),
    Column("high_minutes", Integer, nullable=False),
    Column("likely_minutes", Float, nullable=False),
    Column("waited_minutes", Float, nullable=True),  # until its first call; NULL until then, and for ever if it left
    Index(None, "hall_id", "on"),
)
