"""Adds agencies."""

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_agencies_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_agencies")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
