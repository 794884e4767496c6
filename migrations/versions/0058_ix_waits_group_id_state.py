"""Lets waits be found by group_id, state."""

from alembic import op

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    op.create_index(op.f("ix_waits_group_id_state"), "waits", ["group_id", "state"], unique=False)
