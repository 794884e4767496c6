"""Lets notes be found by scope, expires_at."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(op.f("ix_notes_scope_expires_at"), "notes", ["scope", "expires_at"], unique=False)
