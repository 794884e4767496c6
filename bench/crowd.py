"""Who is in bench/morning.py: people who come and ask again, clerks who call, serve, transfer and take breaks."""

import argparse
import asyncio
import math
import random
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import select

from hall.appointments import service as appointments
from hall.appointments.model import Form, Request
from hall.appointments.tables import slots
from hall.citizens import service as citizens
from hall.citizens import sessions
from hall.matters import service as matters
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling
from hall.queue.model import NobodyWaits
from hall.staff import service as staff
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Database, Tx
from kit.errors import Problem, Unavailable
from tests.databases import MariaDb

HALL, PORT = "shuangta", 8911
HOURS = 4.0
BOOKED, NO_SHOW, MISSED, TRANSFERRED, ELDERLY, BREAK = 0.3, 0.1, 0.03, 0.04, 0.06, 0.01


@dataclass(slots=True)
class Morning:
    """What everybody in it shares."""

    options: argparse.Namespace
    db: Database
    started: float
    opens: datetime
    server: MariaDb
    master: subprocess.Popen[str]
    n_counters: int = 12
    shaken: list[tuple[float, float]] = field(default_factory=list)  # when something was broken, in real time
    taken: dict[int, str] = field(default_factory=dict)  # citizen: number
    asked_again: int = 0
    is_over: bool = False
    problems: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.opens + timedelta(seconds=(time.time() - self.started) * self.options.times)

    async def until(self, at: datetime) -> None:
        await asyncio.sleep(max(0.0, (at - self.now()).total_seconds() / self.options.times))

    async def spend(self, seconds: float) -> None:
        """So long by the hall's clock."""
        await asyncio.sleep(seconds / self.options.times)


# ------------------------------------------------------------------------------------------------ people


@dataclass(frozen=True, slots=True)
class Person:
    citizen_id: int
    token: str
    comes_at: datetime
    matter_id: str
    appointment: str | None
    is_elderly: bool


async def come_in_time(db: Database, opens: datetime, n: int, seed: int) -> list[Person]:
    """Whoever will come, with a session each and an appointment for some; who will not come is not among them."""
    lot = random.Random(seed)
    letters = {group.id: group.letter for group in await db.consult(matters.groups, HALL)}
    served = {letter for counter in await db.consult(places.counters, HALL) for letter in counter.groups}
    catalogue = [m for m in await db.consult(matters.catalogue, HALL) if m.is_open_to_booking]
    catalogue = [matter for matter in catalogue if letters[matter.group_id] in served]
    people: list[Person] = []
    for start in range(0, n, 100):
        people += await db.transact(_some_people, opens, lot, catalogue, range(start, min(start + 100, n)))
    return people


async def _some_people(tx: Tx, opens: datetime, lot: random.Random, catalogue: Any, places_of: range) -> list[Person]:
    made: list[Person] = []
    before = opens - timedelta(days=1)
    for place in places_of:
        citizen = await citizens.meet(tx, f"morning:{place}", before)
        session = await sessions.begin(tx, citizen, before, timedelta(days=3))
        matter, comes_at = lot.choice(catalogue), opens + timedelta(hours=lot.uniform(0, HOURS))
        number = None
        if lot.random() < BOOKED:
            slot_id = await _a_slot(tx, matter.group_id, comes_at)
            form = Form("示例群众", f"138{place:08d}")
            number = (await appointments.book(tx, Request(citizen.id, slot_id, matter, form), before)).number
            if lot.random() < NO_SHOW:
                continue
            comes_at -= timedelta(minutes=lot.uniform(0, 10))
        made.append(Person(citizen.id, session.token, comes_at, matter.id, number, lot.random() < ELDERLY))
    return made


