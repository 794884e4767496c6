"""Lets the facts of tickets be found by hall_id, what, at: how a hall performs is reckoned from them."""

from alembic import op

revision = "0212"
down_revision = "0211"


def upgrade() -> None:
    op.create_index(op.f("ix_ticket_facts_hall_id_what_at"), "ticket_facts", ["hall_id", "what", "at"], unique=False)
