"""Lets ticket_facts be found by hall_id, at."""

from alembic import op

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    op.create_index(op.f("ix_ticket_facts_hall_id_at"), "ticket_facts", ["hall_id", "at"], unique=False)
