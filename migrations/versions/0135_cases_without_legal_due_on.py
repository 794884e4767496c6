"""Takes legal_due_on from cases: clocks are reckoned when they are read (decision 0018)."""

from alembic import op

revision = "0135"
down_revision = "0134"


def upgrade() -> None:
    op.drop_column("cases", "legal_due_on")
