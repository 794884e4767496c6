"""Adds totp_secret to staff."""

import sqlalchemy as sa
from alembic import op

revision = "0193"
down_revision = "0192"


def upgrade() -> None:
    op.add_column("staff", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
