"""Cases as they lie in their rows, held while they are changed; every change is noted as a fact."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select, update

from hall.cases.clocks import Limit
from hall.cases.model import (
    CLERKS,
    LEADS,
    ApprovalNeeded,
    Case,
    CaseNotFound,
    Fact,
    Material,
    MoveNotAllowed,
    State,
    Stop,
    What,
    WordsNeeded,
)
from hall.cases.tables import case_facts, case_materials, case_stops, cases
from hall.staff.model import NotYourRole, Role, StaffMember, names_of, standing
from kit.db import Tx
from kit.ids import tidy_number
from kit.secrets import fingerprint

T = TypeVar("T")
REASON = "原因"
MOST_WORDS = 300  # characters of a reason or a result
every_case = select(*(cases.c[f.name] for f in fields(Case)))
_listed = select(case_materials.c.case_id, *(case_materials.c[f.name] for f in fields(Material)))
_materials = _listed.order_by(case_materials.c.place)


def case_of(row: Any) -> Case:
    read = {f.name: getattr(row, f.name) for f in fields(Case)}
    return Case(**(read | {"state": State(row.state)}))


def digest(number: str, code: str) -> str:
    """What is kept of a query code: it opens the one number only."""
    return fingerprint(f"case {number} {tidy_number(code)}")


async def hold(tx: Tx, number: str, staff: StaffMember | None, *wanted: State) -> Case:
    """The case, until the transaction ends nobody else's to change.

    `staff` is None where the house itself acts, by the clock. `wanted`: it must be able to become one of these. Raises
    NotYourRole, CaseNotFound, MoveNotAllowed.
    """
    row = await tx.one(every_case.where(cases.c.number == tidy_number(number)).with_for_update())
    if row is None:
        raise CaseNotFound()
    case = case_of(row)
    check_role(staff, CLERKS, case.hall_id)
    if wanted and not case.ways.intersection(wanted):
        raise not_allowed(case, wanted[0])
    return case


def check_role(staff: StaffMember | None, wanted: Collection[Role], hall_id: str) -> None:
    """Raises NotYourRole."""
    if staff is not None and not staff.may(wanted, hall_id):
        has = standing(staff.roles_at(hall_id))
        raise NotYourRole(wanted=names_of(wanted), name=staff.name, roles=has)


def not_allowed(case: Case, wanted: State) -> MoveNotAllowed:
    """Says where it may go instead."""
    ways = "、".join(way.chinese for way in State if way in case.ways)
    allowed = f"接下来可以是：{ways}。" if ways else "它已经办完，需要再办请重新收件。"
    return MoveNotAllowed(state=case.state.chinese, wanted=wanted.chinese, allowed=allowed)


def check_words(words: str, what: str, most: int = MOST_WORDS) -> str:
    """The words, tidied. Raises WordsNeeded."""
    tidy = words.strip()
    if not 0 < len(tidy) <= most:
        raise WordsNeeded(what=what, most=most)
    return tidy


def check_approval(staff: StaffMember | None, approver: StaffMember | None, hall_id: str) -> None:
    """A lead, and not whoever asks for it. Raises ApprovalNeeded."""
    if staff is not None and (approver is None or not approver.may(LEADS, hall_id) or approver.id == staff.id):
        raise ApprovalNeeded()


async def change(
    tx: Tx,
    case: Case,
    what: What,
    note: str,
    now: datetime,
    staff: StaffMember | None,
    approver: StaffMember | None = None,
    **changes: Any,
) -> Case:
    """Writes what is new about a case, and the fact that made it so."""
    changed = replace(case, **changes)
    if changes:
        await tx.run(update(cases).where(cases.c.id == case.id).values(**changes))
    by = {"by_staff": staff and staff.id, "approved_by": approver and approver.id}
    fact = {"case_id": case.id, "at": now, "what": what, "state": changed.state, "note": note}
    await tx.insert(insert(case_facts).values(**fact, **by))
    return changed


async def facts(tx: Tx, case_ids: Sequence[int]) -> dict[int, list[Fact]]:
    """All that happened to each of these cases, in order."""
    columns = (case_facts.c.case_id, case_facts.c.at, case_facts.c.what, case_facts.c.state, case_facts.c.note)
    told = select(*columns).where(case_facts.c.case_id.in_(case_ids)).order_by(case_facts.c.id)
    return _by_case(
        (row.case_id, Fact(row.at, What(row.what), State(row.state), row.note)) for row in await tx.all(told)
    )


async def materials(tx: Tx, case_ids: Sequence[int]) -> dict[int, list[Material]]:
    """What is to be handed in for each of these cases, in the order of the receipt."""
    rows = await tx.all(_materials.where(case_materials.c.case_id.in_(case_ids)))
    return _by_case((row.case_id, Material(*row[1:])) for row in rows)


async def lacking(tx: Tx, case: Case) -> list[Material]:
    """What it cannot do without and was not handed in."""
    return [one for one in (await materials(tx, [case.id])).get(case.id, []) if one.is_needed and not one.is_brought]


async def stops(tx: Tx, case_ids: Sequence[int]) -> dict[int, list[Stop]]:
    """The spells in which the clock of each case stood, in order; the last may still last."""
    chosen = select(*case_stops.c).where(case_stops.c.case_id.in_(case_ids)).order_by(case_stops.c.id)
    return _by_case((row.case_id, _stop(row)) for row in await tx.all(chosen))


def _stop(row: Any) -> Stop:
    limit = None if row.days is None else Limit(row.days, row.unit)
    times = (row.from_on, row.began_at, row.ended_on)
    return Stop(row.id, State(row.state), row.reason, limit, *times, State(row.was))


def _by_case(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for case_id, one in pairs:
        found.setdefault(case_id, []).append(one)
    return found


async def end_stop(tx: Tx, case: Case, on: date) -> Stop | None:
    """Ends the spell the case is in, if it is in one; returns it as it was."""
    lasts = (case_stops.c.case_id == case.id, case_stops.c.ended_on.is_(None))
    row = await tx.one(select(*case_stops.c).where(*lasts).order_by(case_stops.c.id.desc()))
    if row is None:
        return None
    await tx.run(update(case_stops).where(case_stops.c.id == row.id).values(ended_on=on))
    return _stop(row)
