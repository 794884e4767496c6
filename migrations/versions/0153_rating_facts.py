"""Adds rating_facts."""

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0152"


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "rating_facts",
        sa.Column("id", row_id, autoincrement=True, nullable=False),
        sa.Column("rating_id", row_id, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.id"], name=op.f("fk_rating_facts_rating_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_facts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
