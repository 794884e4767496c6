"""Cases and who runs them, for tests."""

from collections.abc import Collection
from datetime import datetime

from hall.cases import progress
from hall.cases import service as cases
from hall.cases.model import Case, Progress
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import HallNotFound
from hall.staff import service as staff
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter


async def a_desk(tx: Tx) -> Matter:
    """The hall with its one matter, 7 workdays promised and 10 of the law."""
    try:
        await places.hall(tx, HALL.id)
    except HallNotFound:
        await a_hall(tx)
        return await a_matter(tx, await a_group(tx))
    return await matters.matter(tx, HALL.id, "licence")


async def a_case(
    db: Database, citizen_id: int | None = None, now: datetime = MONDAY, lacking: Collection[int] = ()
) -> tuple[Case, str]:
    """Received, with its query code."""
    matter = await db.transact(a_desk)
    return await db.transact(cases.open, matter, now, citizen_id=citizen_id, applicant="王小明", lacking=lacking)


async def a_member(db: Database, role: str, name: str = "张三") -> StaffMember:
    await db.transact(staff.add, name, role, MONDAY)
    member = await db.consult(staff.known, name)
    assert member is not None
    return member


async def seen(db: Database, number: str, now: datetime) -> Progress:
    """As staff see it."""
    async with db.read() as tx:
        case = await progress.for_staff(tx, number, StaffMember(0, "", (Grant(Role.LEAD),), False))
        assert case is not None
        return (await progress.told(tx, [case], now))[0]
