"""What a clerk does with a case. Each verb checks, holds the case, and leaves a fact; the owner is told.

Stops of the clock are in stops.py, what is missing in supplements.py, what is promised (容缺) in promises.py, how a
case stands in progress.py.
"""

from collections.abc import Collection
from datetime import date, datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import insert

from hall.cases import news, rows
from hall.cases.model import (
    CLERKS,
    CODE_LENGTH,
    Came,
    Case,
    NoSuchMaterial,
    State,
    StillMissing,
    StillOwed,
    What,
)
from hall.cases.tables import case_materials, cases
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.notices.model import Kind
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Duplicate, Tx
from kit.errors import Unavailable
from kit.ids import with_check
from kit.secrets import readable_code

NUMBER_TRIES = 20
RECEIVED, ACCEPTED, IN_REVIEW = "已收到您的材料", "材料齐全，已经受理", "已经转到审核"
RESULT = "办理结果"
NOWHERE = Came()


async def open(  # noqa: A001 (a clerk opens a case; files are not opened here)
    tx: Tx,
    matter: Matter,
    now: datetime,
    *,
    staff: StaffMember | None = None,
    citizen_id: int | None = None,
    applicant: str | None = None,
    came: Came = NOWHERE,
    lacking: Collection[int] = (),
    number: str | None = None,
    code: str | None = None,
) -> tuple[Case, str]:
    """Enters what was handed in, as 收件; returns it with the query code for the receipt, of which a digest is kept.

    `lacking`: places, from 1, of the matter's materials that were not handed in. `number` and `code` are given by the
    sample hall only, whose cases are the same on every run. Raises NotYourRole, NoSuchMaterial, and Duplicate when a
    given number is taken.
    """
    rows.check_role(staff, CLERKS, matter.hall_id)
    count = len(matter.materials)
    for place in lacking:
        if not 0 < place <= count:
            raise NoSuchMaterial(place=place, count=count)
    code = code or readable_code(CODE_LENGTH)
    received_on = day_of(now)
    first: dict[str, Any] = {
        "hall_id": matter.hall_id,
        "matter_id": matter.id,
        "matter_name": matter.name,
        "citizen_id": citizen_id,
        "applicant": applicant,
        "state": State.RECEIVED,
        "received_on": received_on,
        "is_deemed": False,
        "lists": 0,
        "appointment_id": came.appointment_id,
        "ticket_id": came.ticket_id,
    }
    number, case_id = await _enter(tx, first, number, code, received_on)
    blank: dict[str, Any] = dict.fromkeys(
        ("supplemented_on", "accepted_on", "promised", "legal", "unit", "next_step", "told_on", "ended_at")
    )
    case = Case(id=case_id, number=number, **first, **blank)
    await _list(tx, case, matter, lacking)
    return await rows.change(tx, case, What.OPENED, RECEIVED, now, staff), code


async def _enter(tx: Tx, first: dict[str, Any], given: str | None, code: str, received_on: date) -> tuple[str, int]:
    for _ in range(NUMBER_TRIES):
        number = given or with_check(f"ST{received_on:%Y%m%d}{randbelow(10_000):04d}")
        try:
            made = insert(cases).values(number=number, code_digest=rows.digest(number, code), **first)
            return number, await tx.insert(made)
        except Duplicate:
            if given is not None:
                raise
    raise Unavailable()


async def _list(tx: Tx, case: Case, matter: Matter, lacking: Collection[int]) -> None:
    """The matter's materials as they stand today: a later edition of the guide asks nothing more of this case."""
    listed = [
        {
            "case_id": case.id,
            "place": place,
            "name": one.name,
            "form": one.form,
            "count": one.count,
            "note": one.note,
            "is_needed": one.is_needed,
            "is_brought": place not in lacking,
            "is_asked": False,
            "lack": None,
            "may_follow": one.may_follow,
        }
        for place, one in enumerate(matter.materials, 1)
    ]
    await tx.insert_all(case_materials, listed)


