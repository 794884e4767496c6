from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import MEDIUMBLOB

from hall.places.tables import halls
from kit.db import Flag, Instant, Json, RowId, metadata

matter_groups = Table(
    "matter_groups",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("letter", String(1), nullable=False),
    Column("name", String(32), nullable=False),
    UniqueConstraint("hall_id", "letter"),
)

matters = Table(
    "matters",
    metadata,
    Column("id", String(64), nullable=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("name", String(64), nullable=False),
    Column("aliases", Json, nullable=False),
    Column("department", String(64), nullable=False),
    Column("theme", String(32), nullable=False),
    Column("handling", String(16), nullable=False),
    Column("legal_days", Integer, nullable=True),
    Column("promised_days", Integer, nullable=True),
    Column("days_unit", String(8), nullable=True),
    Column("on_the_spot", Flag, nullable=False),
    Column("fee", String(128), nullable=False),
    Column("result", String(128), nullable=False),
    Column("steps", Json, nullable=False),
    Column("materials", Json, nullable=False),
    Column("basis", Json, nullable=False),
    Column("legal_note", Text, nullable=True),
    Column("window_type", String(64), nullable=False),
    Column("is_typical", Flag, nullable=False),
    Column("is_open_to_booking", Flag, nullable=False),
    Column("codes", Json, nullable=True),  # NULL in this and the next: entered before there was such a column
    Column("agency_id", String(64), nullable=True),
    Column("audiences", Json, nullable=True),
    Column("conditions", Json, nullable=True),
    Column("fee_basis", String(255), nullable=True),
    Column("places", Json, nullable=True),
    Column("questions", Json, nullable=True),
    Column("to_confirm", Json, nullable=True),
    Column("is_withdrawn", Flag, nullable=False, server_default="0"),
    PrimaryKeyConstraint("hall_id", "id"),
)

agencies = Table(
    "agencies",
    metadata,
    Column("id", String(64), nullable=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("name", String(64), nullable=False),
    Column("aliases", Json, nullable=False),
    Column("address", String(128), nullable=True),
    Column("phone", String(64), nullable=True),
    Column("hours", Json, nullable=True),  # as of halls
    PrimaryKeyConstraint("hall_id", "id"),
)

life_events = Table(
    "life_events",
    metadata,
    Column("id", String(64), nullable=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("name", String(64), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("aliases", Json, nullable=False),
    Column("matters", Json, nullable=False),  # ids, in the order they are done
    Column("note", String(255), nullable=True),
    Column("position", Integer, nullable=True),  # from 1; NULL comes last
    PrimaryKeyConstraint("hall_id", "id"),
)

matter_files = Table(
    "matter_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("hall_id", String(32), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("material", String(128), nullable=False),  # "" where it is of the matter as a whole
    Column("use", String(8), nullable=False),
    Column("name", String(128), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary().with_variant(MEDIUMBLOB(), "mysql"), nullable=False),
    Column("added_by", String(32), nullable=False),
    Column("added_at", Instant, nullable=False),
    ForeignKeyConstraint(["hall_id", "matter_id"], [matters.c.hall_id, matters.c.id]),
    UniqueConstraint("hall_id", "matter_id", "material", "use"),
)
