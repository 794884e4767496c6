"""Lets ticket_facts be found by ticket_id."""

from alembic import op

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    op.create_index(op.f("ix_ticket_facts_ticket_id"), "ticket_facts", ["ticket_id"], unique=False)
