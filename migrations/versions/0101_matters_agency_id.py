"""Adds agency_id to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    op.add_column("matters", sa.Column("agency_id", sa.String(length=64), nullable=True))
