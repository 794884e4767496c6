"""Says of the facts that are there what they were: until now each was a move to a state."""

from alembic import op

revision = "0137"
down_revision = "0136"


def upgrade() -> None:
    op.execute(
        "UPDATE case_facts SET what = CASE state"
        " WHEN 'supplement' THEN 'asked' WHEN 'review' THEN 'reviewed' WHEN 'suspended' THEN 'stopped'"
        " WHEN 'received' THEN 'opened' ELSE state END"
    )
