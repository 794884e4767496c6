"""Adds calendar_days."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "on", name=op.f("pk_calendar_days")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
