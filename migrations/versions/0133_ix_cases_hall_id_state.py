"""Lets cases be found by hall_id, state."""

from alembic import op

revision = "0133"
down_revision = "0132"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_hall_id_state"), "cases", ["hall_id", "state"], unique=False)
