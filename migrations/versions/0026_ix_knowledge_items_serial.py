"""Lets knowledge_items be found by serial."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index(op.f("ix_knowledge_items_serial"), "knowledge_items", ["serial"], unique=False)
