"""The board as data and as a stream, over real HTTP from real workers."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import make_url

from hall.matters import service as matters
from hall.queue.board import Board, version_name
from handlers.streams import Boards
from kit import clock, live
from kit.db import Database
from kit.live import Watch
from tests.hall.builders import HALL, a_group, a_hall
from tests.hall.queue_rows import Seat, a_call, a_seat, a_waiting
from tests.servers import Hall, free_port, serving

pytestmark = pytest.mark.server
ADDRESS = f"/api/v1/boards/{HALL.id}"


class Stream:
    """An open stream: `state` and `beat` wait for the next of their kind."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def event(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while line := (await self.response.content.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        return fields

    async def state(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while True:
                event = await self.event()
                if "data" in event and "event" not in event:
                    told: dict[str, Any] = json.loads(event["data"])
                    assert event["id"] == str(told["version"])
                    return told

    async def beat(self) -> dict[str, datetime]:
        async with asyncio.timeout(20):
            while (event := await self.event()).get("event") != "beat":
                pass
        return {name: datetime.fromisoformat(at) for name, at in json.loads(event["data"]).items()}

    async def until_version(self, version: int) -> dict[str, Any]:
        while (told := await self.state())["version"] != version:
            pass
        return told

    async def until_waiting(self, count: int) -> dict[str, Any]:
        while (told := await self.state())["groups"][0]["waiting"] != count:
            pass
        return told


@asynccontextmanager
async def following(hall: Hall) -> AsyncIterator[Stream]:
    fresh = aiohttp.TCPConnector(force_close=True)
    address = f"{hall.base}{ADDRESS}/stream"
    async with aiohttp.ClientSession(connector=fresh, read_bufsize=2**20) as http, http.get(address) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
        yield Stream(response)


class Wire:
    """A way to the database that can be cut."""

    def __init__(self, database_url: str) -> None:
        self.there = make_url(database_url)
        self.port = free_port()
        self.url = self.there.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)
        self.open: set[asyncio.StreamWriter] = set()

    async def join(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def cut(self) -> None:
        self.server.close()
        for end in self.open:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self.there.host, self.there.port)
        self.open |= {writer, far_writer}
        await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()


