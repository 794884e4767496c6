"""Adds id_mark to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("id_mark", sa.String(length=32), nullable=True))