async def _a_slot(tx: Tx, group_id: int, at: datetime) -> int:
    """The half hour that holds an instant, made with room enough where it is not there."""
    starts_at = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
    here = (slots.c.group_id == group_id, slots.c.starts_at == starts_at)
    found = await tx.value(select(slots.c.id).where(*here))
    if found is None:
        count = {"capacity": 1000, "booked": 0, "reserve": 0, "reserve_booked": 0}
        times = {"on": day_of(starts_at), "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
        await tx.insert_all(slots, [{"hall_id": HALL, "group_id": group_id, **count, **times}])
        found = await tx.value(select(slots.c.id).where(*here))
    return int(found)


async def come(morning: Morning, http: aiohttp.ClientSession, person: Person) -> None:
    await morning.until(person.comes_at)
    wish = {"appointment": person.appointment} if person.appointment else {"hall": HALL, "matter": person.matter_id}
    if person.is_elderly:
        wish["privilege"] = "elderly"
    headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": f"m-{person.citizen_id}"}
    url = f"http://127.0.0.1:{PORT}/api/v1/tickets"
    while True:  # as a telephone does: the same key until there is an answer
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            timeout = aiohttp.ClientTimeout(total=10)
            async with http.post(url, json=wish, headers=headers, timeout=timeout) as answer:
                told = await answer.json()
                if answer.status == 201:
                    morning.taken[person.citizen_id] = told["number"]
                    return
                if answer.status < 500:
                    morning.problems.append(f"a ticket was refused: {told}")
                    return
        morning.asked_again += 1
        await asyncio.sleep(0.3)


# ------------------------------------------------------------------------------------------------ counters


async def _insist(morning: Morning, verb: Any, *args: Any) -> Any:
    """A clerk presses again when the line was down; what was done already is then seen to be done."""
    while True:
        try:
            return await morning.db.transact(verb, *args, morning.now())
        except Unavailable:
            await asyncio.sleep(0.2)


async def by_demand(tx: Tx, hall_id: str, n: int) -> list[tuple[str, ...]]:
    """Which letters each counter serves: as many counters a letter as its share of the matters, some between two."""
    letters = {group.id: group.letter for group in await matters.groups(tx, hall_id)}
    open_ones = [m for m in await matters.catalogue(tx, hall_id) if m.is_open_to_booking]
    ends = [n * place / len(open_ones) for place in range(1, len(open_ones) + 1)]  # of each matter, along the counters
    wanted = sorted(letters[matter.group_id] for matter in open_ones)
    return [
        tuple(dict.fromkeys(letter for letter, end in zip(wanted, ends, strict=True) if number < end <= number + 1))
        for number in range(n)
    ]


async def man(morning: Morning, number: int) -> None:
    lot = random.Random(morning.options.seed * 100 + number)
    member = await morning.db.consult(staff.known, f"窗口{number}")
    counter = next(c for c in await morning.db.consult(places.counters, HALL) if c.number == number)
    assert member is not None
    await _insist(morning, calling.open_post, counter, member)
    mean = morning.n_counters * HOURS * 3600 / morning.options.people * 0.93  # as busy as a hall can be and keep up
    idle = 0
    while True:
        if not await _call(morning, counter, member):
            idle += 1
            if morning.is_over and idle > 20:
                break
            await asyncio.sleep(0.2)
            continue
        idle = 0
        await _serve(morning, lot, counter, member, mean)
        if lot.random() < BREAK:
            await _insist(morning, calling.pause, counter, member)
            await morning.spend(lot.uniform(120, 420))
            await _insist(morning, calling.resume, counter, member)
    await _insist(morning, calling.close_post, counter, member)


async def _call(morning: Morning, counter: Counter, member: StaffMember) -> bool:
    try:
        await _insist(morning, calling.call_next, counter, member)
    except NobodyWaits:
        return False
    except Problem as refusal:
        if refusal.code != "still_serving":  # pressed again after an answer that was lost: somebody is called already
            raise
    return True


async def _serve(morning: Morning, lot: random.Random, counter: Counter, member: StaffMember, mean: float) -> None:
    sigma = 0.6
    seconds = lot.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma)
    way = min(seconds * 0.2, 20.0)
    await morning.spend(way)
    if lot.random() < MISSED:
        for _ in range(3):
            with suppress(Problem):
                await _insist(morning, calling.recall, counter, member)
            await morning.spend(10)
        with suppress(Problem):
            await _insist(morning, calling.missed, counter, member)
        return
    with suppress(Problem):  # done already, and only the answer was lost
        await _insist(morning, calling.serve, counter, member)
    await morning.spend(seconds - way)
    with suppress(Problem):
        if lot.random() < TRANSFERRED:
            await _insist(morning, calling.transfer, counter, member, lot.choice(counter.groups), "材料归那边收")
    with suppress(Problem):
        await _insist(morning, calling.finish, counter, member)