async def asked(hall: Hall, path: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{hall.base}{path}") as response:
        return response.status, await response.json()


@pytest.fixture(scope="module")
def hall(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with serving(sqlite_url, tmp_path_factory.mktemp("boards"), workers=1) as opened:
        yield opened


async def furnish(db: Database) -> Seat:
    async with db.tx() as tx:
        await a_hall(tx)
        await a_group(tx)
        return await a_seat(tx, HALL.id, 1, "A", clock.now())


async def one_more_waits(db: Database, number: str) -> None:
    async with db.tx() as tx:
        (group,) = await matters.groups(tx, HALL.id)
        await a_waiting(tx, group, number, clock.now())


async def test_board_is_told_once_and_followed_from_the_same_state(sqlite_db: Database, hall: Hall) -> None:
    seat = await furnish(sqlite_db)
    status, told = await asked(hall, ADDRESS)
    assert (status, told["hall"]["name"], told["counters"][0]["number"]) == (200, "测试大厅", 1)
    async with following(hall) as stream:
        followed = await stream.state()
        assert {**followed, "as_of": None} == {**told, "as_of": None}
        beat = await stream.beat()
        assert timedelta() <= beat["now"] - beat["as_of"] < timedelta(seconds=3)
        await one_more_waits(sqlite_db, "A001")
        assert (await stream.until_waiting(1))["version"] == told["version"] + 1
        async with sqlite_db.tx() as tx:
            await a_call(tx, seat, clock.now())
        assert (await stream.until_waiting(0))["calls"][0]["ticket"] == "A001"
        await stream.beat()  # nothing happens, and the line is seen to stand


async def test_unknown_hall_is_a_plain_sentence_before_any_stream(sqlite_db: Database, hall: Hall) -> None:
    for path in ("/api/v1/boards/nowhere", "/api/v1/boards/nowhere/stream"):
        status, told = await asked(hall, path)
        assert (status, told["error"]["message"]) == (404, "没有找到这个大厅，请核对后再试。")
    async with aiohttp.ClientSession() as http, http.get(f"{hall.base}/board/nowhere") as response:
        assert (response.status, await response.text()) == (404, "没有找到这个大厅，请核对后再试。")


async def test_both_workers_deliver_and_the_last_state_wins_a_storm(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    await furnish(db)
    with serving(database_url, tmp_path, workers=2) as hall:
        async with by_each_worker(hall) as streams:
            await asyncio.gather(*(one_more_waits(db, f"A{n:03d}") for n in range(30)))
            _, now = await asked(hall, ADDRESS)
            told = await asyncio.gather(*(stream.until_version(now["version"]) for stream in streams))
        assert [state["groups"][0]["waiting"] for state in (now, *told)] == [30] * 3


@asynccontextmanager
async def by_each_worker(hall: Hall) -> AsyncIterator[list[Stream]]:
    """A stream from each: one that sleeps takes no connection."""
    async with AsyncExitStack() as stack:
        streams = []
        for sleeping in hall.workers():
            os.kill(sleeping, signal.SIGSTOP)
            try:
                streams.append(await stack.enter_async_context(following(hall)))
                await streams[-1].state()
            finally:
                os.kill(sleeping, signal.SIGCONT)
        yield streams


async def test_open_streams_do_not_keep_a_server_from_ending(
    sqlite_db: Database, sqlite_url: str, tmp_path: Path
) -> None:
    await furnish(sqlite_db)
    with serving(sqlite_url, tmp_path, workers=1) as hall:
        async with following(hall) as stream, following(hall) as other:
            await stream.state()
            hall.master.terminate()
            async with asyncio.timeout(5):
                while await stream.response.content.readline():
                    pass
                while await other.response.content.readline():
                    pass
        await asyncio.to_thread(hall.master.wait, 8)
    complaints = [line for line in (tmp_path / "log").read_text().splitlines() if '"ERROR"' in line]
    assert complaints == []


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
async def test_beat_tells_how_old_the_board_is_while_the_database_is_away(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    await furnish(db)
    wire = Wire(database_url)
    await wire.join()
    opening = serving(wire.url, tmp_path, workers=1)
    hall = await asyncio.to_thread(opening.__enter__)
    try:
        async with following(hall) as stream:
            before = await stream.state()
            await wire.cut()
            while (beat := await stream.beat())["now"] - beat["as_of"] < timedelta(seconds=4):
                pass
            async with following(hall) as late:  # one that comes now is told what stands, and how old it is
                assert (await late.state())["version"] == before["version"]
                beat = await late.beat()
                assert beat["now"] - beat["as_of"] >= timedelta(seconds=4)
            await one_more_waits(db, "A001")
            await wire.join()
            assert (await stream.until_waiting(1))["version"] == before["version"] + 1
            beat = await stream.beat()
            assert beat["now"] - beat["as_of"] < timedelta(seconds=4)
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)
        await wire.cut()


async def test_board_is_read_once_a_change_whatever_the_number_of_screens(sqlite_db: Database) -> None:
    await furnish(sqlite_db)
    watch = Watch(sqlite_db, poll_seconds=0.01)
    boards = Counting(sqlite_db, watch, clock.now)
    await watch.start()
    async with asyncio.TaskGroup() as screens:
        ready, got = [0], [0]

        async def look() -> None:
            async with boards.listening(HALL.id) as screen:
                await screen.greet()
                ready[0] += 1
                while b"id: 2\n" not in (await screen.hear() or b""):
                    pass
                got[0] += 1

        for _ in range(200):
            screens.create_task(look())
        await _until(lambda: ready[0] == 200)
        boards.readings = 0
        async with sqlite_db.tx() as tx:
            await live.bump(tx, version_name(HALL.id))
    assert (got[0], boards.readings) == (200, 1)
    await watch.stop()


class Counting(Boards):
    """Boards that count how often one is read."""

    readings = 0

    async def read(self, hall_id: str) -> Board:
        self.readings += 1
        return await super().read(hall_id)


async def _until(is_so: Any) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
