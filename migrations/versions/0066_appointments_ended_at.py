"""Adds ended_at to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("ended_at", sa.BigInteger(), nullable=True))
