"""Adds hall_id to notices: whose words it is told in."""

import sqlalchemy as sa
from alembic import op

revision = "0231"
down_revision = "0230"


def upgrade() -> None:
    op.add_column("notices", sa.Column("hall_id", sa.String(length=32), nullable=True))
