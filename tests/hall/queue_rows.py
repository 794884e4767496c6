"""A queue to look at: counters manned and people called by the verbs, people waiting put down at any hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from hall.matters.model import Group
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling, lines
from hall.queue.model import State, Ticket
from hall.queue.tables import tickets
from hall.staff.model import Grant, Role, StaffMember
from kit.clock import day_of
from kit.db import Tx

CLERK_NAME = "张三丰"


@dataclass(frozen=True)
class Seat:
    counter: Counter
    clerk: StaffMember


async def a_seat(tx: Tx, hall_id: str, number: int, letters: Sequence[str], now: datetime, state: str = "open") -> Seat:
    """A counter, and somebody at it unless it is closed."""
    counter = Counter(hall_id, number, f"{number}号窗口", tuple(letters))
    await places.add_counter(tx, counter)
    seat = Seat(counter, StaffMember(number, CLERK_NAME, (Grant(Role.CLERK),), False))
    if state != "closed":
        await calling.open_post(tx, counter, seat.clerk, now)
    if state == "paused":
        await calling.pause(tx, counter, seat.clerk, now)
    return seat


async def a_waiting(
    tx: Tx, group: Group, number: str, now: datetime, citizen_id: int | None = None, matter_id: str | None = None
) -> None:
    """Taken at an hour at which the doors of the hall may be shut."""
    facts = {"hall_id": group.hall_id, "group_id": group.id, "on": day_of(now), "number": number}
    taken = {"state": State.WAITING, "taken_at": now, "queued_at": now, "calls": 0}
    await tx.insert(insert(tickets).values(**facts, **taken, citizen_id=citizen_id, matter_id=matter_id))
    await lines.show(tx, group.hall_id)


async def a_call(tx: Tx, seat: Seat, now: datetime) -> Ticket:
    """The next one to this counter; whoever was there is done."""
    held = await calling.called(tx, seat.counter, now)
    if held is not None:
        if held.ticket.state is State.CALLED:
            await calling.serve(tx, seat.counter, seat.clerk, now)
        await calling.finish(tx, seat.counter, seat.clerk, now)
    return await calling.call_next(tx, seat.counter, seat.clerk, now)


async def a_start(tx: Tx, seat: Seat, now: datetime) -> None:
    """The one who was called has come."""
    await calling.serve(tx, seat.counter, seat.clerk, now)
