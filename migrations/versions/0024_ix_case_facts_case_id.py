"""Lets case_facts be found by case_id."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_index(op.f("ix_case_facts_case_id"), "case_facts", ["case_id"], unique=False)
