"""Adds called_at to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("called_at", sa.BigInteger(), nullable=True))
