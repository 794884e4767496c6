"""容缺受理: accepted though a material is missing, against the promise to bring it by a day that is told.

Which materials may follow, the matter's list says (`may_follow`); for another one the clerk answers with a reason,
which stays on record. The clocks run as after any acceptance; `supplements.take_supplement` ticks off what came.
"""

from datetime import datetime

from sqlalchemy import update

from hall.cases import progress, rows, service
from hall.cases.clocks import UNITS, Limit, is_near, last_day
from hall.cases.model import BadPromise, Case, NothingOwed, State, What
from hall.cases.news import tell
from hall.cases.tables import case_materials
from hall.notices.model import Kind
from hall.places import service as places
from hall.staff.model import StaffMember
from kit.clock import day_of, say_day
from kit.db import Tx

MOST_DAYS = 365
WHY = "为什么可以容缺"
ACCEPTED = "容缺受理，还要补：{names}，最晚{day}"
REMINDED = "提醒申请人补交：{names}，最晚{day}"


async def accept_with_missing(
    tx: Tx,
    number: str,
    staff: StaffMember | None,
    limit: Limit,
    now: datetime,
    *,
    why: str | None = None,
    next_step: str | None = None,
) -> Case:
    """受理 without what is missing, which is promised within `limit` of today; the day is fixed now, as it is told.

    `why` is wanted where the matter's list does not let one of them follow. Raises CaseNotFound, NotYourRole,
    MoveNotAllowed, NothingOwed, BadPromise, WordsNeeded, YearNotPublished.
    """
    case = await rows.hold(tx, number, staff, State.ACCEPTED)
    if case.state is not State.RECEIVED:
        raise rows.not_allowed(case, State.ACCEPTED)
    lacking = await rows.lacking(tx, case)
    if not lacking:
        raise NothingOwed()
    if limit.unit not in UNITS or not 0 < limit.days <= MOST_DAYS:
        raise BadPromise(most=MOST_DAYS)
    is_on_the_list = all(one.may_follow for one in lacking)
    reason = "" if is_on_the_list and not why else f"。{rows.check_words(why or '', WHY)}"
    owed_on = last_day(day_of(now), limit, await places.calendar(tx))
    those = (case_materials.c.case_id == case.id, case_materials.c.place.in_([one.place for one in lacking]))
    await tx.run(update(case_materials).where(*those).values(owed_on=owed_on))
    note = ACCEPTED.format(names="、".join(one.name for one in lacking), day=say_day(owed_on)) + reason
    told = Kind.CASE_ACCEPTED_OWING
    return await service.begin_clocks(tx, case, day_of(now), What.ACCEPTED, note, now, staff, next_step, told)


async def remind(tx: Tx, number: str, now: datetime) -> Case | None:
    """Reminds of what is promised, once, from the workday before its last day on, and not on the day of the promise.

    None where there is nothing to remind of.
    """
    case = await rows.hold(tx, number, None)
    (told,) = await progress.told(tx, [case], now)
    today = day_of(now)
    if told.owed_on is None or case.accepted_on == today or any(one.what is What.REMINDED for one in told.history):
        return None
    if not is_near(told.owed_on, today, await places.calendar(tx)):
        return None
    note = REMINDED.format(names="、".join(one.name for one in told.owed), day=say_day(told.owed_on))
    return await tell(tx, await rows.change(tx, case, What.REMINDED, note, now, None), Kind.CASE_OWED_SOON, now)
