"""A morning in the hall: `python -m bench.morning` (a private MariaDB, two workers, everybody over HTTP).

3,000 people come within four hours: some with appointments (one in ten of them does not come), the others walk in, a
few of them elderly. Twelve counters call them, transfer some, miss some, take breaks. The clock of the whole hall runs
`--times` faster. Meanwhile both workers are killed with -9, one after the other, and MariaDB is restarted once; whoever
gets no answer asks again with the same key, as a telephone would.

At the end nobody may be lost and nobody twice: one ticket a person, no gap and no double in the numbers, each served
once, or missed, or gone. A screen that listened all morning is compared with the database four times a second of real
time: it may be wrong for two seconds at most, the restarts left out. What each was told of the wait is compared with
what it became.
"""

import argparse
import asyncio
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hall.appointments import service as appointments  # noqa: E402
from hall.appointments.model import Form, Request  # noqa: E402
from hall.appointments.tables import slots  # noqa: E402
from hall.citizens import service as citizens  # noqa: E402
from hall.citizens import sessions  # noqa: E402
from hall.matters import service as matters  # noqa: E402
from hall.places import service as places  # noqa: E402
from hall.places.model import Counter  # noqa: E402
from hall.queue import calling, estimates  # noqa: E402
from hall.queue import service as queue  # noqa: E402
from hall.queue.model import NobodyWaits, State  # noqa: E402
from hall.queue.tables import posts, ticket_facts, tickets  # noqa: E402
from hall.staff import service as staff  # noqa: E402
from hall.staff.model import StaffMember  # noqa: E402
from kit import secrets  # noqa: E402
from kit.clock import day_of, instant_at  # noqa: E402
from kit.db import Database, Tx  # noqa: E402
from kit.errors import Problem, Unavailable  # noqa: E402
from tests.databases import MariaDb  # noqa: E402

HALL, PORT = "shuangta", 8911
HOURS = 4.0
BOOKED, NO_SHOW, MISSED, TRANSFERRED, ELDERLY = 0.3, 0.1, 0.03, 0.04, 0.06
LOOK_SECONDS, WRONG_SECONDS = 0.25, 2.0


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


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, default=3000)
    asked.add_argument("--times", type=float, default=30.0, help="how much faster the hall's clock runs")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder:
        told = asyncio.run(_morning(options, Path(folder)))
    print(json.dumps(told, ensure_ascii=False, indent=1))
    sys.exit(1 if told["problems"] else 0)


