"""Adds closed_at to counters."""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0212"


def upgrade() -> None:
    op.add_column("counters", sa.Column("closed_at", sa.BigInteger(), nullable=True))
