"""Lets appointments be found by credit_mark."""

from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    op.create_index(op.f("ix_appointments_credit_mark"), "appointments", ["credit_mark"], unique=False)
