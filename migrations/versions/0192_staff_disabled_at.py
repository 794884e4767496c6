"""Adds disabled_at to staff."""

import sqlalchemy as sa
from alembic import op

revision = "0192"
down_revision = "0191"


def upgrade() -> None:
    op.add_column("staff", sa.Column("disabled_at", sa.BigInteger(), nullable=True))