async def accept(tx: Tx, number: str, staff: StaffMember | None, now: datetime, next_step: str | None = None) -> Case:
    """受理: starts the clocks of both time limits, as the matter has them today.

    Raises CaseNotFound, NotYourRole, MoveNotAllowed, StillMissing.
    """
    case = await rows.hold(tx, number, staff, State.ACCEPTED)
    if case.state is not State.RECEIVED:  # a supplement is taken, and a stop ended, by a verb of its own
        raise rows.not_allowed(case, State.ACCEPTED)
    lacking = await rows.lacking(tx, case)
    if lacking:
        raise StillMissing(names="、".join(one.name for one in lacking))
    return await begin_clocks(tx, case, day_of(now), What.ACCEPTED, ACCEPTED, now, staff, next_step)


async def begin_clocks(
    tx: Tx,
    case: Case,
    accepted_on: date,
    what: What,
    note: str,
    now: datetime,
    staff: StaffMember | None,
    next_step: str | None = None,
    kind: Kind = Kind.CASE_ACCEPTED,
) -> Case:
    """Accepted as of a day, by a clerk or by silence; the limits are the matter's of today. `kind`: how it is told."""
    matter = await matters.matter(tx, case.hall_id, case.matter_id)
    has_limit = matter.days_unit is not None
    changes: dict[str, Any] = {
        "state": State.ACCEPTED,
        "accepted_on": accepted_on,
        "is_deemed": what is What.DEEMED,
        "promised": matter.promised_days if has_limit else None,
        "legal": matter.legal_days if has_limit else None,
        "unit": matter.days_unit,
        "next_step": next_step,
    }
    accepted = await rows.change(tx, case, what, note, now, staff, **changes)
    return await news.tell(tx, accepted, kind, now)


async def review(tx: Tx, number: str, staff: StaffMember | None, now: datetime, next_step: str | None = None) -> Case:
    """审核 begins. Raises CaseNotFound, NotYourRole, MoveNotAllowed."""
    case = await rows.hold(tx, number, staff, State.REVIEW)
    if case.state is not State.ACCEPTED:
        raise rows.not_allowed(case, State.REVIEW)
    return await rows.change(tx, case, What.REVIEWED, IN_REVIEW, now, staff, state=State.REVIEW, next_step=next_step)


async def refuse(tx: Tx, number: str, staff: StaffMember | None, reason: str, now: datetime) -> Case:
    """不予受理, before acceptance. Raises CaseNotFound, NotYourRole, MoveNotAllowed, WordsNeeded."""
    return await _end(tx, number, staff, (State.REFUSED, What.REFUSED, Kind.CASE_REFUSED), reason, now)


async def decline(tx: Tx, number: str, staff: StaffMember | None, reason: str, now: datetime) -> Case:
    """退件: not passed, or given up. Raises CaseNotFound, NotYourRole, MoveNotAllowed, WordsNeeded."""
    return await _end(tx, number, staff, (State.DECLINED, What.DECLINED, Kind.CASE_DECLINED), reason, now)


async def conclude(
    tx: Tx, number: str, staff: StaffMember | None, result: str, now: datetime, next_step: str | None = None
) -> Case:
    """办结, with the result in words for the applicant, and in `next_step` how they get it.

    Raises CaseNotFound, NotYourRole, MoveNotAllowed, WordsNeeded, and StillOwed where a promised material has not come.
    """
    ending = (State.CONCLUDED, What.CONCLUDED, Kind.CASE_CONCLUDED)
    return await _end(tx, number, staff, ending, result, now, next_step)


async def _check_owed(tx: Tx, case: Case) -> None:
    owed = [one.name for one in (await rows.materials(tx, [case.id])).get(case.id, []) if one.is_owed]
    if owed:
        raise StillOwed(names="、".join(owed))


async def _end(
    tx: Tx,
    number: str,
    staff: StaffMember | None,
    ending: tuple[State, What, Kind],
    words: str,
    now: datetime,
    next_step: str | None = None,
) -> Case:
    state, what, kind = ending
    case = await rows.hold(tx, number, staff, state)
    note = rows.check_words(words, RESULT if state is State.CONCLUDED else rows.REASON)
    if state is State.CONCLUDED:
        await _check_owed(tx, case)
    await rows.end_stop(tx, case, day_of(now))
    over: dict[str, Any] = {"state": state, "ended_at": now, "next_step": next_step}
    return await news.tell(tx, await rows.change(tx, case, what, note, now, staff, **over), kind, now, note=note)
