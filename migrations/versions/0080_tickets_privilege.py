"""Adds privilege to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("privilege", sa.String(length=16), nullable=True))