async def _morning(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    server = MariaDb()
    try:
        async with _hall(server, options, folder) as morning:
            people = await _people(morning)
            counters = [asyncio.create_task(_counter(morning, n)) for n in range(1, morning.n_counters + 1)]
            screen, truth = asyncio.create_task(_screen(morning)), asyncio.create_task(_compare(morning))
            trouble = asyncio.create_task(_trouble(morning))
            async with aiohttp.ClientSession() as http:
                await asyncio.gather(*(_come(morning, http, person) for person in people))
            await trouble
            morning.is_over = True
            await asyncio.gather(*counters)
            await asyncio.sleep(WRONG_SECONDS)
            screen.cancel()
            truth.cancel()
            return await _account(morning, people)
    finally:
        server.remove()


@asynccontextmanager
async def _hall(server: MariaDb, options: argparse.Namespace, folder: Path) -> AsyncIterator[Morning]:
    """The sample hall at nine o'clock of this day, open all day, with twelve counters, and two workers serving it."""
    today = day_of(datetime.now(UTC))
    opens = instant_at(today, wall(9))
    url = server.url("bangban_bench")
    started = time.time() + 12  # by then it is filled and served; the clock of the workers counts from here too
    environment = os.environ | {
        "BANGBAN_DATABASE__URL": url,
        "BANGBAN_SECRETS__KEY_FILE": str(folder / "key"),
        "BANGBAN_SERVER__PORT": str(PORT),
        "BANGBAN_LOG__LEVEL": "ERROR",
    }
    for filling in ("migrate", "sample"):
        command = [Path(sys.executable).parent / "bangban", filling]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    secrets.use(secrets.keyring_from("", str(folder / "key")))
    db = await Database(url, pool_size=24).open()
    started = time.time() + 20
    hurry = {"BANGBAN_HURRY": f"{options.times},{started},{opens.timestamp()}"}
    with (folder / "log").open("w") as log:
        master = subprocess.Popen(
            [sys.executable, "-m", "bench.hurry", "serve", "--workers", "2"], cwd=ROOT, env=environment | hurry,
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        morning = Morning(options, db, started, opens, server, master)
        await db.transact(_furnish, morning)
        assert master.stdout is not None
        while "帮办已开门" not in (line := await asyncio.to_thread(master.stdout.readline)):
            assert line, (folder / "log").read_text()[-3000:]
        await asyncio.sleep(max(0.0, started - time.time()))
        try:
            yield morning
        finally:
            master.terminate()
            await asyncio.to_thread(master.wait, 30)
            await db.close()


async def _furnish(tx: Tx, morning: Morning) -> None:
    member = StaffMember(0, "带班", staff_role("lead"), False)
    all_day = ((wall(0), wall(23, 59)),)
    await places.set_day(tx, HALL, day_of(morning.opens), all_day, "演练", member.name, morning.opens)
    known = {counter.number for counter in await places.counters(tx, HALL)}
    letters = tuple(group.letter for group in await matters.groups(tx, HALL))
    for number in range(1, morning.n_counters + 1):
        if number not in known:
            await places.add_counter(tx, Counter(HALL, number, f"{number}号窗口", letters))
    for number in range(1, morning.n_counters + 1):
        await staff.add(tx, f"窗口{number}", "clerk", morning.opens)


def staff_role(name: str) -> Any:
    from hall.staff.model import Role

    return Role(name)


# ------------------------------------------------------------------------------------------------ people


@dataclass(frozen=True, slots=True)
class Person:
    citizen_id: int
    token: str
    comes_at: datetime
    matter_id: str
    appointment: str | None


async def _people(morning: Morning) -> list[Person]:
    """Whoever will come, with a session each, and an appointment for some; those who will not come are not among them."""
    lot = random.Random(morning.options.seed)
    catalogue = [m for m in await morning.db.consult(matters.catalogue, HALL) if m.is_open_to_booking]
    letters = {group.id: group.letter for group in await morning.db.consult(matters.groups, HALL)}
    served = {letter for counter in await morning.db.consult(places.counters, HALL) for letter in counter.groups}
    catalogue = [matter for matter in catalogue if letters[matter.group_id] in served]
    people: list[Person] = []
    batch = 100
    for start in range(0, morning.options.people, batch):
        people += await morning.db.transact(
            _some_people, morning, lot, catalogue, range(start, min(start + batch, morning.options.people))
        )
    return people


async def _some_people(tx: Tx, morning: Morning, lot: random.Random, catalogue: Any, places_of: range) -> list[Person]:
    made: list[Person] = []
    before = morning.opens - timedelta(days=1)
    for place in places_of:
        citizen = await citizens.meet(tx, f"morning:{place}", before)
        session = await sessions.begin(tx, citizen, morning.now(), timedelta(days=2))
        matter, comes_at = lot.choice(catalogue), morning.opens + timedelta(hours=lot.uniform(0, HOURS))
        number = None
        if lot.random() < BOOKED:
            slot_id = await _a_slot(tx, matter.group_id, comes_at)
            form = Form("示例群众", f"138{place:08d}")
            number = (await appointments.book(tx, Request(citizen.id, slot_id, matter, form), before)).number
            if lot.random() < NO_SHOW:
                continue
            comes_at -= timedelta(minutes=lot.uniform(0, 10))
        made.append(Person(citizen.id, session.token, comes_at, matter.id, number))
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


async def _come(morning: Morning, http: aiohttp.ClientSession, person: Person) -> None:
    await morning.until(person.comes_at)
    wish = {"appointment": person.appointment} if person.appointment else {"hall": HALL, "matter": person.matter_id}
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


async def _counter(morning: Morning, number: int) -> None:
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
        if lot.random() < 0.01:
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
    for verb in (calling.serve, None, calling.finish):
        if verb is None:
            await morning.spend(seconds - way)
            continue
        with suppress(Problem):  # done already, and only the answer was lost
            await _insist(morning, verb, counter, member)


# ------------------------------------------------------------------------------------------------ trouble


async def _trouble(morning: Morning) -> None:
    opens, hour = morning.opens, timedelta(hours=HOURS / 8)
    await morning.until(opens + 2 * hour)
    _kill_one(morning, 0)
    await morning.until(opens + 4 * hour)
    _kill_one(morning, 1)
    await morning.until(opens + 6 * hour)
    began = time.time()
    await asyncio.to_thread(morning.server.stop)
    await asyncio.to_thread(morning.server.start)
    morning.shaken.append((began, time.time() + 5))


def _kill_one(morning: Morning, which: int) -> None:
    children = Path(f"/proc/{morning.master.pid}/task/{morning.master.pid}/children").read_text().split()
    workers = [pid for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(int(workers[which % len(workers)]), signal.SIGKILL)
    morning.shaken.append((time.time(), time.time() + 5))


# ------------------------------------------------------------------------------------------------ the board

SEEN: dict[str, Any] = {}
WRONG: list[float] = []


async def _screen(morning: Morning) -> None:
    """A screen on the wall: reconnects by itself, keeps the newest state it was sent."""
    url = f"http://127.0.0.1:{PORT}/api/v1/boards/{HALL}/stream"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_read=30)) as http:
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with http.get(url) as answer:
                    async for line in answer.content:
                        if line.startswith(b"data:") and b'"counters"' in line:
                            SEEN["board"] = json.loads(line[5:])
            await asyncio.sleep(0.5)


async def _compare(morning: Morning) -> None:
    """How long the screen said something else than the database, outside the seconds of trouble."""
    wrong_since: float | None = None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            truth = await morning.db.consult(_at_counters)
        except Problem:
            wrong_since = None
            continue
        at = time.time()
        is_shaken = any(began - 1 <= at <= ended for began, ended in morning.shaken)
        shown = {c["number"]: (c["ticket"] or {}).get("number") for c in SEEN.get("board", {}).get("counters", [])}
        differs = {n for n, number in truth.items() if shown.get(n) != number}
        if not differs or is_shaken:
            wrong_since = None
        elif wrong_since is None:
            wrong_since = at
        else:
            WRONG.append(at - wrong_since)
            if at - wrong_since > WRONG_SECONDS:
                morning.problems.append(f"the board was wrong for {at - wrong_since:.1f} s at counters {differs}")
                wrong_since = None


async def _at_counters(tx: Tx) -> dict[int, str | None]:
    from hall.places.tables import counters

    joined = select(counters.c.number.label("counter"), tickets.c.number.label("ticket"), tickets.c.state)
    rows = await tx.all(
        joined.select_from(
            posts.join(counters, counters.c.id == posts.c.counter_id).outerjoin(
                tickets, tickets.c.id == posts.c.ticket_id
            )
        )
    )
    return {row.counter: row.ticket for row in rows}


# ------------------------------------------------------------------------------------------------ the account


async def _account(morning: Morning, people: list[Person]) -> dict[str, Any]:
    on = day_of(morning.opens)
    async with morning.db.read() as tx:
        rows = await tx.all(
            select(tickets.c.id, tickets.c.number, tickets.c.citizen_id, tickets.c.state).where(tickets.c.on == on)
        )
        served = await tx.all(
            select(ticket_facts.c.ticket_id, func.count().label("n"))
            .where(ticket_facts.c.what == "served")
            .group_by(ticket_facts.c.ticket_id)
        )
        told = await estimates.accuracy(tx, HALL, on, on)
    states = Tally(row.state for row in rows)
    problems = morning.problems
    if len(rows) != len(people) or {row.citizen_id for row in rows} != {person.citizen_id for person in people}:
        problems.append(f"{len(people)} came, {len(rows)} tickets were given out")
    if any(morning.taken.get(row.citizen_id) != row.number for row in rows):
        problems.append("somebody was told another number than theirs")
    by_letter: dict[str, list[int]] = {}
    for row in rows:
        by_letter.setdefault(row.number[0], []).append(int(row.number[1:]))
    for letter, numbers in by_letter.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            problems.append(f"the numbers of {letter} have a gap or a double")
    if any(row.n != 1 for row in served) or len(served) != states[State.SERVED]:
        problems.append("somebody was served twice, or not as their ticket says")
    if set(states) - {State.SERVED, State.MISSED, State.LEFT}:
        problems.append(f"somebody is still in the hall: {dict(states)}")
    return {
        "people": len(people),
        "states": dict(states),
        "asked_again": morning.asked_again,
        "board_wrong_at_most_s": round(max(WRONG, default=0.0), 2),
        "estimates": told.__dict__ if hasattr(told, "__dict__") else str(told),
        "problems": problems,
    }


if __name__ == "__main__":
    main()
