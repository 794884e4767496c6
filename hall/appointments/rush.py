"""The rush when places open: wishes that arrive together in one worker are decided together, in their order.

One transaction for many costs little more than for one (limits.md: 18,000 attempts a second against 2,000). Who wants a
slot that is full already is told so from a plain look, without a lock: nobody queues at a door that stays shut. It is
the same verb underneath (`book_all`), so a batch decides nothing that `book` would not.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from hall.appointments.booking import SCOPE, book_all, name_of
from hall.appointments.model import Appointment, Request
from hall.appointments.offers import Of, nearest_on_offer
from hall.appointments.reading import every_slot, read_slots
from hall.appointments.refusals import SlotFull
from hall.appointments.tables import appointments, holds, slots
from kit import once
from kit.db import Database, Tx
from kit.errors import Problem

LOOKED_AT = 512  # wishes taken up together
BOOKED_AT_ONCE = 64  # of those, written in one transaction: others at their slots wait no longer than that takes
NEAR_KEPT = timedelta(seconds=1)
Waiter = tuple[Request, "asyncio.Future[Appointment]"]
Full = dict[tuple[int, str], SlotFull]  # by slot and matter, with what is near


class Rush:
    """One a worker. `book` as the verb of that name, from many tasks at once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[Waiter] = []
        self._runner: asyncio.Task[None] | None = None
        self._now: datetime | None = None
        self._told: Full = {}
        self._told_at: datetime | None = None

    async def book(self, request: Request, now: datetime) -> Appointment:
        """Raises what `booking.book` raises. Whoever leaves is still decided, as their key will find."""
        decided: asyncio.Future[Appointment] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, decided))
        self._now = now if self._now is None else max(now, self._now)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="rush")
        return await asyncio.shield(decided)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LOOKED_AT], self._waiting[LOOKED_AT:]
                assert self._now is not None, "whoever waits has brought the time"
                await self._decide(batch, self._now)
        finally:
            self._runner = None

    def _near(self, now: datetime) -> Full:
        """What was near full slots within the last second; the rush asks it hundreds of times over."""
        if self._told_at is None or abs(now - self._told_at) > NEAR_KEPT:
            self._told, self._told_at = {}, now
        return self._told

    async def _decide(self, batch: Sequence[Waiter], now: datetime) -> None:
        try:
            full = await self._db.consult(hopeless, [request for request, _ in batch], now, self._near(now))
        except Exception as error:
            _fail(batch, error)
            return
        for place, refusal in full.items():
            _tell(batch[place], refusal.again())
        hopeful = [waiter for place, waiter in enumerate(batch) if place not in full]
        part, rest = hopeful[:BOOKED_AT_ONCE], hopeful[BOOKED_AT_ONCE:]
        if part:
            await self._book(part, now)
        if rest:
            await self._decide(rest, now)  # looked at anew: what was free is full now, more often than not

    async def _book(self, part: Sequence[Waiter], now: datetime) -> None:
        try:
            outcomes = await self._db.transact(book_all, [request for request, _ in part], now, has_looked=True)
        except Exception as error:
            _fail(part, error)
            return
        for waiter, outcome in zip(part, outcomes, strict=True):
            _tell(waiter, outcome)


def _tell(waiter: Waiter, outcome: Appointment | Problem) -> None:
    decided = waiter[1]
    if decided.done():
        return
    if isinstance(outcome, Problem):
        decided.set_exception(outcome)
        decided.exception()  # whoever asked may have left: then nobody else fetches it
    else:
        decided.set_result(outcome)


def _fail(batch: Sequence[Waiter], error: Exception) -> None:
    for _, decided in batch:
        if not decided.done():
            decided.set_exception(error)
            decided.exception()


async def hopeless(tx: Tx, requests: Sequence[Request], now: datetime, told: Full) -> dict[int, SlotFull]:
    """Which of the wishes are for a slot that is full, by their place in the list. `told` remembers what is near.

    Not hopeless: who may have a place there already (by appointment, hold, or a key that was answered), and staff.
    """
    wanted = sorted({request.slot_id for request in requests if request.staff is None})
    found = await read_slots(tx, every_slot.where(slots.c.id.in_(wanted))) if wanted else []
    full = {slot.id: slot for slot in found if slot.left <= 0 and slot.closure_id is None and slot.starts_at > now}
    among = {place: r for place, r in enumerate(requests) if r.staff is None and r.slot_id in full}
    if not among:
        return {}
    has_some = await _may_have(tx, list(among.values()), sorted(full))
    for request in among.values():
        if (of := (request.slot_id, request.matter.id)) not in told:
            starts_at = full[request.slot_id].starts_at
            told[of] = SlotFull(await nearest_on_offer(tx, Of.matter(request.matter), starts_at, now))
    mine = ((place, r, {r.citizen_id, name_of(r)}) for place, r in among.items())
    return {place: told[request.slot_id, request.matter.id] for place, request, marks in mine if not marks & has_some}


async def _may_have(tx: Tx, requests: Sequence[Request], full: Sequence[int]) -> set[int | str | None]:
    """Citizens with a place in any of the full slots, and keys that were answered."""
    people = sorted({request.citizen_id for request in requests})
    some: set[int | str | None] = set()
    for table in (appointments, holds):
        theirs = select(table.c.citizen_id).where(table.c.slot_id.in_(full), table.c.citizen_id.in_(people))
        some |= {row.citizen_id for row in await tx.all(theirs)}
    keys = sorted({name for request in requests if (name := name_of(request)) is not None})
    return some | set(await once.answers(tx, SCOPE, keys))
