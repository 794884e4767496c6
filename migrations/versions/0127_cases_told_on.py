"""Adds told_on to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0127"
down_revision = "0126"


def upgrade() -> None:
    op.add_column("cases", sa.Column("told_on", sa.String(length=10), nullable=True))
