"""Takes due_on from cases: clocks are reckoned when they are read (decision 0018)."""

from alembic import op

revision = "0134"
down_revision = "0133"


def upgrade() -> None:
    op.drop_column("cases", "due_on")
