"""Lets holds be found by until_at."""

from alembic import op

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    op.create_index(op.f("ix_holds_until_at"), "holds", ["until_at"], unique=False)
