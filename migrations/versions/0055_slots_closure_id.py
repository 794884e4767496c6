"""Adds closure_id to slots."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.add_column("slots", sa.Column("closure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
