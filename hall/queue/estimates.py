"""How long people are likely to wait: what each ticket was told, and how true it became.

What it is told from is read by sight.py and reckoned by pace.py.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from hall.queue import sight
from hall.queue.model import State, Ticket
from hall.queue.pace import Estimate, Waiting
from hall.queue.sight import Scene
from hall.queue.tables import estimates
from kit.db import Tx

OVER = Estimate(0, 0, 0, 0.0)  # of a ticket that does not wait any more


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of the tickets that were told a range and called: how many, how often it held, how far off (`error`: the median
    of |likely - true| / true), how wide, and how long they waited, in minutes. Shares are None where there are none.
    """

    tickets: int
    inside: float | None
    error: float | None
    width: float | None
    waited: float | None


async def before_taking(tx: Tx, hall_id: str, now: datetime) -> Scene | None:
    """What `record` reckons from; None while no counter is open, since nobody can say then.

    Read before the line is locked: many take tickets at once, and none should wait for another's estimate.
    """
    return await sight.of_crowd(tx, hall_id, now, even_closed=False)


async def record(tx: Tx, ticket: Ticket, scene: Scene | None) -> Estimate | None:
    """Keeps what a ticket just taken is told, to be compared with what becomes true; nothing where nobody can say.

    Raises Duplicate when it has been told before.
    """
    told = None if scene is None else scene.tell_ticket(ticket)
    if told is None or told.likely is None:
        return None
    row = {"ticket_id": ticket.id, "hall_id": ticket.hall_id, "group_id": ticket.group_id, "on": ticket.on}
    minutes = {"low_minutes": told.low, "high_minutes": told.high, "likely_minutes": told.likely}
    await tx.run(insert(estimates).values(**row, ahead=told.ahead, **minutes))
    return told


async def told(tx: Tx, ticket: Ticket) -> Estimate | None:
    """What a ticket was told when it was taken; None where nobody could say."""
    columns = (estimates.c.ahead, estimates.c.low_minutes, estimates.c.high_minutes, estimates.c.likely_minutes)
    row = await tx.one(select(*columns).where(estimates.c.ticket_id == ticket.id))
    return None if row is None else Estimate(*row)


async def settle(tx: Tx, ticket: Ticket, now: datetime) -> None:
    """At its first call: how long it really waited. Later calls change nothing."""
    waited = (now - ticket.taken_at) / timedelta(minutes=1)
    mine = (estimates.c.ticket_id == ticket.id, estimates.c.waited_minutes.is_(None))
    await tx.run(update(estimates).where(*mine).values(waited_minutes=waited))


async def for_ticket(tx: Tx, ticket: Ticket, now: datetime) -> Estimate:
    """The range as it is now. A ticket that does not wait any more has nobody ahead and nothing left to wait."""
    return (await for_tickets(tx, ticket.hall_id, [ticket], now))[0]


async def for_tickets(tx: Tx, hall_id: str, those: Sequence[Ticket], now: datetime) -> list[Estimate]:
    """As `for_ticket`, for several of a hall at one look."""
    if all(ticket.state is not State.WAITING for ticket in those):
        return [OVER] * len(those)
    scene = await sight.of_each(tx, hall_id, now)
    return [scene.tell_ticket(ticket) if ticket.state is State.WAITING else OVER for ticket in those]


async def for_someone(tx: Tx, hall_id: str, group_id: int, now: datetime) -> Estimate:
    """For someone who would take a ticket of the group now."""
    return (await _for_groups(tx, hall_id, now, [group_id]))[group_id]


async def by_group(tx: Tx, hall_id: str, now: datetime) -> dict[int, Estimate]:
    """For someone who would take a ticket now, by group."""
    return await _for_groups(tx, hall_id, now, None)


async def _for_groups(tx: Tx, hall_id: str, now: datetime, wanted: Sequence[int] | None) -> dict[int, Estimate]:
    scene = await sight.of_crowd(tx, hall_id, now)
    assert scene is not None
    every = scene.paces if wanted is None else wanted
    return {group: scene.tell([Waiting((group, None), 0.0)], scene.line) for group in every}


async def accuracy(tx: Tx, hall_id: str, since_on: date, until_on: date) -> Accuracy:
    """How true the estimates of these days became, both days included."""
    here = (estimates.c.hall_id == hall_id, estimates.c.on >= since_on, estimates.c.on <= until_on)
    columns = (
        estimates.c.low_minutes,
        estimates.c.high_minutes,
        estimates.c.likely_minutes,
        estimates.c.waited_minutes,
    )
    rows = await tx.all(select(*columns).where(*here, estimates.c.waited_minutes.is_not(None)))
    if not rows:
        return Accuracy(0, None, None, None, None)
    second = 1 / 60  # whoever is called at once waited that long
    return Accuracy(
        tickets=len(rows),
        inside=sum(low <= waited <= high for low, high, _, waited in rows) / len(rows),
        error=statistics.median(abs(likely - waited) / max(waited, second) for _, _, likely, waited in rows),
        width=statistics.fmean(high - low for low, high, _, _ in rows),
        waited=statistics.fmean(waited for *_, waited in rows),
    )
