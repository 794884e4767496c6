"""Adds queued_at to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("queued_at", sa.BigInteger(), nullable=False, server_default="0"))
