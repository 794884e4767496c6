"""What the public can book of a matter on a day: the free slots, where the rules let that day be booked now."""

from dataclasses import dataclass
from datetime import date, datetime

from hall.appointments import checks, rule_book
from hall.appointments.checks import OpenDays
from hall.appointments.model import Slot
from hall.appointments.slots import free_slots
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import YearNotPublished
from kit.db import Tx
from kit.errors import Problem


@dataclass(frozen=True, slots=True)
class Offer:
    """`why_not`: OutsideWindow or YearNotPublished, where the day cannot be booked now and no slots are offered."""

    slots: tuple[Slot, ...]
    rule: str
    days: OpenDays | None
    why_not: Problem | None


async def on_offer(tx: Tx, matter: Matter, on: date, now: datetime) -> Offer:
    """As a booking would be decided, so that nothing is offered that would then be refused for its day."""
    rules = await rule_book.rules_of(tx, matter.hall_id, matter.group_id, matter.id)
    is_workday = (await places.calendar(tx, matter.hall_id)).is_workday
    why_not = checks.outside_window(rules, on, is_workday, now)
    found = () if why_not else await free_slots(tx, matter.hall_id, matter.group_id, on, now)
    try:
        days = checks.open_days(rules, is_workday, now)
    except YearNotPublished:
        days = None
    return Offer(found, rules.window.say(), days, why_not)
