"""Lets tickets be found by citizen_id, on."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_index(op.f("ix_tickets_citizen_id_on"), "tickets", ["citizen_id", "on"], unique=False)
