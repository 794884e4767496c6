"""Lets sessions be found by citizen_id."""

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.create_index(op.f("ix_sessions_citizen_id"), "sessions", ["citizen_id"], unique=False)
