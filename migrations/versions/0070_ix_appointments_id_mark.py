"""Lets appointments be found by id_mark."""

from alembic import op

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    op.create_index(op.f("ix_appointments_id_mark"), "appointments", ["id_mark"], unique=False)
