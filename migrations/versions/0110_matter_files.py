"""Adds matter_files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0110"
down_revision = "0109"


def upgrade() -> None:
    op.create_table(
        "matter_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("matter_id", sa.String(length=64), nullable=False),
        sa.Column("material", sa.String(length=128), nullable=False),
        sa.Column("use", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql"), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "matter_id"], ["matters.hall_id", "matters.id"], name=op.f("fk_matter_files_hall_id_matter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_files")),
        sa.UniqueConstraint(
            "hall_id", "matter_id", "material", "use", name=op.f("uq_matter_files_hall_id_matter_id_material_use")
        ),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
