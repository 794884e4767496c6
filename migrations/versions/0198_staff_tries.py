"""Adds staff_tries."""

import sqlalchemy as sa
from alembic import op

revision = "0198"
down_revision = "0197"


def upgrade() -> None:
    op.create_table(
        "staff_tries",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_staff_tries")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
