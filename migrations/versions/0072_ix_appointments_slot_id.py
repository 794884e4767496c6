"""Lets appointments be found by slot_id."""

from alembic import op

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    op.create_index(op.f("ix_appointments_slot_id"), "appointments", ["slot_id"], unique=False)
