"""Cases chosen from a hall's: by state, by number, by whose they are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select

from hall.cases import rows
from hall.cases.model import READERS, Case, State
from hall.cases.tables import case_facts, cases
from hall.staff.model import StaffMember
from kit.db import Tx
from kit.ids import tidy_number


@dataclass(frozen=True, slots=True)
class Wanted:
    """`staff_id`: who has had a hand in it; `matter_ids`: what a counter does; `number`: any part of one."""

    state: State | None = None
    staff_id: int | None = None
    matter_ids: Collection[str] | None = None
    number: str = ""


EVERYTHING = Wanted()


def chosen(hall_id: str, wanted: Wanted) -> Select[Any]:
    found = rows.every_case.where(cases.c.hall_id == hall_id)
    if wanted.state is not None:
        found = found.where(cases.c.state == wanted.state)
    if wanted.staff_id is not None:
        theirs = (case_facts.c.case_id == cases.c.id, case_facts.c.by_staff == wanted.staff_id)
        found = found.where(exists().where(*theirs))
    if wanted.matter_ids is not None:
        found = found.where(cases.c.matter_id.in_(wanted.matter_ids))
    if part := tidy_number(wanted.number):
        found = found.where(cases.c.number.contains(part, autoescape=True))
    return found


async def listed(
    tx: Tx, hall_id: str, staff: StaffMember, wanted: Wanted, n: int, before_id: int | None = None
) -> tuple[Case, ...]:
    """Up to `n` cases of a hall, the newest first; from the one before `before_id` on. Raises NotYourRole."""
    rows.check_role(staff, READERS, hall_id)
    found = chosen(hall_id, wanted).order_by(cases.c.id.desc()).limit(n)
    if before_id is not None:
        found = found.where(cases.c.id < before_id)
    return tuple(rows.case_of(row) for row in await tx.all(found))


async def touched(tx: Tx, staff_id: int, case_ids: Collection[int]) -> frozenset[int]:
    """Those of these cases that this member of staff has had a hand in."""
    theirs = select(case_facts.c.case_id).where(case_facts.c.by_staff == staff_id, case_facts.c.case_id.in_(case_ids))
    return frozenset(row.case_id for row in await tx.all(theirs.distinct()))
