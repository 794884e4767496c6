"""Adding staff, knowing them again, and what an admin does to an account.

Nobody is deleted: what they did names them. Whoever must not come in any more is disabled.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from hall.staff import sessions, tries
from hall.staff.model import (
    EVERYWHERE,
    Grant,
    LastAdmin,
    NameTaken,
    NotYourRole,
    Role,
    StaffDisabled,
    StaffMember,
    StaffUnknown,
    UnknownRole,
    names_of,
    standing,
)
from hall.staff.reading import members_where
from hall.staff.tables import staff, staff_codes, staff_roles
from kit import guesses, passwords
from kit.db import Duplicate, Tx
from kit.secrets import one_time_password


def role_named(role: str) -> Role:
    """Raises UnknownRole."""
    if role not in set(Role):
        raise UnknownRole(role=role, roles="、".join(Role))
    return Role(role)


async def add(tx: Tx, name: str, role: str, now: datetime, hall_id: str = EVERYWHERE) -> str:
    """Adds a member of staff; returns the one-time password, which is kept nowhere. Raises NameTaken, UnknownRole."""
    grant = Grant(role_named(role), hall_id)
    password = one_time_password()
    hashed = await passwords.hashed(password)
    try:
        added = await tx.insert(insert(staff).values(name=name, password_hash=hashed, must_change=True, added_at=now))
    except Duplicate as error:
        raise NameTaken(name=name) from error
    await tx.run(insert(staff_roles).values(staff_id=added, hall_id=grant.hall_id, role=grant.role))
    return password


async def known(tx: Tx, name: str) -> StaffMember | None:
    """The member of staff of this name, None when nobody is called so."""
    return next(iter(await members_where(tx, staff.c.name == name)), None)


async def member(tx: Tx, staff_id: int) -> StaffMember:
    """Raises StaffUnknown."""
    found = await members_where(tx, staff.c.id == staff_id)
    if not found:
        raise StaffUnknown(name=staff_id)
    return found[0]


async def everybody(tx: Tx) -> list[StaffMember]:
    """In the order in which they were added, the disabled too."""
    return await members_where(tx)


async def named(tx: Tx, name: str, roles: Collection[Role] = tuple(Role), hall_id: str | None = None) -> StaffMember:
    """The member of this name, who may act in one of these roles at the hall; without one, at some hall.

    Raises StaffUnknown, StaffDisabled, NotYourRole.
    """
    found = await known(tx, name)
    if found is None:
        raise StaffUnknown(name=name)
    if found.is_disabled:
        raise StaffDisabled(name=name)
    has = {grant.role for grant in found.grants} if hall_id is None else found.roles_at(hall_id)
    if has.isdisjoint(roles):
        raise NotYourRole(wanted=names_of(roles), name=name, roles=standing(has))
    return found


async def set_roles(tx: Tx, staff_id: int, hall_id: str, roles: Collection[Role]) -> None:
    """What they are at this hall (or EVERYWHERE) from now on; at other halls nothing changes. Raises LastAdmin."""
    admins = await _house_admins(tx)
    await tx.run(delete(staff_roles).where(staff_roles.c.staff_id == staff_id, staff_roles.c.hall_id == hall_id))
    given = {"staff_id": staff_id, "hall_id": hall_id}
    await tx.insert_all(staff_roles, [{**given, "role": role} for role in Role if role in roles])
    await _check_admins(tx, admins)


async def reset_password(tx: Tx, staff_id: int) -> str:
    """A new one-time password, told once; sessions of the old one end, and so does a wait for tries that failed."""
    await guesses.forgive(tx, tries.name((await member(tx, staff_id)).name))
    password = one_time_password()
    hashed = await passwords.hashed(password)
    await tx.run(update(staff).where(staff.c.id == staff_id).values(password_hash=hashed, must_change=True))
    await sessions.end_all(tx, staff_id)
    return password


async def set_password(tx: Tx, staff_id: int, hashed: str) -> None:
    """One of their own choosing, already hashed."""
    await tx.run(update(staff).where(staff.c.id == staff_id).values(password_hash=hashed, must_change=False))


async def disable(tx: Tx, staff_id: int, now: datetime) -> None:
    """They are out at once. Raises LastAdmin."""
    admins = await _house_admins(tx)
    await tx.run(update(staff).where(staff.c.id == staff_id, staff.c.disabled_at.is_(None)).values(disabled_at=now))
    await sessions.end_all(tx, staff_id)
    await _check_admins(tx, admins)


async def enable(tx: Tx, staff_id: int) -> None:
    await tx.run(update(staff).where(staff.c.id == staff_id).values(disabled_at=None))


async def drop_second_step(tx: Tx, staff_id: int) -> None:
    """For who has lost telephone and recovery codes, or wants it no more."""
    await tx.run(update(staff).where(staff.c.id == staff_id).values(totp_secret=None, totp_step=None))
    await tx.run(delete(staff_codes).where(staff_codes.c.staff_id == staff_id))


async def password_hash(tx: Tx, staff_id: int) -> str:
    found: str = await tx.value(select(staff.c.password_hash).where(staff.c.id == staff_id))
    return found


async def plain(tx: Tx, name: str) -> dict[str, Any]:
    """An account as the audit trail tells it, nothing secret; empty when nobody is called so."""
    found = await known(tx, name)
    if found is None:
        return {}
    return {
        "角色": [f"{grant.role.chinese}（{grant.hall_id}）" for grant in found.grants],
        "一次性密码": found.must_change,
        "停用": found.is_disabled,
        "动态码": found.has_totp,
    }


async def _house_admins(tx: Tx) -> int:
    """How many may sign in who administer all halls. Their rows are locked: two do not resign at once."""
    admins = select(staff.c.id, staff.c.disabled_at).join(staff_roles, staff_roles.c.staff_id == staff.c.id)
    of_all = (staff_roles.c.role == Role.ADMIN, staff_roles.c.hall_id == EVERYWHERE)
    return sum(row.disabled_at is None for row in await tx.all(admins.where(*of_all).with_for_update()))


async def _check_admins(tx: Tx, before: int) -> None:
    """Once there is somebody who can add the others, there always is. Raises LastAdmin."""
    if before and not await _house_admins(tx):
        raise LastAdmin()


def by_hall(grants: Sequence[Grant]) -> dict[str, frozenset[Role]]:
    """The roles at each hall."""
    halls = dict.fromkeys(grant.hall_id for grant in grants)
    return {hall: frozenset(grant.role for grant in grants if grant.hall_id == hall) for hall in halls}
