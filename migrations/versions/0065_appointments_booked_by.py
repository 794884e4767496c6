"""Adds booked_by to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("booked_by", sa.String(length=32), nullable=True))
