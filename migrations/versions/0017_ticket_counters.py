"""Adds ticket_counters."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "ticket_counters",
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["matter_groups.id"], name=op.f("fk_ticket_counters_group_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_ticket_counters_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "group_id", "on", name=op.f("pk_ticket_counters")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
