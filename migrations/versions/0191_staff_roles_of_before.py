"""Copies staff.role into staff_roles, at every hall. Stopped half way, it can be run again."""

from alembic import op

revision = "0191"
down_revision = "0190"


def upgrade() -> None:
    there = "SELECT 1 FROM staff_roles WHERE staff_roles.staff_id = staff.id"
    moved = f"SELECT id, '*', role FROM staff WHERE NOT EXISTS ({there})"  # noqa: S608 (no values in it)
    op.execute(f"INSERT INTO staff_roles (staff_id, hall_id, role) {moved}")
