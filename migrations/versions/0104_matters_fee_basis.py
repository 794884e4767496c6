"""Adds fee_basis to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"


def upgrade() -> None:
    op.add_column("matters", sa.Column("fee_basis", sa.String(length=255), nullable=True))
