"""Adds queue_rules."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "queue_rules",
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_queue_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_queue_rules")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
