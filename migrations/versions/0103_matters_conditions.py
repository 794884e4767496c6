"""Adds conditions to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"


def upgrade() -> None:
    op.add_column("matters", sa.Column("conditions", sa.Text(), nullable=True))
