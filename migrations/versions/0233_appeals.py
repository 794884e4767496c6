"""Adds appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0233"
down_revision = "0232"


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ban_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("is_lifted", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.String(length=120), nullable=True),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ban_id"], ["bans.id"], name=op.f("fk_appeals_ban_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
