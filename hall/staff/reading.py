"""Members of staff out of their rows, with their roles."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from hall.staff.model import Grant, Role, StaffMember
from hall.staff.tables import staff, staff_roles
from kit.db import Tx

ORDER = list(Role)
columns = (
    staff.c.id,
    staff.c.name,
    staff.c.must_change,
    staff.c.disabled_at,
    staff.c.totp_step,
)


async def members_where(tx: Tx, *conditions: ColumnElement[bool]) -> list[StaffMember]:
    """Of those to whom the conditions on `staff` apply, by id."""
    rows = await tx.all(select(*columns).where(*conditions).order_by(staff.c.id))
    grants = await _grants(tx, [row.id for row in rows])
    return [member_of(row, grants[row.id]) for row in rows]


async def grants_of(tx: Tx, staff_id: int) -> Sequence[Grant]:
    return (await _grants(tx, [staff_id]))[staff_id]


async def _grants(tx: Tx, staff_ids: Sequence[int]) -> dict[int, list[Grant]]:
    found = await tx.all(select(staff_roles).where(staff_roles.c.staff_id.in_(staff_ids)))
    grants: dict[int, list[Grant]] = defaultdict(list)
    for row in sorted(found, key=lambda row: (row.hall_id, ORDER.index(Role(row.role)))):
        grants[row.staff_id].append(Grant(Role(row.role), row.hall_id))
    return grants


def member_of(row: Any, grants: Sequence[Grant]) -> StaffMember:
    return StaffMember(
        row.id, row.name, tuple(grants), row.must_change, row.disabled_at is not None, row.totp_step is not None
    )
