"""What the public can book of a matter on a day: the free slots, where the rules let that day be booked now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from hall.appointments import checks, rule_book, shut_matters
from hall.appointments.checks import IsWorkday, OpenDays
from hall.appointments.model import Slot
from hall.appointments.rules import Rules
from hall.appointments.slots import NEAR, free_slots, nearest
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import YearNotPublished
from kit.db import Tx
from kit.errors import Problem


class Of(NamedTuple):
    """Whose slots, and by whose rules they are booked."""

    hall_id: str
    group_id: int
    matter_id: str

    @classmethod
    def matter(cls, matter: Matter) -> "Of":
        return cls(matter.hall_id, matter.group_id, matter.id)


@dataclass(frozen=True, slots=True)
class Offer:
    """`why_not`: OutsideWindow, YearNotPublished or MatterShut, where no slots of the day are offered for it."""

    slots: tuple[Slot, ...]
    rule: str
    days: OpenDays | None
    why_not: Problem | None


async def nearest_on_offer(
    tx: Tx, of: Of, wanted: datetime | None, now: datetime, n: int = NEAR, days: Sequence[date] = ()
) -> tuple[Slot, ...]:
    """At most `n` free slots of days that can be booked now, nearest to the wish first."""
    opened = await open_days(tx, of, now)
    if opened is None:
        return ()
    shut = await shut_matters.ahead(tx, [of.hall_id], now)

    def may(slot: Slot) -> bool:
        return opened.hold(slot.on) and not any(one.holds(slot, of.matter_id) for one in shut)

    return await nearest(tx, of.hall_id, of.group_id, wanted, now, n, days, may)


async def on_offer(tx: Tx, matter: Matter, on: date, now: datetime) -> Offer:
    """As a booking would be decided, so that nothing is offered that would then be refused for its day."""
    rules, is_workday = await _bounds(tx, Of.matter(matter))
    why_not = checks.outside_window(rules, on, is_workday, now)
    free = () if why_not else await free_slots(tx, matter.hall_id, matter.group_id, on, now)
    shut = await shut_matters.ahead(tx, [matter.hall_id], now)
    said = {slot.id: shut_matters.refusal(shut, slot, matter.id, matter.name) for slot in free}
    found = tuple(slot for slot in free if said[slot.id] is None)
    if free and not found:
        why_not = said[free[0].id]
    return Offer(found, rules.window.say(), _open_days(rules, is_workday, now), why_not)


async def open_days(tx: Tx, of: Of, now: datetime) -> OpenDays | None:
    """The days that can be booked now; None where the year that decides is not published."""
    return _open_days(*await _bounds(tx, of), now)


async def _bounds(tx: Tx, of: Of) -> tuple[Rules, IsWorkday]:
    """What decides which days can be booked."""
    rules = await rule_book.rules_of(tx, of.hall_id, of.group_id, of.matter_id)
    return rules, (await places.calendar(tx, of.hall_id)).is_workday


def _open_days(rules: Rules, is_workday: IsWorkday, now: datetime) -> OpenDays | None:
    """None where the year that decides is not published."""
    try:
        return checks.open_days(rules, is_workday, now)
    except YearNotPublished:
        return None
