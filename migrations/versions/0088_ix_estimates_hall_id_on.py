"""Lets estimates be found by hall_id, on."""

from alembic import op

revision = "0088"
down_revision = "0087"


def upgrade() -> None:
    op.create_index(op.f("ix_estimates_hall_id_on"), "estimates", ["hall_id", "on"], unique=False)
