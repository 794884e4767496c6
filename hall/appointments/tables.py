from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from hall.citizens.tables import citizens
from hall.matters.tables import matter_groups
from hall.places.tables import halls
from kit.db import Day, Flag, Instant, Json, RowId, Sealed, metadata

slot_plans = Table(
    "slot_plans",  # what the nightly job cuts slots by
    metadata,
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), primary_key=True, autoincrement=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("reserve", Integer, nullable=False),
    Column("set_by", String(32), nullable=False),
    Column("set_at", Instant, nullable=False),
)

closures = Table(
    "closures",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=True),  # NULL: the whole hall
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("matter_id", String(64), nullable=True),  # only this matter of the group; its slots are not shut
)

slots = Table(
    "slots",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("on", Day, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("capacity", Integer, nullable=False),  # places for the public
    Column("booked", Integer, nullable=False),  # of those; changed only by statements that keep 0 <= booked <= capacity
    Column("reserve", Integer, nullable=False),  # places only staff give out, beside the public ones
    Column("reserve_booked", Integer, nullable=False),
    Column("closure_id", RowId, nullable=True),  # the closure that shut it; a shut slot gives no place
    UniqueConstraint("hall_id", "group_id", "starts_at"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),  # who booked, and may see and change it
    Column("slot_id", RowId, ForeignKey(slots.c.id), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("matter_name", String(64), nullable=False),  # as it was called when it was booked
    Column("name", Sealed, nullable=True),  # who comes
    Column("phone", Sealed, nullable=True),
    Column("state", String(16), nullable=False),
    Column("live_key", String(100), nullable=True, unique=True),  # person:matter:day, NULL once cancelled
    Column("booked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("moved_from", RowId, ForeignKey(slots.c.id), nullable=True),
    Column("relation", String(8), nullable=False),  # of who comes to who booked: self, family, company
    Column("company", Sealed, nullable=True),
    Column("phone_mark", String(32), nullable=True),  # fingerprints: what the limits per person are counted by
    Column("id_mark", String(32), nullable=True),
    Column("credit_mark", String(32), nullable=True),
    Column("is_reserve", Flag, nullable=False),  # holds one of the places that only staff give out
    Column("booked_by", String(32), nullable=True),  # the member of staff who booked for someone, by phone or at a desk
    Column("ended_at", Instant, nullable=True),  # when it was cancelled or missed
    Column(
        "ended_by", String(8), nullable=True
    ),  # citizen, staff, hall (a closure), job, left for good; only the citizen's own count
    Column("excused_by", String(32), nullable=True),  # the member of staff who took it out of the count
    Index(None, "citizen_id", "state"),
    Index(None, "slot_id"),
    Index(None, "phone_mark"),
    Index(None, "id_mark"),
    Index(None, "credit_mark"),
)

appointment_facts = Table(
    "appointment_facts",  # append-only: what became of an appointment, when and by whom
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("appointment_id", RowId, ForeignKey(appointments.c.id), nullable=False),
    Column("what", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),  # "citizen", "job", or a member of staff's name
    Column("slot_id", RowId, nullable=False),
    Column("note", String(120), nullable=True),
    Index(None, "appointment_id"),
)

booking_rules = Table(
    "booking_rules",  # append-only; of each scope the newest counts, a matter's before its group's before the hall's
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, nullable=True),
    Column("matter_id", String(64), nullable=True),
    Column("rules", Json, nullable=False),
    Column("is_withdrawn", Flag, nullable=False, server_default="0"),  # the scope follows the wider one again
    Column("set_by", String(32), nullable=False),
    Column("set_at", Instant, nullable=False),
    Index(None, "hall_id"),
)

booking_keys = Table(
    "booking_keys",  # a row a person, phone or company: locked while they are counted; a hall: while it is closed
    metadata,
    Column("mark", String(40), primary_key=True),
)

bans = Table(
    "bans",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("mark", String(40), nullable=False),  # kind:fingerprint of whom it stops
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, nullable=True),  # NULL: everything at the hall
    Column("matter_id", String(64), nullable=True),
    Column("rule", String(120), nullable=False),  # the rule it came from, in words
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("lifted_at", Instant, nullable=True),
    Column("lifted_by", String(32), nullable=True),
    Column("lifted_why", String(120), nullable=True),
    Index(None, "mark"),
)

appeals = Table(
    "appeals",  # against a pause
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("ban_id", RowId, ForeignKey(bans.c.id), nullable=False),
    Column("said", Sealed, nullable=True),  # NULL once it was erased
    Column("made_by", String(32), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("is_lifted", Flag, nullable=True),  # NULL while nobody has answered
    Column("answer", String(120), nullable=True),
    Column("answered_by", String(32), nullable=True),
    Column("answered_at", Instant, nullable=True),
)

holds = Table(
    "holds",  # a place kept for one person for a few minutes; it counts as booked meanwhile
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("slot_id", RowId, ForeignKey(slots.c.id), nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("waiting_id", RowId, nullable=True),  # the wait it was offered to
    UniqueConstraint("citizen_id", "slot_id"),
    Index(None, "until_at"),
)

freed_places = Table(
    "freed_places",  # given back, but still counted as booked until `returns_at`: nobody can sit and watch for one
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("slot_id", RowId, ForeignKey(slots.c.id), nullable=False),
    Column("returns_at", Instant, nullable=False),
    Index(None, "returns_at"),
)

waits = Table(
    "waits",  # the waiting list
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("citizen_id", RowId, ForeignKey(citizens.c.id), nullable=False),
    Column("hall_id", String(32), ForeignKey(halls.c.id), nullable=False),
    Column("group_id", RowId, ForeignKey(matter_groups.c.id), nullable=False),
    Column("matter_id", String(64), nullable=False),
    Column("from_on", Day, nullable=False),
    Column("to_on", Day, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, offered, taken, over
    Column("notices", Integer, nullable=False),  # how many offers have been made, three at most
    Column("asked_at", Instant, nullable=False),
    Column("live_key", String(100), nullable=True, unique=True),  # citizen:matter, NULL once it is over
    Index(None, "group_id", "state"),
)
