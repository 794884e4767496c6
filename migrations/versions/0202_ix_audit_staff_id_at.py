"""Lets audit be found by staff_id and at."""

from alembic import op

revision = "0202"
down_revision = "0201"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_staff_id_at"), "audit", ["staff_id", "at"], unique=False)
