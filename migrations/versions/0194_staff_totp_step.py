"""Adds totp_step to staff."""

import sqlalchemy as sa
from alembic import op

revision = "0194"
down_revision = "0193"


def upgrade() -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("staff", sa.Column("totp_step", kind, nullable=True))
