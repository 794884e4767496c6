"""Adds booking_keys."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "booking_keys",
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_booking_keys")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
