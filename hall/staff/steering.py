"""Whom an admin may see and steer: one of the house everybody, one of a hall who has a role there.

An account that holds a role at another hall too is seen at each of them, and steered by an admin of the house: a new
password would open the other hall as well.
"""

from hall.staff.model import EVERYWHERE, NotYoursToGrant, NotYoursToSteer, Role, StaffMember, StaffNotHere
from hall.staff.reading import members_where
from hall.staff.service import everybody
from hall.staff.tables import staff
from kit.db import Tx


def is_house_admin(admin: StaffMember) -> bool:
    return admin.may([Role.ADMIN], EVERYWHERE)


def may_see(admin: StaffMember, member: StaffMember, hall_id: str) -> bool:
    return is_house_admin(admin) or bool(member.roles_at(hall_id))


def may_steer(admin: StaffMember, member: StaffMember, hall_id: str) -> bool:
    return is_house_admin(admin) or {grant.hall_id for grant in member.grants} == {hall_id}


def check_may_grant(admin: StaffMember, granted_at: str, hall_id: str) -> None:
    """Roles of the hall they look at; at others, or everywhere, only the house gives them. Raises NotYoursToGrant."""
    if granted_at != hall_id and not is_house_admin(admin):
        raise NotYoursToGrant()


async def in_sight_of(tx: Tx, admin: StaffMember, hall_id: str) -> list[StaffMember]:
    return [member for member in await everybody(tx) if may_see(admin, member, hall_id)]


async def seen_by(tx: Tx, admin: StaffMember, hall_id: str, staff_id: int) -> StaffMember:
    """Raises StaffNotHere, which does not tell whether there is one elsewhere."""
    found = await members_where(tx, staff.c.id == staff_id)
    if not found or not may_see(admin, found[0], hall_id):
        raise StaffNotHere()
    return found[0]


async def steered_by(tx: Tx, admin: StaffMember, hall_id: str, staff_id: int) -> StaffMember:
    """Raises StaffNotHere, NotYoursToSteer."""
    member = await seen_by(tx, admin, hall_id, staff_id)
    if not may_steer(admin, member, hall_id):
        raise NotYoursToSteer(name=member.name)
    return member
