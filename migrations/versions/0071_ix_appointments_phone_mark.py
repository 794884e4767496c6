"""Lets appointments be found by phone_mark."""

from alembic import op

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    op.create_index(op.f("ix_appointments_phone_mark"), "appointments", ["phone_mark"], unique=False)
