"""Lets rating_facts be found by rating_id."""

from alembic import op

revision = "0154"
down_revision = "0153"


def upgrade() -> None:
    op.create_index(op.f("ix_rating_facts_rating_id"), "rating_facts", ["rating_id"], unique=False)
