"""Places given back. They return by lot after a while, so that nobody wins by watching, and first to who waits."""

import random
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from hall.appointments.model import Appointment
from hall.appointments.rules import Rules
from hall.appointments.tables import freed_places, slots, waits
from kit.db import Tx

WAITING = "waiting"
_lot = random.SystemRandom()


async def give_back(tx: Tx, held: Appointment, rules: Rules, now: datetime) -> None:
    """Gives back the place an appointment stood in. It counts as booked until it returns."""
    least, most = rules.freed_minutes
    returns_at = now + timedelta(seconds=_lot.uniform(least * 60, most * 60))
    is_at_once = most == 0 and not await _somebody_waits(tx, held)
    if held.is_reserve or is_at_once or returns_at >= held.starts_at:
        await return_one(tx, held.slot_id, is_reserve=held.is_reserve)
    else:
        await tx.insert(insert(freed_places).values(slot_id=held.slot_id, returns_at=returns_at))


async def return_one(tx: Tx, slot_id: int, *, is_reserve: bool = False) -> None:
    """The place can be had again."""
    taken = slots.c.reserve_booked if is_reserve else slots.c.booked
    await tx.run(update(slots).where(slots.c.id == slot_id, taken > 0).values({taken: taken - 1}))


async def _somebody_waits(tx: Tx, held: Appointment) -> bool:
    fits = (waits.c.group_id == held.group_id, waits.c.from_on <= held.on, waits.c.to_on >= held.on)
    return await tx.value(select(waits.c.id).where(*fits, waits.c.state == WAITING).limit(1)) is not None
