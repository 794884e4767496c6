"""Adds accepted_on to cases."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"


def upgrade() -> None:
    op.add_column("cases", sa.Column("accepted_on", sa.String(length=10), nullable=True))
