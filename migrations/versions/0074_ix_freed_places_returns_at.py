"""Lets freed_places be found by returns_at."""

from alembic import op

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    op.create_index(op.f("ix_freed_places_returns_at"), "freed_places", ["returns_at"], unique=False)
