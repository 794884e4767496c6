"""Adds credit_mark to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("credit_mark", sa.String(length=32), nullable=True))
