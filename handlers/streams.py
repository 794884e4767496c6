"""The boards that somebody is looking at: each assembled once a change and worker, whatever the number of screens.

A hall's channel opens with its first listener and closes with its last. Every few seconds it beats: the beat says how
old the board is, so a screen knows that the line stands and that the database answers.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hall.queue import estimates
from hall.queue.board import Board, board, version_name
from hall.queue.pace import Estimate
from kit import metrics
from kit.clock import Clock, local
from kit.db import Database
from kit.errors import Problem
from kit.live import Watch
from kit.newest import Listener, Newest

log = logging.getLogger(__name__)
BEAT_SECONDS = 3.0
AGAIN_SECONDS = 1.0  # after a board could not be read
LONGEST_SECONDS = 30.0  # what has no version may change too: the wait, the calendar
WAITS_LAST = timedelta(seconds=15)  # reckoning the wait of every group costs more than the rest of the board
SLACK_SECONDS = 0.05  # a timer may be early by a little, and the doors would then still be as before
RETRY_MS = 1000  # how long a browser waits before it comes back
MOST_SCREENS = 8000  # a worker; each takes some 15 KB


class TooManyScreens(Problem):
    status = 503
    code = "too_many_screens"
    sentence = "看屏的人太多了，请过一会儿再打开。"


class Boards:
    """The channels of one worker."""

    def __init__(self, db: Database, watch: Watch, clock: Clock) -> None:
        self._db, self._watch, self._clock = db, watch, clock
        self._channels: dict[str, Channel] = {}
        self._waits: dict[str, tuple[datetime, Mapping[int, Estimate]]] = {}
        self._is_closed = False
        watch.hang_all(version_name(""), self._moved)

    async def read(self, hall_id: str) -> Board:
        """The board as it stands. Raises HallNotFound, Unavailable."""
        now = self._clock()
        known = self._waits.get(hall_id)
        if known is None or now - known[0] > WAITS_LAST:
            waits = await self._db.consult(estimates.by_group, hall_id, now)
            state = await self._db.consult(board, hall_id, now, waits)
            self._waits[hall_id] = now, waits  # only of a hall that there is
            return state
        return await self._db.consult(board, hall_id, now, known[1])

    def _moved(self, name: str) -> None:
        if channel := self._channels.get(name.removeprefix(version_name(""))):
            channel.moved.set()

    @asynccontextmanager
    async def listening(self, hall_id: str) -> AsyncIterator["Screen"]:
        """A screen's line, the state ready on it. Raises HallNotFound, TooManyScreens, Unavailable."""
        if self._is_closed or sum(channel.screens for channel in self._channels.values()) >= MOST_SCREENS:
            raise TooManyScreens()
        channel = self._channels.get(hall_id)
        if channel is None:
            channel = self._channels[hall_id] = Channel(partial(self.read, hall_id), self._watch, self._clock)
        channel.screens += 1
        metrics.screens.inc()
        try:
            await channel.opened()
            yield Screen(channel)
        finally:
            metrics.screens.dec()
            channel.screens -= 1
            if channel.screens == 0:
                channel.close()
                self._channels.pop(hall_id, None)

    async def close(self) -> None:
        """Ends every stream; the screens come back to another worker, or to this one once it is up again."""
        self._is_closed = True
        for channel in self._channels.values():
            channel.newest.end()
        await asyncio.sleep(0)


class Channel:
    """One hall's board, kept right while somebody looks."""

    def __init__(self, read: Callable[[], Awaitable[Board]], watch: Watch, clock: Clock) -> None:
        self._read_board, self._watch, self._clock = read, watch, clock
        self.screens = 0
        self.moved = asyncio.Event()
        self.newest = Newest()
        self._board: Board | None = None
        self._is_right = False  # nothing has moved since the board was read, as far as the watch has seen
        self._first = asyncio.create_task(self._read())
        self._tasks: list[asyncio.Task[None]] = []

    async def opened(self) -> None:
        """Until there is a board. Raises HallNotFound, Unavailable."""
        await asyncio.shield(self._first)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._beat())]

    def close(self) -> None:
        for task in (self._first, *self._tasks):
            task.cancel()

    async def _read(self) -> None:
        self.moved.clear()
        self._is_right = False
        self._board = await self._read_board()
        self._is_right = True
        await self.newest.put(state_frame(self._board))

    async def _follow(self) -> None:
        """Reads it anew when it has moved, when the doors open or close, and twice a minute in any case."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds_until_change()):
                    await self.moved.wait()
            try:
                await self._read()
            except Exception:
                log.exception("the board could not be read; what stands is kept and it is tried again")
                self.moved.set()
                await asyncio.sleep(AGAIN_SECONDS)

    def _seconds_until_change(self) -> float:
        assert self._board is not None
        until = (self._board.doors.changes_at - self._clock()).total_seconds()
        return min(max(until, 0.0) + SLACK_SECONDS, LONGEST_SECONDS)

    async def _beat(self) -> None:
        """On its own: it goes on while the database keeps a reading waiting."""
        while True:
            await self.newest.beat(self.pulse(), BEAT_SECONDS)

    def pulse(self) -> bytes:
        """`as_of`: the board was the newest then. `now`: the time in the hall, for screens whose own clock is off."""
        assert self._board is not None
        now = self._clock()
        seen_at = now - timedelta(seconds=self._watch.age_seconds())
        as_of = max(seen_at, self._board.as_of) if self._is_right and not self.moved.is_set() else self._board.as_of
        return frame({"now": stamp(now), "as_of": stamp(as_of)}, "event: beat\n")


class Screen:
    """One stream: `hear` gives what is to be written next, None at its end."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._listener = channel, Listener(channel.newest)

    async def greet(self) -> bytes:
        """How to come back, the board, and the time."""
        return b"retry: %d\n\n" % RETRY_MS + (await self._listener.hear() or b"") + self._channel.pulse()

    async def hear(self) -> bytes | None:
        return await self._listener.hear()


def state_frame(state: Board) -> bytes:
    return frame(state.as_json(), f"id: {state.version}\n")


def frame(body: dict[str, Any], head: str) -> bytes:
    return f"{head}data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def stamp(instant: datetime) -> str:
    return local(instant).isoformat(timespec="milliseconds")
