"""Adds ended_at to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0128"
down_revision = "0127"


def upgrade() -> None:
    op.add_column("cases", sa.Column("ended_at", sa.BigInteger(), nullable=True))
