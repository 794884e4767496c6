"""Adds preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = "0155"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column(
            "citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("notices_off", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"], name=op.f("fk_preferences_citizen_id")),
        sa.PrimaryKeyConstraint("citizen_id", name=op.f("pk_preferences")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
