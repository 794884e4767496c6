"""Lets appointments be found by citizen_id, state."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index(op.f("ix_appointments_citizen_id_state"), "appointments", ["citizen_id", "state"], unique=False)
