"""Adds matter_groups."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "matter_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_matter_groups_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_groups")),
        sa.UniqueConstraint("hall_id", "letter", name=op.f("uq_matter_groups_hall_id_letter")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
