"""Lets cases be found by citizen_id."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_citizen_id"), "cases", ["citizen_id"], unique=False)
