"""Adds ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0143"


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ratings",
        sa.Column("id", row_id, autoincrement=True, nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("dealing_id", row_id, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=True),
        sa.Column("matter_name", sa.String(length=64), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=True),
        sa.Column("citizen_id", row_id, nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("wants_call", sa.SmallInteger(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("contacted_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"], name=op.f("fk_ratings_citizen_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_ratings_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("kind", "dealing_id", name=op.f("uq_ratings_kind_dealing_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
