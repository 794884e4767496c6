"""Adds lists to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0126"
down_revision = "0125"


def upgrade() -> None:
    op.add_column("cases", sa.Column("lists", sa.Integer(), nullable=False, server_default="0"))
