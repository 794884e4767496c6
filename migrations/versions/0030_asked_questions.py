"""Adds asked_questions."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("normal", sa.String(length=600), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("entry_id", sa.String(length=96), nullable=False),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.Column("confidence", sa.SmallInteger(), nullable=False),
        sa.Column("taken", sa.String(length=12), nullable=False),
        sa.Column("taken_entry", sa.String(length=96), nullable=False),
        sa.Column("settled", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_asked_questions_key")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
