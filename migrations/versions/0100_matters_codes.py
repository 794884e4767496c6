"""Adds codes to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0091"


def upgrade() -> None:
    op.add_column("matters", sa.Column("codes", sa.Text(), nullable=True))
