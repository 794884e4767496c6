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
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crowd import HALL, HOURS, PORT, Morning, Person, by_demand, come, come_in_time, man  # noqa: E402
from hall.places import service as places  # noqa: E402
from hall.places.model import Counter  # noqa: E402
from hall.queue import estimates  # noqa: E402
from hall.queue.model import State  # noqa: E402
from hall.queue.tables import posts, ticket_facts, tickets  # noqa: E402
from hall.staff import service as staff  # noqa: E402
from kit import secrets  # noqa: E402
from kit.clock import day_of, instant_at  # noqa: E402
from kit.db import Database, Tx  # noqa: E402
from kit.errors import Problem  # noqa: E402
from tests.databases import MariaDb  # noqa: E402

LOOK_SECONDS, WRONG_SECONDS = 0.25, 2.0
READY_SECONDS = 60.0  # until nine o'clock: by then both workers answer


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
        async with _hall(server, options, folder) as (morning, people):
            counters = [asyncio.create_task(man(morning, n)) for n in range(1, morning.n_counters + 1)]
            screen, truth = asyncio.create_task(_screen(morning)), asyncio.create_task(_compare(morning))
            trouble = asyncio.create_task(_trouble(morning))
            async with aiohttp.ClientSession() as http:
                await asyncio.gather(*(come(morning, http, person) for person in people))
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
async def _hall(
    server: MariaDb, options: argparse.Namespace, folder: Path
) -> AsyncIterator[tuple[Morning, list[Person]]]:
    """The sample hall at nine o'clock of this day, open all day, with twelve counters, and two workers serving it."""
    opens = instant_at(day_of(datetime.now(UTC)), wall(9))
    url = server.url("bangban_bench")
    environment = os.environ | {
        "BANGBAN_DATABASE__URL": url,
        "BANGBAN_SECRETS__KEY_FILE": str(folder / "key"),
        "BANGBAN_SERVER__PORT": str(PORT),
        "BANGBAN_LOG__LEVEL": "ERROR",
    }
    _fill(environment)
    secrets.use(secrets.keyring_from("", str(folder / "key")))
    db = await Database(url, pool_size=24).open()
    people = await come_in_time(db, opens, options.people, options.seed)
    started = time.time() + READY_SECONDS
    hurry = {"HALL_HURRY": f"{options.times},{started},{opens.timestamp()}"}
    morning = Morning(options, db, started, opens, server, _start(environment | hurry, folder))
    await db.transact(_furnish, morning)
    for number in range(1, morning.n_counters + 1):
        await db.transact(staff.add, f"窗口{number}", "clerk", morning.opens)
    assert morning.master.stdout is not None
    while "帮办已开门" not in (line := await asyncio.to_thread(morning.master.stdout.readline)):
        assert line, (folder / "log").read_text()[-3000:]
    await asyncio.sleep(max(0.0, started - time.time()))
    try:
        yield morning, people
    finally:
        morning.master.terminate()
        await asyncio.to_thread(morning.master.wait, 30)
        await db.close()


def _fill(environment: dict[str, str]) -> None:
    for filling in ("migrate", "sample"):
        command = [Path(sys.executable).parent / "bangban", filling]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _start(environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.hurry", "serve", "--workers", "2"]
    with (folder / "log").open("w") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)


async def _furnish(tx: Tx, morning: Morning) -> None:
    all_day = ((wall(0), wall(23, 59)),)
    await places.set_day(tx, HALL, day_of(morning.opens), all_day, "演练", "带班", morning.opens)
    for number, letters in enumerate(await by_demand(tx, HALL, morning.n_counters), 1):
        await places.set_counter(tx, Counter(HALL, number, f"{number}号窗口", letters))


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
