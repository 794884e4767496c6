"""Lets knowledge_facts be found by kind, id."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_index(op.f("ix_knowledge_facts_kind_id"), "knowledge_facts", ["kind", "id"], unique=False)
