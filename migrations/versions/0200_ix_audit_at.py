"""Lets audit be found by at."""

from alembic import op

revision = "0200"
down_revision = "0199"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
