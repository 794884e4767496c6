"""Where cases stand, for those entitled: the owner, whoever has number and query code, staff who run cases.

Nothing about a clock is kept: last days and lights are reckoned from the case's own days and the calendar whenever
somebody looks, so they are right the moment a day or a year of the calendar changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from hall.cases import rows
from hall.cases.clocks import STANDS_STILL, Clock, Spell, last_day, reckon, tell_by
from hall.cases.model import LIVE, READERS, Case, CaseNotFound, Fact, Material, Progress, State, Stop, What
from hall.cases.tables import case_facts, cases
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import YearNotPublished
from hall.staff.model import StaffMember
from hall.staff.tables import staff as staff_table
from kit.clock import day_of
from kit.db import Tx
from kit.ids import tidy_number
from kit.secrets import is_same

_with_digest = rows.every_case.add_columns(cases.c.code_digest)


# ------------------------------------------------------------------------------------------------ who may know


async def of_owner(tx: Tx, number: str, citizen_id: int) -> Case | None:
    row = await tx.one(rows.every_case.where(cases.c.number == tidy_number(number), cases.c.citizen_id == citizen_id))
    return None if row is None else rows.case_of(row)


async def by_code(tx: Tx, number: str, code: str) -> Case | None:
    """For whoever has the query code. The same work is done whether there is such a number or not."""
    number = tidy_number(number)
    row = await tx.one(_with_digest.where(cases.c.number == number))
    kept = rows.digest(number, "") if row is None else row.code_digest
    is_right = is_same(rows.digest(number, code), kept)
    return rows.case_of(row) if row is not None and is_right else None


def check_reader(staff: StaffMember, hall_id: str) -> None:
    """Whether this member of staff may see how things stand for people. Raises NotYourRole."""
    rows.check_role(staff, READERS, hall_id)


async def for_staff(tx: Tx, number: str, staff: StaffMember) -> Case | None:
    """Raises NotYourRole."""
    row = await tx.one(rows.every_case.where(cases.c.number == tidy_number(number)))
    if row is None:
        return None
    check_reader(staff, row.hall_id)
    return rows.case_of(row)


async def progress(
    tx: Tx,
    number: str,
    now: datetime,
    *,
    citizen_id: int | None = None,
    code: str | None = None,
    staff: StaffMember | None = None,
) -> Progress:
    """Where a case stands. Raises NotYourRole, and CaseNotFound in the same words whether there is such a case or not.

    A door through which codes can be guessed goes by `bot.following`, which slows that.
    """
    case = await of_owner(tx, number, citizen_id) if citizen_id is not None else None
    if case is None and staff is not None:
        case = await for_staff(tx, number, staff)
    if case is None and code is not None:
        case = await by_code(tx, number, code)
    if case is None:
        raise CaseNotFound()
    return (await told(tx, [case], now))[0]


# ------------------------------------------------------------------------------------------------ how it stands


async def told(tx: Tx, chosen: Sequence[Case], now: datetime) -> tuple[Progress, ...]:
    """All there is to know of these cases, in their order."""
    ids = [case.id for case in chosen]
    if not ids:
        return ()
    stops, facts, materials = await rows.stops(tx, ids), await rows.facts(tx, ids), await rows.materials(tx, ids)
    calendar = await places.calendar(tx)  # a hall's own closed day stops no legal clock
    return tuple(
        _told(case, stops.get(case.id, []), calendar, now, facts[case.id], materials.get(case.id, []))
        for case in chosen
    )


def _told(
    case: Case,
    stops: Sequence[Stop],
    calendar: Calendar,
    now: datetime,
    facts: Sequence[Fact],
    materials: Sequence[Material],
) -> Progress:
    stop = next((one for one in stops if one.ended_on is None), None)
    return Progress(
        case=case,
        clock=clock_of(case, stops, calendar, day_of(now)),
        since=_since(facts),
        stop=stop,
        until_on=None if stop is None else _until(stop, calendar),
        tell_by_on=_tell_by(case, calendar),
        history=tuple(facts),
        materials=tuple(materials),
        today=day_of(now),
    )


def _since(facts: Sequence[Fact]) -> datetime:
    """When the state it is in began: what came in piece by piece has not changed it."""
    since = facts[-1]
    for fact in reversed(facts):
        if fact.state is not since.state:
            break
        since = fact
    return since.at


def _until(stop: Stop, calendar: Calendar) -> date | None:
    try:
        return None if stop.limit is None else last_day(stop.from_on, stop.limit, calendar)
    except YearNotPublished:
        return None


def _tell_by(case: Case, calendar: Calendar) -> date | None:
    try:
        return tell_by(case.complete_on, calendar) if case.state is State.RECEIVED else None
    except YearNotPublished:
        return None


def clock_of(case: Case, stops: Sequence[Stop], calendar: Calendar, today: date) -> Clock:
    """Both clocks of a case as of a day; of one that has ended, as they stood then."""
    if case.accepted_on is None or case.unit is None:
        return STANDS_STILL
    spells = [Spell(one.from_on, one.limit, one.ended_on) for one in stops if one.limit is not None]
    as_of = today if case.ended_at is None else day_of(case.ended_at)
    return reckon(case.accepted_on, case.promised, case.legal, case.unit, spells, as_of, calendar)


# ------------------------------------------------------------------------------------------------ lists


async def own(
    tx: Tx, citizen_id: int, *, include_past: bool = True, before_id: int | None = None, n: int | None = None
) -> tuple[Case, ...]:
    """A citizen's cases, the newest first; from the one before `before_id` on, `n` of them."""
    theirs = rows.every_case.where(cases.c.citizen_id == citizen_id).order_by(cases.c.id.desc())
    if not include_past:
        theirs = theirs.where(cases.c.state.in_(LIVE))
    if before_id is not None:
        theirs = theirs.where(cases.c.id < before_id)
    return tuple(rows.case_of(row) for row in await tx.all(theirs.limit(n)))


