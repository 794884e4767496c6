"""Lets notices be found by told_at, due_at."""

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.create_index(op.f("ix_notices_told_at_due_at"), "notices", ["told_at", "due_at"], unique=False)
