"""Lets tickets be found by hall_id, group_id, on, state."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_index(
        op.f("ix_tickets_hall_id_group_id_on_state"), "tickets", ["hall_id", "group_id", "on", "state"], unique=False
    )
