"""Work of a process of its own: it takes as long as it takes, and whoever answers does not feel it.

A thread (kit/beside.py) shares the interpreter with whoever answers; what is asked often and reckons long belongs here.
The process begins with the first work, or when `warm` says that some is coming, and ends after a time without any.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import Any, Concatenate, ParamSpec, TypeVar

from kit.errors import Problem

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS = 600.0
NICENESS = 2  # where processors are short, whoever answers comes first


class NotWorkedOut(Problem):
    status = 503
    code = "not_worked_out"
    sentence = "这次没有算出来，写的字都还在。请再点一次；还是不行，请告诉管理员。"


class Apart:
    """One process that does one work after another on the stage that `prepare` sets there.

    `prepare`, what is asked of it, and what comes back travel by pickle; so do the errors that are raised.
    """

    def __init__(self, prepare: Callable[[], Awaitable[Any]], idle_seconds: float = IDLE_SECONDS) -> None:
        self._prepare, self._idle_seconds = prepare, idle_seconds
        self._pool: ProcessPoolExecutor | None = None
        self._ending: asyncio.TimerHandle | None = None

    def warm(self) -> None:
        """Work is coming: the process begins now, so that nobody waits for its beginning."""
        self._submit(_nothing)

    async def do(self, work: Callable[Concatenate[Any, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(stage, …)` returns or raises. Raises NotWorkedOut where the process died, of another one too."""
        for _ in range(2):
            try:
                done: T = await asyncio.wrap_future(self._submit(work, *args, **kwargs))
                return done
            except BrokenProcessPool:
                self.close()
        raise NotWorkedOut()

    def close(self) -> None:
        """It ends when it has done what it is at."""
        if self._ending is not None:
            self._ending.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._ending = None

    def _submit(self, work: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self.close)
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, initializer=_begin, initargs=(self._prepare,))
        return self._pool.submit(_work, work, args, kwargs)


async def _nothing(_stage: Any) -> None:
    pass


# ------------------------------------------------------------------------------------------------ in the process

_runner = asyncio.Runner()
_stage: Any = None


def _begin(prepare: Callable[[], Awaitable[Any]]) -> None:
    global _stage
    os.nice(NICENESS)
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _stage = _runner.run(_awaited(prepare()))


def _end_with_parent() -> None:
    """One whose parent was killed would wait for work for ever: it holds both ends of the line it listens to."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


def _work(work: Callable[..., Awaitable[T]], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    return _runner.run(_awaited(work(_stage, *args, **kwargs)))


async def _awaited(coming: Awaitable[T]) -> T:
    return await coming
