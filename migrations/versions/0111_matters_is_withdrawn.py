"""Adds is_withdrawn to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"


def upgrade() -> None:
    op.add_column("matters", sa.Column("is_withdrawn", sa.SmallInteger(), nullable=False, server_default="0"))
