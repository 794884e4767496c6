"""Adds places to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"


def upgrade() -> None:
    op.add_column("matters", sa.Column("places", sa.Text(), nullable=True))
