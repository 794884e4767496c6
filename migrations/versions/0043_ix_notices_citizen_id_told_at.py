"""Lets notices be found by citizen_id, told_at."""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.create_index(op.f("ix_notices_citizen_id_told_at"), "notices", ["citizen_id", "told_at"], unique=False)
