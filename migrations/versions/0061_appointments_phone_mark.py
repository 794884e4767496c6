"""Adds phone_mark to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("phone_mark", sa.String(length=32), nullable=True))
