from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, UniqueConstraint

from kit.db import Day, Flag, Instant, Json, RowId, metadata

halls = Table(
    "halls",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("address", String(128), nullable=True),
    Column("phone", String(32), nullable=True),
    Column("hours", Json, nullable=False),  # [["09:00","12:00"],["13:00","16:30"]], every workday alike
    Column("is_sample", Flag, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("groups", Json, nullable=False),
    Column("matters", Json, nullable=True),  # ids of the only matters it serves; NULL: all of its groups
    Column("closed_at", Instant, nullable=True),  # taken down; what it did still names it
    UniqueConstraint("hall_id", "number"),
)

calendar_years = Table(
    "calendar_years",  # years staff have entered from the State Council's notice before chinesecalendar knows them
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("notice", String(128), nullable=False),  # the notice it was entered from
    Column("entered_by", String(32), nullable=False),
    Column("entered_at", Instant, nullable=False),
)

calendar_days = Table(
    "calendar_days",  # days that staff have set; all others follow the published calendar
    metadata,
    Column("hall_id", String(32), nullable=False),  # "*": every hall; a hall's own day stands before it
    Column("on", Day, nullable=False),
    Column("hours", Json, nullable=True),  # [] closed all day; NULL: the hall's usual hours
    Column("note", String(64), nullable=False),
    Column("set_by", String(32), nullable=False),
    Column("set_at", Instant, nullable=False),
    PrimaryKeyConstraint("hall_id", "on"),
)

devices = Table(
    "devices",  # kiosks, and tablets at the counters
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("counter", Integer, nullable=True),  # the number of the one a tablet stands at
    Column("key_mark", String(32), nullable=False, unique=True),  # a fingerprint; the key itself is kept nowhere
    Column("added_by", String(32), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
)
