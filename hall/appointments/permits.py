"""Whether someone may have a place, before there is a form: by who they are, and the phone they last booked with."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from hall.appointments import people, shut_matters
from hall.appointments.checks import Wish, refusal
from hall.appointments.model import Slot
from hall.appointments.rules import Key, Rules
from hall.citizens.tables import citizens
from hall.matters import service as matters
from hall.places import service as places
from kit.db import Tx
from kit.errors import Problem


async def marks_known(tx: Tx, citizen_ids: Collection[int]) -> dict[int, dict[Key, str]]:
    """What these people can be counted by already."""
    found = {number: {Key.CITIZEN: Key.CITIZEN.mark(number)} for number in citizen_ids}
    known = select(citizens.c.id, citizens.c.phone_mark).where(citizens.c.id.in_(sorted(citizen_ids)))
    for row in await tx.all(known.where(citizens.c.phone_mark.is_not(None))):
        found[row.id][Key.PHONE] = Key.PHONE.mark(row.phone_mark)
    return found


async def objection(
    tx: Tx, rules: Rules, slot: Slot, matter_id: str, marks: Mapping[Key, str], now: datetime
) -> Problem | None:
    """That the matter is closed then, or the first rule that says no. Limits that count by what is not known yet say
    nothing: booking asks for it."""
    shut = await shut_matters.ahead(tx, [slot.hall_id], now)
    if any(one.holds(slot, matter_id) for one in shut):
        name = (await matters.matter(tx, slot.hall_id, matter_id)).name
        return shut_matters.refusal(shut, slot, matter_id, name)
    keys = rules.keys() | {Key.CITIZEN}
    counted = {key: mark for key, mark in marks.items() if key in keys}
    limits = tuple(limit for limit in rules.limits if set(limit.by) & set(counted))
    past = await people.history(tx, counted.values(), rules.looks_back_to(now))
    bans = await people.bans_of(tx, slot.hall_id, list(counted.values()), now)
    wish = Wish(slot, matter_id, counted)
    is_workday = (await places.calendar(tx, slot.hall_id)).is_workday
    return refusal(replace(rules, limits=limits), wish, past, bans, is_workday, now)
