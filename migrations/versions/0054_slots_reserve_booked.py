"""Adds reserve_booked to slots."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.add_column("slots", sa.Column("reserve_booked", sa.Integer(), nullable=False, server_default="0"))
