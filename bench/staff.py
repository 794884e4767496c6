"""30 editors and 30 clerks at once: `python -m bench.staff` (a private MariaDB, `bangban serve --workers 2`).

Everybody signs in for real. An editor reads the morning page, types into an entry while the page asks what the bot
would answer, tries it against last week's questions, saves; a colleague reviews and publishes. A clerk sits at a
counter of one hall (one line, the worst case for its locks), calls, starts, ticks off what was brought, prints,
accepts, concludes, and calls the next; their page looks at the line every two seconds. They think and type `--times` as
quick as people do. Beside them citizens ask five questions a second and take tickets, and ten screens follow the board.

Prints what each page took as a browser waits for it, what of the processor a request took, whether anybody was served
twice, and whether the mark (p95 of all below 200 ms) is reached. Ends with 1 where anything went wrong.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import time as wall
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.boards import cpu_seconds  # noqa: E402
from bench.crowd import HALL, by_demand  # noqa: E402
from bench.desks import Clerk, Day, Editor, Person  # noqa: E402
from hall.citizens import service as citizens  # noqa: E402
from hall.citizens import sessions  # noqa: E402
from hall.matters import service as matters  # noqa: E402
from hall.places import service as places  # noqa: E402
from hall.places.model import Counter  # noqa: E402
from hall.queue.model import What  # noqa: E402
from hall.queue.tables import ticket_facts, tickets  # noqa: E402
from hall.staff import service as staff  # noqa: E402
from kit import clock, secrets  # noqa: E402
from kit.db import Database, Tx  # noqa: E402
from knowledge import entries  # noqa: E402
from tests.databases import MariaDb  # noqa: E402
from tests.servers import Hall, hall_environment, serving  # noqa: E402

WORKERS, MARK_SECONDS = 2, 0.2
FIRST_COUNTER = 21  # at those of the sample somebody sits already
SCREENS, A_SECOND, OF_WEEK = 10, 5, 400
LINE, ARRIVE_SECONDS = 60, 45.0  # who waits when the doors open; within which staff sign in
SITTING_DOWN_SECONDS = 20.0  # within which they begin
QUESTIONS = ROOT / "bench" / "data" / "tax2022" / "queries.jsonl"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--editors", type=int, default=30)
    asked.add_argument("--clerks", type=int, default=30)
    asked.add_argument("--seconds", type=float, default=180.0)
    asked.add_argument("--times", type=float, default=1.0)
    options = asked.parse_args()
    server = MariaDb()
    is_good = False
    try:
        with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder:
            url = server.url("bangban_bench")
            for filling in ("migrate", "sample"):
                command = [Path(sys.executable).with_name("bangban"), filling]
                environment = hall_environment(url, Path(folder))
                subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
            secrets.use(secrets.keyring_from("", f"{folder}/data.key"))
            with serving(url, Path(folder), WORKERS, LOG__LEVEL="WARNING") as hall:
                is_good = asyncio.run(_measure(url, hall, options))
            print((Path(folder) / "log").read_text()[-3000:], file=sys.stderr)
    finally:
        server.remove()
    sys.exit(0 if is_good else 1)


async def _measure(url: str, hall: Hall, options: argparse.Namespace) -> bool:
    db = await Database(url, pool_size=10).open()
    names = {
        "editor": [f"编辑{n}" for n in range(options.editors)],
        "clerk": [f"窗口{n}" for n in range(1, options.clerks + 1)],
    }
    await db.transact(_furnish, options.clerks)
    one_time = {
        name: await db.transact(staff.add, name, role, clock.now(), HALL)
        for role, them in names.items()
        for name in them
    }
    tokens = await db.transact(_citizens, options.clerks * int(options.seconds * options.times / 40 + 10))
    own = [
        item.id
        for item in await db.consult(entries.listed, "entry", None, most=400)
        if not item.id.startswith("matter/")
    ]
    open_ones = [one.id for one in await db.consult(matters.catalogue, HALL) if one.is_open_to_booking]
    day = Day(hall.base, float("inf"), options.times, open_ones, names["clerk"])
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        for text, token in zip(_questions()[:OF_WEEK], itertools.cycle(tokens), strict=False):
            await _ask_once(day, http, text, token)
        await asyncio.gather(*(_take(day, http, token) for token in tokens[:LINE]))
        editors = [Editor(name, day, http) for name in names["editor"]]
        clerks = [Clerk(name, day, http) for name in names["clerk"]]
        await asyncio.gather(*(_arrive(person, one_time[person.name]) for person in (*editors, *clerks)))
        signing_in = {page: day.took.pop(page) for page in list(day.took)}
        day.until = time.perf_counter() + options.seconds
        spent = sum(map(cpu_seconds, hall.workers()))
        beside = [asyncio.create_task(each) for each in (
            _come(day, http, tokens[LINE:], options), _ask_on(day, http, tokens),
            *(_follow(day, http) for _ in range(SCREENS)),
        )]  # fmt: skip
        share = max(1, len(own) // max(1, len(editors)))

        async def begin(work: Coroutine[Any, Any, None]) -> None:  # a minute has sixty seconds: nobody starts in step
            await day.think(0, SITTING_DOWN_SECONDS)
            await work

        async with asyncio.TaskGroup() as working:
            for n, editor in enumerate(editors):
                working.create_task(begin(editor.work(own[n * share : (n + 1) * share])))
            for n, clerk in enumerate(clerks, FIRST_COUNTER):
                working.create_task(begin(clerk.work(n)))
        spent = sum(map(cpu_seconds, hall.workers())) - spent
        for each in beside:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
    async with db.read() as tx:
        await _account(tx, day)
    await db.close()
    return _tell(day, signing_in, spent, options)


# ------------------------------------------------------------------------------------------------ the hall


async def _furnish(tx: Tx, n_counters: int) -> None:
    """Open all day, with so many counters more."""
    now = clock.now()
    await places.set_day(tx, HALL, clock.day_of(now), ((wall(0), wall(23, 59)),), "演练", "带班", now)
    for number, letters in enumerate(await by_demand(tx, HALL, n_counters), FIRST_COUNTER):
        await places.add_counter(tx, Counter(HALL, number, f"{number}号窗口", letters))


async def _citizens(tx: Tx, n: int) -> list[str]:
    """A token each."""
    now = clock.now()
    people = [await citizens.meet(tx, f"staff-bench:{place}", now) for place in range(n)]
    return [(await sessions.begin(tx, person, now, timedelta(days=1))).token for person in people]


async def _arrive(person: Person, one_time: str) -> None:
    """Over a while: people do not all press Enter in one instant."""
    await asyncio.sleep(random.uniform(0, ARRIVE_SECONDS))
    await person.come_in(one_time)


# ------------------------------------------------------------------------------------------------ beside them


def _questions() -> list[str]:
    return [json.loads(line)["query"] for line in QUESTIONS.read_text("utf-8").splitlines()]


async def _ask_once(day: Day, http: aiohttp.ClientSession, text: str, token: str) -> None:
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{day.base}/api/v1/ask", params={"q": text}, headers=headers) as answer:
        if answer.status != 200:
            day.problems.append(f"a citizen's question: {answer.status} {await answer.text()}")
        await answer.read()
    day.took["(citizens: a question)"].append(time.perf_counter() - began)


async def _ask_on(day: Day, http: aiohttp.ClientSession, tokens: list[str]) -> None:
    for text, token in zip(itertools.cycle(_questions()), itertools.cycle(tokens), strict=False):
        await asyncio.sleep(1 / A_SECOND)
        await _ask_once(day, http, text, token)


async def _come(day: Day, http: aiohttp.ClientSession, tokens: list[str], options: argparse.Namespace) -> None:
    """As many as the counters can serve."""
    for token in tokens:
        await asyncio.sleep(60 / options.times / max(1, options.clerks))
        await _take(day, http, token)


async def _take(day: Day, http: aiohttp.ClientSession, token: str) -> None:
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "staff-bench"}
    wish = {"hall": HALL, "matter": random.choice(day.matters)}
    async with http.post(f"{day.base}/api/v1/tickets", json=wish, headers=headers) as answer:
        if answer.status != 201:
            day.problems.append(f"a ticket: {answer.status} {await answer.text()}")
    day.took["(citizens: a ticket)"].append(time.perf_counter() - began)


async def _follow(day: Day, http: aiohttp.ClientSession) -> None:
    timeout = aiohttp.ClientTimeout(total=None, sock_read=30)
    async with http.get(f"{day.base}/api/v1/boards/{HALL}/stream", timeout=timeout) as answer:
        async for _ in answer.content:
            pass
    day.problems.append("a board's stream ended")


# ------------------------------------------------------------------------------------------------ the account


async def _account(tx: Tx, day: Day) -> None:
    """Nobody served twice, and each call seen by the one clerk who made it."""
    counted = select(tickets.c.number, ticket_facts.c.what, func.count().label("n"))
    counted = counted.join(tickets, tickets.c.id == ticket_facts.c.ticket_id).where(ticket_facts.c.by.in_(day.clerks))
    rows = await tx.all(counted.group_by(tickets.c.number, ticket_facts.c.what))
    facts = {(row.number, row.what): row.n for row in rows}
    for number in day.called.keys() | {number for number, _ in facts}:
        n, called, sent_on = (facts.get((number, what), 0) for what in (What.SERVED, What.CALLED, What.TRANSFERRED))
        saw = day.called.get(number, [])
        if n > 1 or called != len(saw) or called > 1 + sent_on:
            day.problems.append(f"{number} was called {called} times, served {n} times; {saw} saw it")


def _tell(day: Day, signing_in: dict[str, list[float]], spent: float, options: argparse.Namespace) -> bool:
    of_staff = {page: took for page, took in sorted(day.took.items()) if not page.startswith("(")}
    beside = {page: took for page, took in sorted(day.took.items()) if page.startswith("(")}
    every = [each for took in of_staff.values() for each in took]
    p95, cores = float(np.percentile(every, 95)), spent / options.seconds
    each_ms = spent / sum(map(len, day.took.values())) * 1000
    told = f"{options.editors} editors, {options.clerks} clerks, {options.times:g} times as quick as people"
    print(f"{told}, {options.seconds:.0f} s, {WORKERS} workers, MariaDB\n")
    print("| page | n | p50 ms | p95 ms | p99 ms | max ms |\n|---|---|---|---|---|---|")
    for page, took in (*of_staff.items(), ("**all of it**", every), *beside.items(), *signing_in.items()):
        p50, p95_ms, p99, highest = (float(np.percentile(took, share)) * 1000 for share in (50, 95, 99, 100))
        print(f"| {page} | {len(took):,} | {p50:.0f} | {p95_ms:.0f} | {p99:.0f} | {highest:.0f} |")
    print(f"\n{len(every) / options.seconds:.0f} requests a second of staff; {cores:.2f} cores in the workers, "
          f"{each_ms:.1f} ms of processor a request; {len(day.called)} people called, {day.cases} cases")  # fmt: skip
    for said, times in sorted(day.refused.items()):
        print(f"refused {times} times: {said}")
    reached = "reached" if p95 < MARK_SECONDS else "MISSED"
    print(f"mark of {MARK_SECONDS * 1000:.0f} ms at p95 {reached}; problems: {len(day.problems)}")
    for problem in day.problems[:20]:
        print("-", problem)
    return not day.problems and p95 < MARK_SECONDS


if __name__ == "__main__":
    main()
