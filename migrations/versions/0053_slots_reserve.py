"""Adds reserve to slots."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.add_column("slots", sa.Column("reserve", sa.Integer(), nullable=False, server_default="0"))
