"""Adds unit to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0124"


def upgrade() -> None:
    op.add_column("cases", sa.Column("unit", sa.String(length=8), nullable=True))
