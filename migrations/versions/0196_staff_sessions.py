"""Adds staff_sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0196"
down_revision = "0195"


def upgrade() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("is_proved", sa.SmallInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_staff_sessions")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
