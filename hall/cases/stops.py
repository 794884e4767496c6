"""Stopping the clock: 特别程序 and 中止, each with its reason, a lead's approval and a limit; and going on.

《行政许可法》第四十五条: hearings, tests, inspections, quarantine, appraisals and expert reviews do not count into the
days, and the applicant is told in writing how long they take.
"""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert

from hall.cases import news, rows
from hall.cases.clocks import UNITS, Limit
from hall.cases.model import BadLimit, Case, State, What
from hall.cases.tables import case_stops
from hall.notices.model import Kind
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx

MOST_DAYS = 365
GOES_ON = "接着办理"


async def stop(
    tx: Tx,
    number: str,
    staff: StaffMember | None,
    approver: StaffMember | None,
    reason: str,
    limit: Limit,
    now: datetime,
    next_step: str | None = None,
    *,
    state: State,
) -> Case:
    """Raises CaseNotFound, NotYourRole, ApprovalNeeded, MoveNotAllowed, WordsNeeded, BadLimit."""
    case = await rows.hold(tx, number, staff, state)
    rows.check_approval(staff, approver, case.hall_id)
    why = rows.check_words(reason, rows.REASON)
    check_limit(limit)
    await enter(tx, case, state, why, limit, approver, now)
    changes: dict[str, Any] = {"state": state, "next_step": next_step}
    stopped = await rows.change(tx, case, What.STOPPED, why, now, staff, approver, **changes)
    return await news.tell(tx, stopped, Kind.CASE_STOPPED, now, note=why)


begin_special = partial(stop, state=State.SPECIAL)  # 特别程序
suspend = partial(stop, state=State.SUSPENDED)  # 中止


async def enter(
    tx: Tx, case: Case, state: State, reason: str, limit: Limit | None, approver: StaffMember | None, now: datetime
) -> None:
    """The spell, from today on."""
    spell = {"days": limit and limit.days, "unit": limit and limit.unit, "from_on": day_of(now), "began_at": now}
    who = {"case_id": case.id, "state": state, "was": case.state, "approved_by": approver and approver.id}
    await tx.insert(insert(case_stops).values(reason=reason, **spell, **who))


def check_limit(limit: Limit) -> None:
    """Raises BadLimit."""
    if limit.unit not in UNITS or not 0 < limit.days <= MOST_DAYS:
        raise BadLimit(most=MOST_DAYS)


async def resume(
    tx: Tx, number: str, staff: StaffMember | None, now: datetime, note: str = GOES_ON, next_step: str | None = None
) -> Case:
    """The stop is over, the clock goes on tomorrow and the case where it was. Raises as `stop`."""
    case = await rows.hold(tx, number, staff, State.ACCEPTED, State.REVIEW)
    if case.state not in (State.SPECIAL, State.SUSPENDED):
        raise rows.not_allowed(case, State.REVIEW)
    words = rows.check_words(note, rows.REASON)
    spell = await rows.end_stop(tx, case, day_of(now))
    changes: dict[str, Any] = {"state": State.REVIEW if spell is None else spell.was, "next_step": next_step}
    going = await rows.change(tx, case, What.RESUMED, words, now, staff, **changes)
    return await news.tell(tx, going, Kind.CASE_RESUMED, now)
