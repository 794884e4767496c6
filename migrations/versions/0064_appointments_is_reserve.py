"""Adds is_reserve to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("is_reserve", sa.SmallInteger(), nullable=False, server_default="0"))
