"""Lets booking_rules be found by hall_id."""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.create_index(op.f("ix_booking_rules_hall_id"), "booking_rules", ["hall_id"], unique=False)
