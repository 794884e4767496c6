"""Adds matter_id to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("matter_id", sa.String(length=64), nullable=True))
