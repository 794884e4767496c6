"""Lets asked_questions be found by person, at."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_index(op.f("ix_asked_questions_person_at"), "asked_questions", ["person", "at"], unique=False)
