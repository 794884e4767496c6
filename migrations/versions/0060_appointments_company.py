"""Adds company to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("company", sa.LargeBinary(), nullable=True))
