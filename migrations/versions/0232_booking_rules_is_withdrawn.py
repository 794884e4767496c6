"""Adds is_withdrawn to booking_rules: from then on the scope follows the wider one again."""

import sqlalchemy as sa
from alembic import op

revision = "0232"
down_revision = "0231"


def upgrade() -> None:
    op.add_column("booking_rules", sa.Column("is_withdrawn", sa.SmallInteger(), server_default="0", nullable=False))
