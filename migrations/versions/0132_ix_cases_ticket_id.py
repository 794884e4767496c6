"""Lets cases be found by ticket_id."""

from alembic import op

revision = "0132"
down_revision = "0131"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_ticket_id"), "cases", ["ticket_id"], unique=False)
