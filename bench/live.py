"""How soon does an edit answer? `python -m bench.live` (`--mariadb` on a private MariaDB, not the embedded database).

`bangban serve --workers 4` gets 200 questions a second, each from another person, in plain mode. Meanwhile an editor in
a process of its own publishes an edit of one entry, a hundred times, and asks about it on connections opened for each
question, so that every worker is met, until 40 answers in a row are the new text. The first of those 40 is the moment
from which all workers answer from the edit; it is counted from the commit.

The questions are the 200 of bench/callback.py; with `--people` those of tax2022 that are answered at once. Few of the
latter are alike and each takes some milliseconds to find, so they want a machine with cores to spare: an edit makes
every worker forget the answers it had ready.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.callback import TOKEN, WAYS  # noqa: E402
from bot import dialogue  # noqa: E402
from bot.desk import Desk  # noqa: E402
from kit import clock  # noqa: E402
from kit.db import Database  # noqa: E402
from kit.settings import Settings  # noqa: E402
from kit.wechat_crypto import signature  # noqa: E402
from knowledge import entries  # noqa: E402
from knowledge.library import Library  # noqa: E402
from tests.databases import MariaDb  # noqa: E402

BANGBAN = Path(sys.executable).parent / "bangban"
WORKERS = 4
PORT = 8907
ADDRESS = f"http://127.0.0.1:{PORT}"
A_SECOND = 200
EDITS = 100
IN_A_ROW = 40
AT_ONCE = 4  # connections the editor opens side by side: one at a time, the same idle worker would take them all
LOOK_SECONDS = 0.02  # between two such looks
GIVE_UP_SECONDS = 30.0
ASKED = "紫檀厅的失物招领在哪里"
BETWEEN_EDITS = 0.5  # seconds


class NotLive(Exception):
    """Some worker still answers as before, long after the edit; the message is what it said."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mariadb", action="store_true", help="on a private MariaDB instead of the embedded database")
    asked.add_argument("--people", action="store_true", help="as people ask, on a machine with cores to spare")
    asked.add_argument("--edits", type=int, default=EDITS)
    asked.add_argument("--seconds", type=float, default=300, help="no further edit after so long, on a slow machine")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, _database(Path(folder), options) as url:
        environment = _environment(url, Path(folder))
        for filling in ("migrate", "sample"):
            subprocess.run([BANGBAN, filling], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        asyncio.run(_edit_once(url))
        with _serving(environment, Path(folder)):
            questions = (
                _of_people(url) if options.people else [each.format(n / 2) for n in range(1, 51) for each in WAYS]
            )
            asyncio.run(_measure(url, options.edits, options.seconds, questions))


@contextmanager
def _database(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    if not options.mariadb:
        yield f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        return
    server = MariaDb()
    try:
        yield server.url("bangban_bench")
    finally:
        server.remove()


async def _edit_once(url: str) -> None:
    db = await Database(url).open()
    await _edit(db, 0)
    await db.close()


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BANGBAN_WECHAT__TOKEN": TOKEN,
        "BANGBAN_WECHAT__APP_ID": "wxbench000000000",
        "BANGBAN_DATABASE__URL": url,
        "BANGBAN_SECRETS__KEY_FILE": str(folder / "data.key"),
        "BANGBAN_LOG__LEVEL": "WARNING",
    }


@contextmanager
def _serving(environment: dict[str, str], folder: Path) -> Iterator[None]:
    command = [str(BANGBAN), "serve", "--workers", str(WORKERS), "--port", str(PORT)]
    log = folder / "serve.log"
    with log.open("wb") as complaints:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints)
    try:
        assert server.stdout is not None
        if not server.stdout.readline():  # it says that it is open once every worker is ready
            raise SystemExit(f"bangban serve did not start: {log.read_text()[-2000:]}")
        yield
    finally:
        server.terminate()
        server.wait(30)
        if complained := log.read_text():
            print(f"\nThe server complained:\n{complained[:3000]}")


