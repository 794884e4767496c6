"""Adds approved_by to case_facts."""

import sqlalchemy as sa
from alembic import op

revision = "0138"
down_revision = "0137"


def upgrade() -> None:
    op.add_column(
        "case_facts", sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
