"""How soon does a call reach the last of 5,000 screens? `python -m bench.boards` (`--screens N`, `--calls N`).

`bangban serve --workers 1` on the embedded database; the screens are plain sockets in a process of their own, which
notes when each of them has the new version. Time runs from the commit of the call to the arrival at a screen. Memory a
screen is what the worker grew by, divided by the screens.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.callback import TOKEN  # noqa: E402
from hall.matters import service as matters  # noqa: E402
from hall.places import service as places  # noqa: E402
from hall.queue import calling  # noqa: E402
from hall.queue.board import version_name  # noqa: E402
from hall.queue.model import State  # noqa: E402
from hall.queue.tables import tickets  # noqa: E402
from hall.staff.model import Grant, Role, StaffMember  # noqa: E402
from kit import clock, live  # noqa: E402
from kit.db import Database, Tx  # noqa: E402
from tests.servers import free_port  # noqa: E402

BANGBAN = Path(sys.executable).parent / "bangban"
HALL = "shuangta"
WAITING = 400
CLERK = StaffMember(1, "bench", (Grant(Role.CLERK),), False)
MARK_SECONDS = 0.5
AT_ONCE = 200  # connections opened side by side


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--screens", type=int, default=5000)
    asked.add_argument("--calls", type=int, default=40)
    options = asked.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < options.screens + 200:
        raise SystemExit(f"此机每个进程最多开 {most} 个文件，不够 {options.screens} 块屏。")
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        environment = {
            **os.environ,
            "BANGBAN_WECHAT__TOKEN": TOKEN,
            "BANGBAN_DATABASE__URL": url,
            "BANGBAN_SECRETS__KEY_FILE": str(Path(folder) / "data.key"),
            "BANGBAN_LOG__LEVEL": "WARNING",
        }
        for filling in ("migrate", "sample"):
            subprocess.run([BANGBAN, filling], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        with serving(environment, port) as worker:
            asyncio.run(measure(url, worker, port, options.screens, options.calls))


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[int]:
    """The worker's process id."""
    command = [str(BANGBAN), "serve", "--workers", "1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        if not server.stdout.readline():
            raise SystemExit("bangban serve did not start")
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield next(int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text())
        began_at = time.perf_counter()
    finally:
        server.terminate()
        server.wait(30)
    print(f"ended with every stream open in {time.perf_counter() - began_at:.1f} s")


async def measure(url: str, worker: int, port: int, screens: int, calls: int) -> None:
    db = await Database(url).open()
    await db.transact(fill)
    line, theirs = multiprocessing.Pipe()
    before = resident_kb(worker)
    looking = multiprocessing.get_context("spawn").Process(target=look, args=(theirs, port, screens))
    looking.start()
    connected_seconds = await asyncio.to_thread(line.recv)
    await asyncio.sleep(4)
    held_kb = (resident_kb(worker) - before) / screens
    cpu_before, quiet_from = cpu_seconds(worker), time.perf_counter()
    await asyncio.sleep(9)
    idle = (cpu_seconds(worker) - cpu_before) / (time.perf_counter() - quiet_from)
    firsts, middles, lasts = [], [], []
    spent = 0.0
    for number in range(calls):
        cpu_before = cpu_seconds(worker)
        version = await db.transact(call, number)
        committed = time.perf_counter()
        line.send(version)
        arrived = np.array(await asyncio.to_thread(line.recv)) - committed
        spent += cpu_seconds(worker) - cpu_before
        firsts.append(arrived.min())
        middles.append(np.percentile(arrived, 50))
        lasts.append(arrived.max())
        await asyncio.sleep(0.37)
    line.send(None)
    looking.join()
    await db.close()
    print(f"{screens:,} screens on one worker, {calls} calls; all connected in {connected_seconds:.1f} s\n")
    print("| ms from the commit | p50 | p99 | worst |\n|---|---|---|---|")
    for name, taken in (("to the first", firsts), ("to the middle one", middles), ("to the last", lasts)):
        p50, p99, worst = (float(np.percentile(taken, share)) * 1000 for share in (50, 99, 100))
        print(f"| {name} | {p50:.0f} | {p99:.0f} | {worst:.0f} |")
    reached = "reached" if max(lasts) <= MARK_SECONDS else "MISSED"
    each_us = spent / calls / screens * 1e6
    print(f"\nworker: {held_kb:.1f} KB a screen, {each_us:.0f} µs of processor a screen and call, "
          f"{idle:.1%} of a core while nothing is called; mark of {MARK_SECONDS} s {reached}")  # fmt: skip


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ------------------------------------------------------------------------------------------------ the queue


async def fill(tx: Tx) -> None:
    """Every counter manned, and a full waiting room."""
    now = clock.now()
    on = clock.day_of(now)
    for counter in await places.counters(tx, HALL):
        await calling.open_post(tx, counter, CLERK, now)
    groups = await matters.groups(tx, HALL)
    for count in range(WAITING):
        group = groups[count % len(groups)]
        facts = {"hall_id": HALL, "group_id": group.id, "on": on, "number": f"{group.letter}{count:03d}"}
        taken = {"state": State.WAITING, "taken_at": now, "queued_at": now, "calls": 0}
        await tx.insert(insert(tickets).values(**facts, **taken))  # at any hour: the doors of the hall may be shut
    await live.bump(tx, version_name(HALL))


async def call(tx: Tx, number: int) -> int:
    """The next one to the next counter, where whoever was there is done; the board's new version."""
    now = clock.now()
    counters = await places.counters(tx, HALL)
    counter = counters[number % len(counters)]
    if await calling.called(tx, counter, now) is not None:
        await calling.serve(tx, counter, CLERK, now)
        await calling.finish(tx, counter, CLERK, now)
    await calling.call_next(tx, counter, CLERK, now)
    return int(await tx.value(select(live.versions.c.number).where(live.versions.c.name == version_name(HALL))))


# ------------------------------------------------------------------------------------------------ the screens


class Screen(asyncio.Protocol):
    """Notes when its newest version came; knows no more of HTTP than where a line begins with `id: `."""

    def __init__(self, room: "Room") -> None:
        self.room, self.version = room, -1

    def connection_made(self, transport: Any) -> None:
        address = f"/api/v1/boards/{HALL}/stream"
        transport.write(f"GET {address} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        found = data.rfind(b"\nid: ")
        if found >= 0:
            self.room.arrived(self, int(data[found + 5 : data.index(b"\n", found + 5)]))

    def connection_lost(self, _error: Exception | None) -> None:
        self.room.lost += 1


class Room:
    def __init__(self) -> None:
        self.wanted, self.times, self.lost = 0, list[float](), 0
        self.here = 0

    def arrived(self, screen: Screen, version: int) -> None:
        if screen.version < 0:
            self.here += 1
        screen.version = version
        self.times.append(time.perf_counter())


def look(line: Connection, port: int, screens: int) -> None:
    import uvloop

    uvloop.run(_look(line, port, screens))


async def _look(line: Connection, port: int, screens: int) -> None:
    loop, room = asyncio.get_running_loop(), Room()
    began_at = time.perf_counter()
    for start in range(0, screens, AT_ONCE):
        opening = (loop.create_connection(lambda: Screen(room), "127.0.0.1", port) for _ in range(AT_ONCE))
        await asyncio.gather(*opening)
        while room.here < start + AT_ONCE:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    line.send(time.perf_counter() - began_at)
    while True:
        room.times.clear()
        if (await asyncio.to_thread(line.recv)) is None:
            return
        while len(room.times) < screens:
            assert not room.lost, f"{room.lost} screens lost their line"
            await asyncio.sleep(0.01)
        line.send(room.times)


if __name__ == "__main__":
    main()
