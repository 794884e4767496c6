"""Lets staff_sessions be found by staff_id."""

from alembic import op

revision = "0197"
down_revision = "0196"


def upgrade() -> None:
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
