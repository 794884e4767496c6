"""Lets posts be found by hall_id."""

from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.create_index(op.f("ix_posts_hall_id"), "posts", ["hall_id"], unique=False)
