"""Adds to_confirm to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"


def upgrade() -> None:
    op.add_column("matters", sa.Column("to_confirm", sa.Text(), nullable=True))
