"""Lets asked_questions be found by settled, at."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_index(op.f("ix_asked_questions_settled_at"), "asked_questions", ["settled", "at"], unique=False)
