"""Adds excused_by to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("excused_by", sa.String(length=32), nullable=True))
