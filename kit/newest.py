"""One value that many wait for: each gets the newest when ready for it, nobody holds up another, nothing piles up.

A listener that is slow skips what came meanwhile: what is sent are states, not changes. Besides the value there is a
pulse, which says that the value still stands; it is skipped where something newer is to be had.
"""

import asyncio
from collections import deque

STEPS = 25  # in which a pulse goes round
SLICE = 200  # listeners woken at a time; between slices the loop does what else is waiting


class Newest:
    """Bytes, as they go over the wire: made once, whatever the number of listeners."""

    def __init__(self) -> None:
        self.value, self.pulse = b"", b""
        self.values = self.pulses = 0  # how many there have been
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.is_over = False

    async def put(self, value: bytes) -> None:
        """Replaces the value and wakes everybody."""
        self.value, self.values = value, self.values + 1
        waiting, self.waiting = self.waiting, deque()
        while waiting:
            _wake(waiting, SLICE)
            await asyncio.sleep(0)

    async def beat(self, pulse: bytes, seconds: float) -> None:
        """Replaces the pulse and wakes everybody in the course of so long: a value that comes meanwhile goes first."""
        self.pulse, self.pulses = pulse, self.pulses + 1
        share = len(self.waiting) // STEPS + 1
        for _ in range(STEPS):
            _wake(self.waiting, share)
            await asyncio.sleep(seconds / STEPS)

    def end(self) -> None:
        """Every listener is told that there is nothing more."""
        self.is_over = True
        _wake(self.waiting, len(self.waiting))


def _wake(waiting: deque[asyncio.Future[None]], count: int) -> None:
    for _ in range(min(count, len(waiting))):
        future = waiting.popleft()
        if not future.done():  # cancelled: gone meanwhile
            future.set_result(None)


class Listener:
    """One who waits. It begins with the value as it stands."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._value, self._pulse = -1, newest.pulses

    async def hear(self) -> bytes | None:
        """The newest not yet heard, or, where there is none, the next; None when it is over."""
        newest = self._newest
        while not newest.is_over:
            if self._value != newest.values:
                self._value, self._pulse = newest.values, newest.pulses
                return newest.value
            if self._pulse != newest.pulses:
                self._pulse = newest.pulses
                return newest.pulse
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            newest.waiting.append(future)
            await future
        return None
