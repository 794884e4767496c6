"""Bookings a second, beside raw aiomysql in the same run: `python -m bench.booking` (on a private MariaDB).

Three loads, in interleaved rounds, each on slots and people of its own:

- raw: aiomysql and nothing else, 16 at once in one process, four statements a booking (the person locked, the place
  taken by a guarded UPDATE, the appointment and the idempotency key inserted), spread over 100 slots;
- over HTTP: `bangban serve --workers 2` and wrk, the whole way of the mini program (token, form, rules, key, answer),
  spread over 100 slots, every booking of another person;
- the rush: one slot of 5 places, thousands who want it at once, inside one process (hall/appointments/rush.py).

Take the ratio of the second to the first; the absolutes are the machine's.
"""

import argparse
import asyncio
import json
import os
import secrets as system
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiomysql
from sqlalchemy import make_url, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hall.appointments import booking  # noqa: E402
from hall.appointments.model import Form, Request  # noqa: E402
from hall.appointments.rush import Rush  # noqa: E402
from hall.appointments.tables import slots as slot_table  # noqa: E402
from hall.citizens import service as citizens  # noqa: E402
from hall.citizens import sessions  # noqa: E402
from hall.citizens.tables import citizens as citizen_table  # noqa: E402
from hall.matters import service as matters  # noqa: E402
from hall.matters.model import Matter  # noqa: E402
from kit import clock, secrets  # noqa: E402
from kit.db import Database, Tx  # noqa: E402
from tests.databases import MariaDb  # noqa: E402

