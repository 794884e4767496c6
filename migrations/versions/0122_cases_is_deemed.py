"""Adds is_deemed to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"


def upgrade() -> None:
    op.add_column("cases", sa.Column("is_deemed", sa.SmallInteger(), nullable=False, server_default="0"))
