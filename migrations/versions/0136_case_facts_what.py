"""Adds what to case_facts."""

import sqlalchemy as sa
from alembic import op

revision = "0136"
down_revision = "0135"


def upgrade() -> None:
    op.add_column("case_facts", sa.Column("what", sa.String(length=16), nullable=False, server_default="opened"))
