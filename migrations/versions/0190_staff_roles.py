"""Adds staff_roles."""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0170"


def upgrade() -> None:
    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_roles_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "hall_id", "role", name=op.f("pk_staff_roles")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
