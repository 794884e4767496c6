"""Adds privileged_run to ticket_counters."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    op.add_column("ticket_counters", sa.Column("privileged_run", sa.Integer(), nullable=False, server_default="0"))
