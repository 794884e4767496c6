"""Lets case_stops be found by case_id."""

from alembic import op

revision = "0140"
down_revision = "0139"


def upgrade() -> None:
    op.create_index(op.f("ix_case_stops_case_id"), "case_stops", ["case_id"], unique=False)