async def _measure(url: str, edits: int, seconds: float, questions: Sequence[str]) -> None:
    people = itertools.count()
    spent: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        asking = asyncio.create_task(_keep_asking(session, questions, people, spent))
        try:
            await asyncio.sleep(2)
            before = len(spent)
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                delays = await asyncio.get_running_loop().run_in_executor(pool, edit_and_watch, url, edits, seconds)
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking  # where a question failed, this says why
    told = f"{WORKERS} workers, {A_SECOND} questions a second, {len(questions)} different ones"
    print(f"{url.partition('+')[0]}, {told}\n")
    print("| | n | p50 ms | p99 ms | max ms |\n|---|---|---|---|---|")
    for name, taken in (("edit → all workers", delays), ("questions meanwhile", spent[before:])):
        p50, p99, highest = (float(np.percentile(taken, share)) * 1000 for share in (50, 99, 100))
        print(f"| {name} | {len(taken):,} | {p50:.1f} | {p99:.1f} | {highest:.1f} |")


# ------------------------------------------------------------------------------------------------ those who ask


def _of_people(url: str) -> list[str]:
    """Those that are answered from memory: a reply that begins a conversation waits for the other workers by design."""
    lines = (ROOT / "bench" / "data" / "tax2022" / "queries.jsonl").read_text("utf-8").splitlines()
    desk = Desk.with_library(Database(url), Settings(), Library.load())
    told = ((text, dialogue.at_once(desk, text, clock.now())) for text in (json.loads(line)["query"] for line in lines))
    return [text for text, said in told if said and not said.why.entry_id.startswith("matter/")]


async def _keep_asking(
    session: aiohttp.ClientSession, questions: Sequence[str], people: Iterator[int], spent: list[float]
) -> None:
    """On time whether or not the answers are; a question's time runs from when it was due."""
    async with asyncio.TaskGroup() as asking:
        started = time.perf_counter()
        for number in itertools.count():
            due = started + number / A_SECOND
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            asking.create_task(_timed(session, questions[number % len(questions)], next(people), due, spent))


async def _timed(session: aiohttp.ClientSession, text: str, person: int, due: float, spent: list[float]) -> None:
    await _ask(session, text, person)
    spent.append(time.perf_counter() - due)


async def _ask(session: aiohttp.ClientSession, text: str, person: int) -> str:
    sent, nonce = str(int(time.time())), str(secrets.randbelow(10**9))
    query = urlencode({"signature": signature(TOKEN, sent, nonce), "timestamp": sent, "nonce": nonce})
    body = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[oBench{person:022d}]]></FromUserName>"
        f"<CreateTime>{sent}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{secrets.randbits(62)}</MsgId></xml>"
    )
    async with session.post(f"{ADDRESS}/wechat?{query}", data=body.encode()) as response:
        response.raise_for_status()
        return await response.text()


# ------------------------------------------------------------------------------------------------ the one who edits


def edit_and_watch(url: str, edits: int, seconds: float) -> list[float]:
    """For each edit the seconds from its commit until all workers answer from it. Runs in a process of its own."""
    return asyncio.run(_edits(url, edits, seconds))


async def _edits(url: str, edits: int, seconds: float) -> list[float]:
    db = await Database(url, wait_seconds=60).open()
    people = itertools.count(10**9)
    fresh = aiohttp.TCPConnector(limit=0, force_close=True)
    delays: list[float] = []
    until = time.perf_counter() + seconds
    async with aiohttp.ClientSession(connector=fresh) as session:
        for number in range(1, edits + 1):
            await _edit(db, number)
            committed = time.perf_counter()
            delays.append(await _all_answer(session, _answer(number), people) - committed)
            if time.perf_counter() > until:
                break
            await asyncio.sleep(BETWEEN_EDITS)
    await db.close()
    return delays


async def _edit(db: Database, number: int) -> None:
    content = {"question": ASKED, "answer": _answer(number)}
    await db.transact(entries.plant, [("entry", "bench-edited", content)], "bench", clock.now())


def _answer(number: int) -> str:
    return f"在一楼导办台，这是第{number}次改过的答案。"


async def _all_answer(session: aiohttp.ClientSession, answer: str, people: Iterator[int]) -> float:
    """When the first of so many new answers in a row came."""
    until = time.perf_counter() + GIVE_UP_SECONDS
    in_a_row, first = 0, 0.0
    while in_a_row < IN_A_ROW:
        pause = asyncio.create_task(asyncio.sleep(LOOK_SECONDS))
        for told in asyncio.as_completed([_ask(session, ASKED, next(people)) for _ in range(AT_ONCE)]):
            said, now = await told, time.perf_counter()
            first = first if in_a_row else now
            in_a_row = in_a_row + 1 if answer in said else 0
        if now > until:
            raise NotLive(said)
        await pause
    return first


if __name__ == "__main__":
    main()