BANGBAN = Path(sys.executable).parent / "bangban"
PORT = 8909
HALL = "shuangta"
SLOTS = 100
PLENTY = 1_000_000  # places a slot of the spread loads has: what is measured is booking, not refusing
AT_ONCE = 16
RAW = (
    "SELECT id FROM citizens WHERE id=%s FOR UPDATE",
    "UPDATE slots SET booked=booked+1 WHERE id=%s AND booked<capacity",
    "INSERT INTO appointments (number, citizen_id, slot_id, matter_id, matter_name, state, live_key, booked_at,"
    " changed_at) VALUES (%s, %s, %s, 'm', 'm', 'booked', %s, 0, 0)",
    "INSERT INTO once (scope, `key`, made_at) VALUES ('raw', %s, 0)",
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=5.0, help="of each load in each round")
    asked.add_argument("--crowd", type=int, default=5000, help="how many rush for one slot")
    options = asked.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("没有 wrk：请先 apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, _hall(Path(folder)) as url:
        told = asyncio.run(_measure(url, Path(folder), options))
    print(json.dumps(told, indent=1))


@contextmanager
def _hall(folder: Path) -> Iterator[str]:
    """A private MariaDB with the sample hall, served by two workers."""
    server = MariaDb()
    try:
        url = server.url("bangban_bench")
        environment = os.environ | {
            "BANGBAN_DATABASE__URL": url,
            "BANGBAN_SECRETS__KEY_FILE": str(folder / "key"),
            "BANGBAN_SERVER__PORT": str(PORT),
            "BANGBAN_LOG__LEVEL": "ERROR",
        }
        for filling in ("migrate", "sample"):
            subprocess.run([BANGBAN, filling], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        secrets.use(secrets.keyring_from("", str(folder / "key")))
        with (folder / "log").open("w") as log:
            command = [BANGBAN, "serve", "--workers", "2"]
            serving = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
            try:
                assert serving.stdout is not None
                while "帮办已开门" not in (line := serving.stdout.readline()):
                    assert line, (folder / "log").read_text()[-2000:]
                yield url
            except SystemExit:
                print((folder / "log").read_text()[-4000:], file=sys.stderr)
                raise
            finally:
                serving.terminate()
                serving.wait(20)
    finally:
        server.remove()


async def _measure(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    db = await Database(url, pool_size=AT_ONCE).open()
    matter = await db.transact(_a_matter)
    found: dict[str, list[float]] = {"raw": [], "http": [], "rush": [], "rush_p99_ms": []}
    for number in range(options.rounds):
        spread = await db.transact(_more_slots, matter, PLENTY, SLOTS, number * 3)
        people = await _crowd(db, f"raw-{number}", 20_000)
        found["raw"].append(await _raw(url, people, spread, options.seconds))
        spread = await db.transact(_more_slots, matter, PLENTY, SLOTS, number * 3 + 1)
        requests = await _requests(db, f"http-{number}", spread, matter, int(options.seconds * 2500), folder)
        found["http"].append(await asyncio.to_thread(_wrk, requests, options.seconds, len(spread)))
        (one,) = await db.transact(_more_slots, matter, 5, 1, number * 3 + 2)
        people = await _crowd(db, f"rush-{number}", options.crowd)
        rate, p99 = await _rush(db, people, one, matter)
        found["rush"].append(rate)
        found["rush_p99_ms"].append(p99)
        print(number, {name: round(values[-1], 1) for name, values in found.items()}, flush=True)
    await db.close()
    medians = {name: round(statistics.median(values), 1) for name, values in found.items()}
    return medians | {"http_to_raw": round(medians["http"] / medians["raw"], 3)}


async def _a_matter(tx: Tx) -> Matter:
    """In a group of its own, which no plan cuts slots for: the job would bring ours in line with it."""
    some = next(matter for matter in await matters.catalogue(tx, HALL) if matter.is_open_to_booking)
    group = await matters.add_group(tx, HALL, "Z", "演练")
    made = replace(some, id="bench", group_id=group.id)
    await matters.add(tx, made)
    return made


async def _more_slots(tx: Tx, matter: Matter, capacity: int, n: int, batch: int) -> list[int]:
    """Slots far ahead, a minute apart, that no other load uses."""
    first = clock.now().replace(second=0, microsecond=0) + timedelta(days=2 + batch)
    times: list[datetime] = [first + timedelta(minutes=minute) for minute in range(n)]
    count = {"capacity": capacity, "booked": 0, "reserve": 0, "reserve_booked": 0}
    facts = {"hall_id": HALL, "group_id": matter.group_id, **count}
    cut = [{"on": clock.day_of(at), "starts_at": at, "ends_at": at + timedelta(minutes=1)} for at in times]
    await tx.insert_all(slot_table, [facts | one for one in cut])
    made = select(slot_table.c.id).where(slot_table.c.group_id == matter.group_id, slot_table.c.starts_at.in_(times))
    return [row.id for row in await tx.all(made)]


async def _crowd(db: Database, name: str, n: int) -> list[int]:
    for start in range(0, n, 1000):
        marks = [secrets.fingerprint(f"{name}-{place}") for place in range(start, min(start + 1000, n))]
        async with db.tx() as tx:
            await tx.insert_all(citizen_table, [{"openid_mark": mark, "met_at": clock.now()} for mark in marks])
    async with db.read() as tx:
        newest = select(citizen_table.c.id).order_by(citizen_table.c.id.desc()).limit(n)
        return [row.id for row in await tx.all(newest)]


async def _raw(url: str, people: list[int], slots: list[int], seconds: float) -> float:
    where = make_url(url)
    pool = await aiomysql.create_pool(
        host=where.host, port=where.port, user=where.username, password=where.password, db=where.database,
        minsize=AT_ONCE, maxsize=AT_ONCE, init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    )  # fmt: skip
    waiting, booked = iter(enumerate(people)), 0
    until = time.perf_counter() + seconds

    async def book() -> None:
        nonlocal booked
        async with pool.acquire() as link, link.cursor() as cursor:
            for place, person in waiting:
                if time.perf_counter() >= until:
                    return
                key = system.token_hex(8)
                slot = slots[place % len(slots)]
                values: tuple[tuple[Any, ...], ...] = ((person,), (slot,), (key, person, slot, key), (key,))
                await link.begin()
                for statement, given in zip(RAW, values, strict=True):
                    await cursor.execute(statement, given)
                await link.commit()
                booked += 1

    started = time.perf_counter()
    await asyncio.gather(*(book() for _ in range(AT_ONCE)))
    took = time.perf_counter() - started
    pool.close()
    await pool.wait_closed()
    return booked / took


async def _requests(db: Database, name: str, slots: list[int], matter: Matter, n: int, folder: Path) -> Path:
    """A file of bookings, each by another person with a token of their own."""
    path, now = folder / name, clock.now()
    with path.open("w") as file:
        for start in range(0, n, 500):
            async with db.tx() as tx:
                for place in range(start, min(start + 500, n)):
                    citizen = await citizens.meet(tx, f"{name}:{place}", now)
                    session = await sessions.begin(tx, citizen, now, timedelta(days=1))
                    body = {"slot_id": slots[place % len(slots)], "matter_id": matter.id, "name": "示例群众"}
                    body["phone"] = f"138{place:08d}"
                    file.write(f"{session.token}\t{name}-{place}\t{json.dumps(body, ensure_ascii=False)}\n")
    return path


def _wrk(requests: Path, seconds: float, _: int) -> float:
    command = ["wrk", "-t1", "-c32", f"-d{seconds:g}s", "-s", str(ROOT / "bench" / "book.lua")]
    said = subprocess.run([*command, f"http://127.0.0.1:{PORT}", "--", str(requests)], capture_output=True, text=True)
    words = next(line for line in said.stdout.splitlines() if line.startswith("RESULT")).split()
    answered, microseconds, refused = int(words[1]), int(words[2]), int(words[3])
    if refused:
        raise SystemExit(
            f"{refused} of {answered} bookings were refused: this measures nothing\n{said.stderr[:2000]}\n{said.stdout}"
        )
    return answered / (microseconds / 1e6)


async def _rush(db: Database, people: list[int], slot: int, matter: Matter) -> tuple[float, float]:
    """Decided attempts a second, and how long the unluckiest hundredth waited, with 400 in the air at any time."""
    rush, form, waits = Rush(db), Form("示例群众", "13800000001"), []
    crowd, told = iter(people), []

    async def keep_trying() -> None:
        for person in crowd:
            began = time.perf_counter()
            try:
                told.append(await rush.book(Request(person, slot, matter, form, key="k"), clock.now()))
            except Exception as refusal:
                told.append(refusal)
            waits.append(time.perf_counter() - began)

    started = time.perf_counter()
    await asyncio.gather(*(keep_trying() for _ in range(400)))
    took = time.perf_counter() - started
    counted = booking.tally(told)
    if counted != {"booked": 5, "slot_full": len(people) - 5}:
        raise SystemExit(f"not decided rightly: {counted}")
    return len(people) / took, sorted(waits)[int(len(waits) * 0.99)] * 1000


if __name__ == "__main__":
    main()
