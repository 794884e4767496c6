"""Adds staff_codes."""

import sqlalchemy as sa
from alembic import op

revision = "0195"
down_revision = "0194"


def upgrade() -> None:
    op.create_table(
        "staff_codes",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_codes_staff_id")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_staff_codes")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
