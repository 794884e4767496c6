"""Adding staff, and knowing them again."""

import asyncio
from datetime import datetime

from sqlalchemy import insert, select

from hall.staff.model import NameTaken, Role, StaffMember, UnknownRole
from hall.staff.tables import staff
from kit.db import Duplicate, Tx
from kit.secrets import hash_password, one_time_password


async def add(tx: Tx, name: str, role: str, now: datetime) -> str:
    """Adds a member of staff; returns the one-time password, which is kept nowhere. Raises NameTaken, UnknownRole."""
    if role not in set(Role):
        raise UnknownRole(role=role, roles="、".join(Role))
    password = one_time_password()
    hashed = await asyncio.to_thread(hash_password, password)
    member = {"name": name, "role": role, "password_hash": hashed, "must_change": True, "added_at": now}
    try:
        await tx.insert(insert(staff).values(**member))
    except Duplicate as error:
        raise NameTaken(name=name) from error
    return password


async def known(tx: Tx, name: str) -> StaffMember | None:
    """The member of staff of this name, None when nobody is called so."""
    row = await tx.one(select(staff.c.id, staff.c.name, staff.c.role, staff.c.must_change).where(staff.c.name == name))
    return None if row is None else StaffMember(row.id, row.name, Role(row.role), row.must_change)
