"""Adds serving_at to tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("serving_at", sa.BigInteger(), nullable=True))
