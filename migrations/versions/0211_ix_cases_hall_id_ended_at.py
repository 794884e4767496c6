"""Lets cases be found by hall_id, ended_at: how a hall performs is reckoned from them."""

from alembic import op

revision = "0211"
down_revision = "0210"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_hall_id_ended_at"), "cases", ["hall_id", "ended_at"], unique=False)
