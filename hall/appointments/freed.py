"""Places given back. They return by lot after a while, so that nobody wins by watching, and first to who waits."""

import random
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from hall.appointments.model import Appointment, Slot, WaitState
from hall.appointments.rules import Rules
from hall.appointments.tables import freed_places, slots, waits
from kit.db import Tx

_lot = random.SystemRandom()


async def give_back(tx: Tx, held: Appointment, rules: Rules, now: datetime) -> None:
    """Gives back the place an appointment stood in. It counts as booked until it returns."""
    if held.is_reserve:
        await return_places(tx, held.slot_id, is_reserve=True)
    else:
        await _give_back(tx, held.slot_id, held, rules, now)


async def give_back_kept(tx: Tx, slot: Slot, rules: Rules, now: datetime) -> None:
    """Gives back a place that was only kept. Where others are free there is nothing to win by watching for it."""
    if slot.left > 0 or slot.closure_id is not None:
        await return_places(tx, slot.id)
    else:
        await _give_back(tx, slot.id, slot, rules, now)


async def _give_back(tx: Tx, slot_id: int, stood: Appointment | Slot, rules: Rules, now: datetime) -> None:
    least, most = rules.freed_minutes
    returns_at = now + timedelta(seconds=_lot.uniform(least * 60, most * 60))
    is_at_once = most == 0 and not await _somebody_waits(tx, stood)
    if is_at_once or returns_at >= stood.starts_at:
        await return_places(tx, slot_id)
    else:
        await tx.insert(insert(freed_places).values(slot_id=slot_id, returns_at=returns_at))


async def return_places(tx: Tx, slot_id: int, n: int = 1, *, is_reserve: bool = False) -> None:
    """The places can be had again."""
    taken = slots.c.reserve_booked if is_reserve else slots.c.booked
    await tx.run(update(slots).where(slots.c.id == slot_id, taken >= n).values({taken: taken - n}))


async def _somebody_waits(tx: Tx, stood: Appointment | Slot) -> bool:
    fits = (waits.c.group_id == stood.group_id, waits.c.from_on <= stood.on, waits.c.to_on >= stood.on)
    waiting = select(waits.c.id).where(*fits, waits.c.state == WaitState.WAITING).limit(1)
    return await tx.value(waiting) is not None