@dataclass(frozen=True, slots=True)
class Step:
    """A fact with who made it so and who approved it, for staff; None: the house itself, by the clock."""

    at: datetime
    what: What
    note: str
    by: str | None
    approved_by: str | None


async def trail(tx: Tx, case_id: int) -> tuple[Step, ...]:
    """What became of a case, step by step."""
    lead = staff_table.alias("lead")
    joined = case_facts.outerjoin(staff_table, staff_table.c.id == case_facts.c.by_staff)
    joined = joined.outerjoin(lead, lead.c.id == case_facts.c.approved_by)
    columns = (
        case_facts.c.at,
        case_facts.c.what,
        case_facts.c.note,
        staff_table.c.name,
        lead.c.name.label("lead_name"),
    )
    told = select(*columns).select_from(joined).where(case_facts.c.case_id == case_id).order_by(case_facts.c.id)
    return tuple(Step(row.at, What(row.what), row.note, row.name, row.lead_name) for row in await tx.all(told))


async def of_visit(tx: Tx, *, appointment_id: int | None = None, ticket_id: int | None = None) -> Case | None:
    """The case, the newest if there are several, opened for an appointment or a ticket."""
    column = cases.c.ticket_id if appointment_id is None else cases.c.appointment_id
    came = column == (ticket_id if appointment_id is None else appointment_id)
    row = await tx.one(rows.every_case.where(came).order_by(cases.c.id.desc()))
    return None if row is None else rows.case_of(row)


async def plain(tx: Tx, number: str) -> dict[str, str]:
    """What the trail of staff compares before and after a deed; nothing where there is no such case."""
    row = await tx.one(rows.every_case.where(cases.c.number == tidy_number(number)))
    if row is None:
        return {}
    owed = [one for one in (await rows.materials(tx, [row.id])).get(row.id, []) if one.is_owed]
    promised = "、".join(f"{one.name}（{one.owed_on}前）" for one in owed)
    return {"状态": State(row.state).chinese, "下一步": row.next_step or "", "容缺": promised}
