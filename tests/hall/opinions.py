"""Services that are over, and what is said of them, for tests of ratings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.citizens import service as citizens
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.places.model import Counter
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import Ticket
from hall.ratings import dealings
from hall.ratings import service as ratings
from hall.ratings.model import Channel, Dealing, Given, Promise, Rating
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Tx
from tests.hall.builders import MONDAY, a_citizen, a_matter
from tests.hall.lines import CLERK, Here, an_open_counter

PROMISE = Promise(window_days=15, contact_days=1, reply_days=5)
LEAD = StaffMember(9, "赵主任", (Grant(Role.LEAD),), False)


@dataclass(frozen=True)
class Counted:
    """A hall with one open counter, and somebody known."""

    here: Here
    matter: Matter
    citizen: Citizen

    @property
    def counter(self) -> Counter:
        return self.here.counter


async def a_hall_at_work(tx: Tx) -> Counted:
    here = await an_open_counter(tx)
    citizen = await a_citizen(tx)
    await citizens.remember(tx, citizen.id, "王小明", "13800000001")
    return Counted(here, await a_matter(tx, here.a), citizen)


async def serve_one(tx: Tx, at: Counted, now: datetime = MONDAY, citizen_id: int | None = None) -> Ticket:
    """Somebody takes a ticket and is served at once."""
    await queue.take(tx, at.here.a.hall_id, at.here.a, citizen_id, now, matter_id=at.matter.id)
    await calling.call_next(tx, at.counter, CLERK, now)
    await calling.serve(tx, at.counter, CLERK, now)
    return await calling.finish(tx, at.counter, CLERK, now)


async def a_dealing(tx: Tx, at: Counted, now: datetime = MONDAY, citizen_id: int | None = None) -> Dealing:
    return await dealings.of_ticket(tx, (await serve_one(tx, at, now, citizen_id)).id)


async def say_it(tx: Tx, dealing: Dealing, level: int, now: datetime = MONDAY, **more: Any) -> Rating:
    return await ratings.rate(tx, dealing, Given(level, **more), Channel.API, now, PROMISE)
