"""Work of a process of its own: it takes as long as it takes, and whoever answers does not feel it.

A thread (kit/beside.py) shares the interpreter with whoever answers; what is asked often and reckons long belongs here.
The process begins with the first work, or when `warm` says that some is coming, and ends after a time without any.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from kit.errors import Problem

P = ParamSpec("P")
T = TypeVar("T")
Prepare: TypeAlias = Callable[[], Awaitable[Any]]

IDLE_SECONDS = 600.0
NICENESS = 2  # where processors are short, whoever answers comes first
log = logging.getLogger(__name__)
spawn = multiprocessing.get_context("spawn")


class NotWorkedOut(Problem):
    status = 503
    code = "not_worked_out"
    sentence = "这次没有算出来，写的字都还在。请再点一次；还是不行，请告诉管理员。"


class Apart:
    """One process that does one work after another on the stage that `prepare` sets there.

    `prepare`, what is asked of it, and what comes back travel by pickle; so do the errors that are raised.
    """

    def __init__(self, prepare: Prepare, idle_seconds: float = IDLE_SECONDS) -> None:
        self._prepare, self._idle_seconds = prepare, idle_seconds
        self._process: _Process | None = None
        self._asked = 0  # works that are not done
        self._ending: asyncio.TimerHandle | None = None

    @property
    def is_warm(self) -> bool:
        """Whether the process stands and is prepared, so that work is begun at once."""
        return self._process is not None and self._process.ready.done() and not self._process.has_failed

    def warm(self) -> "Future[None]":
        """Work is coming: the process begins now, so that nobody waits for its beginning. Done when it stands."""
        return self._standing().ready

    def _standing(self) -> "_Process":
        if self._process is not None and self._process.has_failed:
            log.error("a process apart could not begin", exc_info=self._process.ready.exception())
            self.close()
        if self._process is None:
            self._process = _Process(self._prepare)
        self._rest()
        return self._process

    async def do(self, work: Callable[Concatenate[Any, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(stage, …)` returns or raises. Raises NotWorkedOut where the process died; the next begins anew."""
        self._asked += 1
        process = self._standing()
        try:
            done: T = await asyncio.wrap_future(process.do(work, args, kwargs))
            return done
        except NotWorkedOut:
            if process is self._process:
                self.close()
            raise
        finally:
            self._asked -= 1
            self._rest()

    def close(self) -> None:
        """It ends at once, whatever it is at."""
        if self._process is not None:
            self._process.end()
        self._process = None
        self._rest()

    def _rest(self) -> None:
        """Where nothing is asked of it, the time until its end begins anew."""
        if self._ending is not None:
            self._ending.cancel()
        self._ending = None
        if self._process is not None and not self._asked:
            self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self.close)


class _Process:
    """The process from here: a line to it, and a thread that waits at the line for one answer after another."""

    def __init__(self, prepare: Prepare) -> None:
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=live, args=(theirs, prepare), name="bangban-apart", daemon=True)
        self._process.start()
        theirs.close()
        self._thread = ThreadPoolExecutor(1, "apart")
        self.ready: Future[None] = self._thread.submit(self._hear)

    @property
    def has_failed(self) -> bool:
        return self.ready.done() and self.ready.exception() is not None

    def do(self, *asked: Any) -> "Future[Any]":
        return self._thread.submit(self._ask, asked)

    def _ask(self, asked: tuple[Any, ...]) -> Any:
        with suppress(BrokenPipeError):  # then there is nothing to hear either
            self._line.send(asked)
        return self._hear()

    def _hear(self) -> Any:
        try:
            is_done, told = self._line.recv()
        except (EOFError, OSError) as gone:
            raise NotWorkedOut() from gone
        if is_done:
            return told
        raise told

    def end(self) -> None:
        self._process.kill()
        self._thread.submit(self._process.join)
        self._thread.shutdown(wait=False)


# ------------------------------------------------------------------------------------------------ in the process


def live(line: Connection, prepare: Prepare) -> None:
    """Until nobody is left at the other end."""
    os.nice(NICENESS)
    with suppress(EOFError, OSError), asyncio.Runner() as runner:
        is_prepared, stage = runner.run(_answer(prepare()))
        line.send((is_prepared, None if is_prepared else stage))
        while is_prepared:
            work, args, kwargs = line.recv()
            line.send(runner.run(_answer(work(stage, *args, **kwargs))))


async def _answer(coming: Awaitable[Any]) -> tuple[bool, Any]:
    try:
        return True, await coming
    except Exception as error:
        return False, error
