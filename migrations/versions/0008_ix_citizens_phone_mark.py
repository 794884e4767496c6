"""Lets citizens be found by phone_mark."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index(op.f("ix_citizens_phone_mark"), "citizens", ["phone_mark"], unique=False)
