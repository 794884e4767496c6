"""Lets cases be found by hall_id, accepted_on: how a hall performs is reckoned from them."""

from alembic import op

revision = "0210"
down_revision = "0203"


def upgrade() -> None:
    op.create_index(op.f("ix_cases_hall_id_accepted_on"), "cases", ["hall_id", "accepted_on"], unique=False)
