"""Adds relation to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("relation", sa.String(length=8), nullable=False, server_default="self"))
