"""Adds ended_at to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("ended_at", sa.BigInteger(), nullable=True))
