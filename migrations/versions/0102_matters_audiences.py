"""Adds audiences to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"


def upgrade() -> None:
    op.add_column("matters", sa.Column("audiences", sa.Text(), nullable=True))
