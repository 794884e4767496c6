"""Lets ratings be found by citizen_id."""

from alembic import op

revision = "0152"
down_revision = "0151"


def upgrade() -> None:
    op.create_index(op.f("ix_ratings_citizen_id"), "ratings", ["citizen_id"], unique=False)
