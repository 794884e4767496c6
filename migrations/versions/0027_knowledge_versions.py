"""Adds knowledge_versions."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "knowledge_versions",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("kind", "id", "number", name=op.f("pk_knowledge_versions")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
