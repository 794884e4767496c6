"""Lets guesses be found by at."""

from alembic import op

revision = "0143"
down_revision = "0142"


def upgrade() -> None:
    op.create_index(op.f("ix_guesses_at"), "guesses", ["at"], unique=False)
