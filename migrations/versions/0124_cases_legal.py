"""Adds legal to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"


def upgrade() -> None:
    op.add_column("cases", sa.Column("legal", sa.Integer(), nullable=True))
