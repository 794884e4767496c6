"""Lets ratings be found by hall_id, on."""

from alembic import op

revision = "0151"
down_revision = "0150"


def upgrade() -> None:
    op.create_index(op.f("ix_ratings_hall_id_on"), "ratings", ["hall_id", "on"], unique=False)
