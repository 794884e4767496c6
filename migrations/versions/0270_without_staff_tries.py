"""Takes staff_tries away: tries at signing in are counted in guesses by now."""

from alembic import op

revision = "0270"
down_revision = "0241"


def upgrade() -> None:
    op.drop_table("staff_tries")
