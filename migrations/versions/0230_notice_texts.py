"""Adds notice_texts."""

import sqlalchemy as sa
from alembic import op

revision = "0230"
down_revision = "0220"


def upgrade() -> None:
    op.create_table(
        "notice_texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=True),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_notice_texts_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_texts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
