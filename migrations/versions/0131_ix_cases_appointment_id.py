"""Lets cases be found by appointment_id."""

from alembic import op

revision = "0131"
down_revision = "0130"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_appointment_id"), "cases", ["appointment_id"], unique=False)
