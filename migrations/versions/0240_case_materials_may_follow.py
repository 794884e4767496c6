"""Gives case_materials its may_follow: what the matter's list lets people bring later (容缺)."""

import sqlalchemy as sa
from alembic import op

revision = "0240"
down_revision = "0233"


def upgrade() -> None:
    op.add_column("case_materials", sa.Column("may_follow", sa.SmallInteger(), nullable=False, server_default="0"))
