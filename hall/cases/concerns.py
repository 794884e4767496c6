"""What staff should look at today: cases late or nearly so, stops that have run out, what silence has accepted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hall.cases import progress, rows
from hall.cases.clocks import Light, is_near
from hall.cases.listing import EVERYTHING, Wanted, chosen
from hall.cases.model import LIVE, READERS, Progress, State
from hall.cases.tables import cases
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx


class Concern(StrEnum):
    """The gravest first."""

    LEGAL_OVER = "legal_over"
    PROMISED_OVER = "promised_over"
    STOP_OVER = "stop_over"  # its limit has passed, the clock runs
    OWED_OVER = "owed_over"  # what was promised (容缺) has not come
    DEEMED = "deemed"  # accepted by silence and not taken up yet
    LEGAL_NEAR = "legal_near"
    PROMISED_NEAR = "promised_near"
    TELL_NEAR = "tell_near"  # tomorrow silence accepts it
    STOP_NEAR = "stop_near"
    OWED_NEAR = "owed_near"

    @property
    def chinese(self) -> str:
        return CONCERN_NAMES[self]


CONCERN_NAMES = {
    Concern.LEGAL_OVER: "红灯 超过法定",
    Concern.PROMISED_OVER: "黄灯 超过承诺",
    Concern.STOP_OVER: "停的期限已过，时限在走",
    Concern.OWED_OVER: "容缺的材料过了日子还没交",
    Concern.DEEMED: "没有按时告知，视为受理",
    Concern.LEGAL_NEAR: "快到法定",
    Concern.PROMISED_NEAR: "快到承诺",
    Concern.TELL_NEAR: "快过五个工作日，再不告知就视为受理",
    Concern.STOP_NEAR: "停的期限快到",
    Concern.OWED_NEAR: "容缺的材料快到补交的日子",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """`by_on` is the day the gravest of them is about."""

    progress: Progress
    concerns: tuple[Concern, ...]
    by_on: date | None


async def due(
    tx: Tx, hall_id: str, staff: StaffMember, now: datetime, wanted: Wanted = EVERYTHING
) -> tuple[Watched, ...]:
    """The hall's cases that want looking at, or those wanted of them, the gravest first. Raises NotYourRole."""
    rows.check_role(staff, READERS, hall_id)
    here = chosen(hall_id, wanted).where(cases.c.state.in_(LIVE)).order_by(cases.c.id)
    under_way = [rows.case_of(row) for row in await tx.all(here)]
    calendar = await places.calendar(tx)
    watched = []
    for one in await progress.told(tx, under_way, now):
        found = sorted(concerns_of(one, calendar, day_of(now)), key=lambda pair: list(Concern).index(pair[0]))
        if found:
            watched.append(Watched(one, tuple(kind for kind, _ in found), found[0][1]))
    return tuple(sorted(watched, key=lambda one: (list(Concern).index(one.concerns[0]), one.by_on or date.max)))


def concerns_of(one: Progress, calendar: Calendar, today: date) -> Iterator[tuple[Concern, date | None]]:
    """What is to be said of a case today, each with its day."""
    clock, case = one.clock, one.case
    if clock.light is Light.RED:
        yield Concern.LEGAL_OVER, clock.legal_due_on
    elif clock.light is Light.YELLOW:
        yield Concern.PROMISED_OVER, clock.due_on
    if clock.near is not None:
        is_legal = clock.near == "legal"
        yield (Concern.LEGAL_NEAR, clock.legal_due_on) if is_legal else (Concern.PROMISED_NEAR, clock.due_on)
    if one.until_on is not None and today > one.until_on:
        yield Concern.STOP_OVER, one.until_on
    elif one.until_on is not None and is_near(one.until_on, today, calendar):
        yield Concern.STOP_NEAR, one.until_on
    if one.owed_on is not None and today > one.owed_on:
        yield Concern.OWED_OVER, one.owed_on
    elif one.owed_on is not None and is_near(one.owed_on, today, calendar):
        yield Concern.OWED_NEAR, one.owed_on
    if case.is_deemed and case.state is State.ACCEPTED:
        yield Concern.DEEMED, case.accepted_on
    by_on = one.tell_by_on
    if by_on is not None and (today > by_on or is_near(by_on, today, calendar)):
        yield Concern.TELL_NEAR, by_on
