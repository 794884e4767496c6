"""Adds questions to matters."""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"


def upgrade() -> None:
    op.add_column("matters", sa.Column("questions", sa.Text(), nullable=True))
