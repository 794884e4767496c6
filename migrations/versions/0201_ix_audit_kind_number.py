"""Lets audit be found by kind and number."""

from alembic import op

revision = "0201"
down_revision = "0200"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_kind_number"), "audit", ["kind", "number"], unique=False)
