"""Gives case_materials its owed_on: the last day promised to bring it."""

import sqlalchemy as sa
from alembic import op

revision = "0241"
down_revision = "0240"


def upgrade() -> None:
    op.add_column("case_materials", sa.Column("owed_on", sa.String(length=10), nullable=True))
