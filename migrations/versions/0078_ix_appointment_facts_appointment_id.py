"""Lets appointment_facts be found by appointment_id."""

from alembic import op

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    op.create_index(op.f("ix_appointment_facts_appointment_id"), "appointment_facts", ["appointment_id"], unique=False)
