"""Adds matters."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "matters",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("handling", sa.String(length=16), nullable=False),
        sa.Column("legal_days", sa.Integer(), nullable=True),
        sa.Column("promised_days", sa.Integer(), nullable=True),
        sa.Column("days_unit", sa.String(length=8), nullable=True),
        sa.Column("on_the_spot", sa.SmallInteger(), nullable=False),
        sa.Column("fee", sa.String(length=128), nullable=False),
        sa.Column("result", sa.String(length=128), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("legal_note", sa.Text(), nullable=True),
        sa.Column("window_type", sa.String(length=64), nullable=False),
        sa.Column("is_typical", sa.SmallInteger(), nullable=False),
        sa.Column("is_open_to_booking", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["matter_groups.id"], name=op.f("fk_matters_group_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_matters_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_matters")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
