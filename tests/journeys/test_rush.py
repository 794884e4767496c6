"""The rush as citizens' telephones make it: over HTTP, against `bangban serve` with four worker processes.

Four workers take long to open, so one hall of each database serves all the tests, each with people and slots of its own.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import delete, func, select

from hall.appointments import rule_book
from hall.appointments.model import Slot
from hall.appointments.service import free_slots, make_slots
from hall.appointments.tables import appointments, slots
from hall.citizens import service as citizens
from hall.citizens import sessions
from hall.places.calendar import PUBLISHED
from handlers.api.visitors import BELIEVED_SECONDS
from kit import clock
from kit.db import Database, Tx, metadata
from tests.hall.builders import HALL, a_group, a_hall, a_matter
from tests.handlers.api import Answer, Caller
from tests.servers import serving

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]  # on a machine busy with other things
DATA_KEY = base64.b64encode(b"test key, test key, test key 32b").decode()  # that of tests/conftest.py
WORKERS, PEOPLE, PLACES, WISHES = 4, 60, 5, 20
LIMIT_ONE = {"limit": [{"most": 1, "per": "at_once", "by": ["citizen"]}]}


async def a_place(tx: Tx) -> None:
    """Slots of the next workdays, by this machine's clock, which the servers go by; one appointment a person."""
    for table in reversed(metadata.sorted_tables):
        await tx.run(delete(table))
    await a_hall(tx)
    group = await a_group(tx)
    for n in range(WISHES):
        await a_matter(tx, group, f"m{n}", name=f"事项{n}")
    days = PUBLISHED.next_workdays(clock.day_of(clock.now()), 2)
    await make_slots(tx, HALL.id, group.id, days, HALL.hours, 30, PLACES)
    await rule_book.set_rules(tx, HALL.id, LIMIT_ONE, "测试", clock.now())


async def untouched_slots(tx: Tx) -> list[Slot]:
    now = clock.now()
    group_id = await tx.value(select(slots.c.group_id))
    days = PUBLISHED.next_workdays(clock.day_of(now), 2)
    return [s for day in days for s in await free_slots(tx, HALL.id, group_id, day, now) if s.booked == 0]


async def a_token(tx: Tx, name: str) -> str:
    now = clock.now()
    citizen = await citizens.meet(tx, name, now)
    return (await sessions.begin(tx, citizen, now, timedelta(days=1))).token


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the database is, and where the doors are."""
    url: str = request.getfixturevalue(f"{request.param}_url")

    async def fill() -> None:
        async with opened(url) as db:
            await db.transact(a_place)

    asyncio.run(fill())
    with serving(url, tmp_path_factory.mktemp("rush"), workers=WORKERS, SECRETS__DATA_KEY=DATA_KEY) as doors:
        yield url, doors.base


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    db = await Database(url).open()
    yield db
    await db.close()


@dataclass(frozen=True)
class Rush:
    db: Database
    http: aiohttp.ClientSession
    base: str
    slots: list[Slot]

    async def people(self, kind: str, n: int) -> list[Caller]:
        tokens = [await self.db.transact(a_token, f"o-{kind}-{number}") for number in range(n)]
        return [Caller(self.http, self.base, token) for token in tokens]

    async def held(self, slot: Slot) -> tuple[int, int]:
        """What the slot says, and how many appointments there are."""
        async with self.db.read() as tx:
            said = await tx.value(select(slots.c.booked).where(slots.c.id == slot.id))
            here = select(func.count()).select_from(appointments).where(appointments.c.slot_id == slot.id)
            return said, await tx.value(here)


@pytest.fixture
async def rush(hall: tuple[str, str]) -> AsyncIterator[Rush]:
    """Each call has a connection of its own, so that the kernel spreads them over the workers."""
    url, base = hall
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with opened(url) as db, aiohttp.ClientSession(connector=connector) as http:
        yield Rush(db, http, base, await db.consult(untouched_slots))


def outcomes(answers: list[Answer]) -> Counter[str]:
    return Counter("booked" if answer.status == 201 else answer.code for answer in answers)


async def test_sixty_people_for_five_places_make_five_appointments(rush: Rush) -> None:
    slot, people = rush.slots[0], await rush.people("sixty", PEOPLE)
    answers = await asyncio.gather(*(caller.book(slot.id, matter_id="m0") for caller in people))
    assert outcomes(answers) == {"booked": PLACES, "slot_full": PEOPLE - PLACES}
    assert len({answer.body["number"] for answer in answers if answer.status == 201}) == PLACES
    assert await rush.held(slot) == (PLACES, PLACES)


async def test_one_person_with_twenty_wishes_and_a_limit_of_one_gets_one(rush: Rush) -> None:
    [caller] = await rush.people("greedy", 1)
    wishes = [caller.book(slot.id, matter_id=f"m{n}") for n, slot in enumerate(rush.slots[:WISHES])]
    assert outcomes(await asyncio.gather(*wishes)) == {"booked": 1, "limit_reached": WISHES - 1}
    assert sum([(await rush.held(slot))[1] for slot in rush.slots]) == 1


async def test_one_booking_sent_twenty_times_at_once_is_one(rush: Rush) -> None:
    slot, [caller] = rush.slots[-1], await rush.people("nervous", 1)
    answers = await asyncio.gather(*(caller.book(slot.id, key="k1", matter_id="m0") for _ in range(20)))
    assert outcomes(answers) == {"booked": 20}
    assert len({answer.body["number"] for answer in answers}) == 1
    assert await rush.held(slot) == (1, 1)


async def test_session_ended_at_one_worker_opens_nothing_at_the_others_within_seconds(rush: Rush) -> None:
    [caller] = await rush.people("leaving", 1)
    assert {a.status for a in await asyncio.gather(*(caller("GET", "/appointments") for _ in range(20)))} == {200}
    assert (await caller("DELETE", "/session")).status == 204
    await asyncio.sleep(BELIEVED_SECONDS + 0.1)
    assert {a.status for a in await asyncio.gather(*(caller("GET", "/appointments") for _ in range(20)))} == {401}
