"""Takes role from staff: staff_roles has it by now."""

from alembic import op

revision = "0203"
down_revision = "0202"


def upgrade() -> None:
    op.drop_column("staff", "role")
