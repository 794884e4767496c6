"""Lets bans be found by mark."""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_index(op.f("ix_bans_mark"), "bans", ["mark"], unique=False)
