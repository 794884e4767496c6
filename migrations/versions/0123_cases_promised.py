"""Adds promised to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"


def upgrade() -> None:
    op.add_column("cases", sa.Column("promised", sa.Integer(), nullable=True))
