"""What happens to cases because a day has come: silence accepts, and a year that was published names the last days.

Each verb holds the one case and looks again, so doing it twice, or by two workers, does it once.
"""

from datetime import datetime, timedelta

from sqlalchemy import not_, or_, select

from hall.cases import news, progress, rows
from hall.cases.clocks import DAYS_TO_TELL, tell_by
from hall.cases.model import LIVE, Case, State, What
from hall.cases.service import begin_clocks
from hall.cases.tables import case_materials, cases
from hall.notices.model import Kind
from hall.places import service as places
from hall.places.model import YearNotPublished
from kit.clock import day_of
from kit.db import Tx

DEEMED = "收到材料后五个工作日内没有告知补正，按规定自收到材料之日起视为受理"
DUE_KNOWN = "放假安排已经公布，办理期限算出来了"


async def left_unanswered(tx: Tx, now: datetime) -> tuple[str, ...]:
    """Numbers of the cases that may have waited five workdays for a word."""
    first_day = day_of(now) - timedelta(days=DAYS_TO_TELL)
    waits = select(cases.c.number).where(cases.c.state == State.RECEIVED, cases.c.received_on < first_day)
    return tuple(row.number for row in await tx.all(waits.order_by(cases.c.id)))


async def accept_by_silence(tx: Tx, number: str, now: datetime) -> Case | None:
    """Accepts as of the day of receipt what nobody has said a word about for five workdays, else None.

    《行政许可法》第三十二条第四项: what is missing is told within five days; without a word the application is accepted
    as of the day the materials came in. A year that is not published yet makes nobody late.
    """
    case = await rows.hold(tx, number, None)
    if case.state is not State.RECEIVED:
        return None
    try:
        is_late = day_of(now) > tell_by(case.complete_on, await places.calendar(tx))
    except YearNotPublished:
        return None
    return await begin_clocks(tx, case, case.complete_on, What.DEEMED, DEEMED, now, None) if is_late else None


async def without_last_day(tx: Tx, now: datetime) -> tuple[str, ...]:
    """Numbers of the cases under way whose owners could not be told a last day when they were accepted."""
    has_limit = or_(cases.c.promised.is_not(None), cases.c.legal.is_not(None))
    open_ones = (cases.c.state.in_(LIVE), cases.c.accepted_on.is_not(None), cases.c.told_on.is_(None), has_limit)
    return tuple(row.number for row in await tx.all(select(cases.c.number).where(*open_ones).order_by(cases.c.id)))


async def owing(tx: Tx, now: datetime) -> tuple[str, ...]:
    """Numbers of the cases under way that wait for a material promised by a day from today to a month from now."""
    owed_on, until_on = case_materials.c.owed_on, day_of(now) + timedelta(days=31)  # no holiday is longer
    soon = (not_(case_materials.c.is_brought), owed_on >= day_of(now), owed_on <= until_on)
    waits = select(case_materials.c.case_id).where(*soon)
    chosen = select(cases.c.number).where(cases.c.state.in_(LIVE), cases.c.id.in_(waits)).order_by(cases.c.id)
    return tuple(row.number for row in await tx.all(chosen))


async def say_last_day(tx: Tx, number: str, now: datetime) -> Case | None:
    """Tells the last day once it can be reckoned, else None: as promised, when the year is published."""
    case = await rows.hold(tx, number, None)
    if case.told_on is not None or case.state.is_final:
        return None
    clock = (await progress.told(tx, [case], now))[0].clock
    if (clock.due_on or clock.legal_due_on) is None:
        return None
    known = await rows.change(tx, case, What.DUE_KNOWN, DUE_KNOWN, now, None)
    return await news.tell(tx, known, Kind.CASE_DUE_KNOWN, now)
