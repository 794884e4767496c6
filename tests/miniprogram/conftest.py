"""One hall that is open at any hour, with clerks at its counters; one browser; a telephone for whoever asks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from sqlalchemy import func, select

from hall.cases import service as cases
from hall.cases import supplements
from hall.cases.model import Missing
from hall.citizens.tables import citizens
from hall.matters import service as matters
from hall.places import service as places
from hall.queue import calling
from hall.staff.model import Grant, Role, StaffMember
from kit import clock
from kit.db import Database, Tx
from tests.hall.queue_rows import Seat, a_call, a_start
from tests.miniprogram.telephone import Telephone, telephone
from tests.sample_hall import sample_hall
from tests.screens.test_try import FLAGS

HALL = "shuangta"
CLERK = StaffMember(1, "张三丰", (Grant(Role.CLERK),), False)
ALL_DAY = ((time(0), time(12)), (time(12), time(23, 59)))


@dataclass
class House:
    """The hall as its staff see it."""

    url: str
    db: Database

    async def seat(self, number: int) -> Seat:
        found = next(one for one in await self.db.consult(places.counters, HALL) if one.number == number)
        return Seat(found, CLERK)

    async def call(self, counter: int) -> str:
        """The next one to that counter; the ticket's number. Whoever was there is done."""
        return (await self.db.transact(a_call, await self.seat(counter), clock.now())).number

    async def serve(self, counter: int) -> None:
        """Whoever was called there comes, and is done."""
        seat = await self.seat(counter)
        await self.db.transact(a_start, seat, clock.now())
        await self.db.transact(calling.finish, seat.counter, seat.clerk, clock.now())

    async def a_case(self) -> str:
        """Handed in by whoever signed in last, who is asked for one more paper; its number."""
        return await self.db.transact(_case)


async def _case(tx: Tx) -> str:
    now = clock.now()
    newest: int = await tx.value(select(func.max(citizens.c.id)))
    matter = await matters.matter(tx, HALL, "food-business-licence")
    case, _ = await cases.open(tx, matter, now, citizen_id=newest, lacking=[2])
    await supplements.ask_to_supplement(tx, case.number, None, [Missing(2, matter.materials[1].name)], now)
    return case.number


async def _open(tx: Tx) -> None:
    """Today and tomorrow all day, holiday or not, and somebody at every counter."""
    now = clock.now()
    for days in (0, 1):
        await places.set_day(tx, HALL, clock.day_of(now) + timedelta(days=days), ALL_DAY, "测试", CLERK.name, now)
    for counter in await places.counters(tx, HALL):
        await calling.open_post(tx, counter, CLERK, now)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: object) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("mini")  # type: ignore[attr-defined]
    with sample_hall(folder) as url:
        db = await Database(f"sqlite+aiosqlite:///{folder / 'hall.db'}").open()
        await db.transact(_open)
        yield House(url, db)
        await db.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        await started.close()


Opener = Callable[..., Awaitable[Telephone]]


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, house: House) -> AsyncIterator[Opener]:
    """`await opened("wang", "pages/guide/guide")`. At the end nothing was complained of."""
    made: list[Telephone] = []

    async def one(citizen: str, at: str = "pages/home/home") -> Telephone:
        made.append(await telephone(browser, house.url, citizen, at))
        return made[-1]

    yield one
    for each in made:
        await each.page.context.close()
    assert [said for each in made for said in each.complaints] == []
