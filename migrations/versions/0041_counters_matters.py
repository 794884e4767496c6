"""Adds matters to counters."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.add_column("counters", sa.Column("matters", sa.Text(), nullable=True))
