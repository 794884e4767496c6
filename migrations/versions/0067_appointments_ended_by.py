"""Adds ended_by to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("ended_by", sa.String(length=8), nullable=True))
