"""Adds case_materials."""

import sqlalchemy as sa
from alembic import op

revision = "0141"
down_revision = "0140"


def upgrade() -> None:
    op.create_table(
        "case_materials",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("is_needed", sa.SmallInteger(), nullable=False),
        sa.Column("is_brought", sa.SmallInteger(), nullable=False),
        sa.Column("is_asked", sa.SmallInteger(), nullable=False),
        sa.Column("lack", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_materials_case_id")),
        sa.PrimaryKeyConstraint("case_id", "place", name=op.f("pk_case_materials")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
