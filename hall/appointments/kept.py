"""Places kept for one person for a while. Each counts as booked until it is used, given up, or has run out.

Whoever touches a kept place holds the lock on its person: so one that runs out while it is being booked is either
booked or given back, never both and never neither.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from hall.appointments import freed, rule_book
from hall.appointments.model import Hold, Slot, Wait, WaitState
from hall.appointments.tables import holds, slots, waits
from hall.matters import service as matters
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.db import Tx

MOST_OFFERS = 3
every_wait = select(*(waits.c[f.name] for f in fields(Wait))).order_by(waits.c.id)
_slot = tuple(slots.c[f.name] for f in fields(Slot))
_every_hold = (
    select(*_slot, holds.c.id.label("hold_id"), holds.c.until_at, holds.c.waiting_id, holds.c.citizen_id)
    .join(slots, slots.c.id == holds.c.slot_id)
    .order_by(holds.c.slot_id)
)


def _hold(row: Any) -> Hold:
    return Hold(row.hold_id, Slot(*row[: len(_slot)]), row.until_at, row.waiting_id)


def read_wait(row: Any) -> Wait:
    read = dict(zip(row._fields, row, strict=True))
    return Wait(**(read | {"state": WaitState(row.state)}))


async def own(tx: Tx, citizen_id: int) -> tuple[Hold, ...]:
    """Everything kept for a person, what has run out too."""
    return tuple(_hold(row) for row in await tx.all(_every_hold.where(holds.c.citizen_id == citizen_id)))


async def run_out(tx: Tx, now: datetime, n: int) -> list[tuple[int, Hold]]:
    """Holds whose time is over, the longest over first, each with its person."""
    over = _every_hold.where(holds.c.until_at <= now).order_by(None).order_by(holds.c.until_at).limit(n)
    return [(row.citizen_id, _hold(row)) for row in await tx.all(over)]


async def inside(tx: Tx, which: Sequence[ColumnElement[bool]]) -> list[tuple[int, Hold]]:
    """Holds that a closure gives up, each with its person. `which`: of their slots, and of the waits behind them."""
    offered = _every_hold.outerjoin(waits, waits.c.id == holds.c.waiting_id).where(*which)
    return [(row.citizen_id, _hold(row)) for row in await tx.all(offered)]


async def keep(tx: Tx, citizen_id: int, slot: Slot, until_at: datetime, waiting_id: int | None = None) -> Hold:
    """Keeps a place that has been taken for the person already (`booking.take_place`)."""
    kept = {"citizen_id": citizen_id, "slot_id": slot.id, "until_at": until_at, "waiting_id": waiting_id}
    return Hold(await tx.insert(insert(holds).values(**kept)), slot, until_at, waiting_id)


async def use(tx: Tx, ids: Sequence[int]) -> None:
    """The places kept are appointments now; who waited for one of them waits no longer."""
    offered = select(holds.c.waiting_id).where(holds.c.id.in_(ids), holds.c.waiting_id.is_not(None))
    served = [row.waiting_id for row in await tx.all(offered)]
    await tx.run(delete(holds).where(holds.c.id.in_(ids)))
    if served:
        await end(tx, served, WaitState.TAKEN)


async def end(tx: Tx, ids: Sequence[int], state: WaitState) -> None:
    """Ends waits: taken, or over."""
    await tx.run(update(waits).where(waits.c.id.in_(ids)).values(state=state, live_key=None))


async def give_up(tx: Tx, ended: Sequence[Hold], now: datetime) -> int:
    """Gives back places kept, slots in order; returns how many really were still kept. The people are locked.

    Who was offered one goes back to their old place on the list, or after the third offer is told that it is over.
    """
    gone = [one for one in sorted(ended, key=lambda one: one.slot.id) if await _delete(tx, one)]
    books = {hall_id: await rule_book.book(tx, hall_id) for hall_id in {one.slot.hall_id for one in gone}}
    for one in gone:
        await freed.give_back_kept(tx, one.slot, books[one.slot.hall_id].of(one.slot.group_id, ""), now)
    offered = [one.waiting_id for one in gone if one.waiting_id is not None]
    if offered:
        await _back_to_the_list(tx, offered, now)
    return len(gone)


async def _delete(tx: Tx, one: Hold) -> bool:
    return await tx.run(delete(holds).where(holds.c.id == one.id, holds.c.until_at == one.until_at)) == 1


async def _back_to_the_list(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    found = every_wait.where(waits.c.id.in_(ids), waits.c.state == WaitState.OFFERED)
    for wait in [read_wait(row) for row in await tx.all(found)]:
        if wait.notices < MOST_OFFERS:
            await tx.run(update(waits).where(waits.c.id == wait.id).values(state=WaitState.WAITING))
        else:
            await end_unserved(tx, wait, now)


async def end_unserved(tx: Tx, wait: Wait, now: datetime) -> None:
    """Ends a wait that came to nothing, and says so."""
    await end(tx, [wait.id], WaitState.OVER)
    told = {"matter": (await matters.matter(tx, wait.hall_id, wait.matter_id)).name}
    await notices.tell(
        tx, wait.citizen_id, Kind.WAIT_OVER, told, f"wait_over:{wait.id}", now, by_day(now), hall_id=wait.hall_id
    )
