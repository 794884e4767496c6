"""Adds calls to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("calls", sa.Integer(), nullable=False, server_default="0"))
