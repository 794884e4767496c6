"""Lets hand_overs be found by state, asked_at."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index(op.f("ix_hand_overs_state_asked_at"), "hand_overs", ["state", "asked_at"], unique=False)
