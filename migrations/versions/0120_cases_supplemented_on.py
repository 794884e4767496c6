"""Adds supplemented_on to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0111"


def upgrade() -> None:
    op.add_column("cases", sa.Column("supplemented_on", sa.String(length=10), nullable=True))
