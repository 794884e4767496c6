"""`bangban serve`: a small master that keeps N workers alive behind one listening socket.

Not Sanic's own: that never replaces a worker that was killed, and hangs on SIGTERM while it starts (platform.md A4).
Here each worker is Sanic in a single process; one that dies is replaced, and one that lives but no longer comes round
is killed for it; connections that wait meanwhile are taken by the others; workers end when the master is killed.
"""

import asyncio
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from kit import log as logs
from kit.db import Database
from kit.errors import Problem
from kit.settings import Settings

log = logging.getLogger(__name__)
spawn = multiprocessing.get_context("spawn")

BACKLOG = 1024
STOP_SECONDS = 15.0  # the workers' own grace is 10
STEADY_SECONDS = 10.0  # a worker that lived this long did not die of its start
LONGEST_PAUSE_SECONDS = 10.0
BEAT_SECONDS = 1.0
SILENT_SECONDS = 30.0  # a worker that has not come round for so long hangs; building an index takes it a tenth of that
LOOK_SECONDS = 5.0
SWALLOWED_SECONDS = 0.01


class CannotListen(Problem):
    code = "cannot_listen"
    sentence = "{host}:{port} 用不了（{reason}）：可能已有程序占用。换一个端口（--port），或先停掉那个程序。"


class CannotStart(Problem):
    code = "cannot_start"
    sentence = "没有起来：{reason}"


@dataclass(slots=True)
class Worker:
    process: SpawnProcess
    line: Connection  # from it: "" once ready, or why it could not start; to it: that it should end
    beat: Any  # shared with it: when its loop last came round, on the monotonic clock, which all processes share
    started_at: float
    is_ready: bool = False


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then ends gracefully. Raises CannotListen, CannotStart."""
    logs.set_up(settings.log.level)
    asyncio.run(_touch(settings))
    _allow_files()
    with _listen(settings.server.host, settings.server.port) as listening:
        Master(settings, listening).run()


class Master:
    """Starts the workers, replaces the dead, stops them all at the end."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings, self._listening = settings, listening
        self._crew: list[Worker] = []
        self._is_stopping = self._has_opened = False
        self._falls = 0  # deaths in a row, each soon after its start
        self._hire_at = 0.0
        self._looked_at = time.monotonic()

    def run(self) -> None:
        waking, woken = socket.socketpair()
        woken.setblocking(False)
        signal.set_wakeup_fd(woken.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self._is_stopping:
                self._hire()
                self._watch(waking)
        finally:
            self._dismiss()
            signal.set_wakeup_fd(-1)
            waking.close()
            woken.close()

    def _stop(self, *_signal: Any) -> None:
        self._is_stopping = True

    def _hire(self) -> None:
        if time.monotonic() < self._hire_at:
            return
        while len(self._crew) < max(1, self._settings.server.workers):
            line, theirs = spawn.Pipe()
            beat = spawn.RawValue("d", time.monotonic())
            told = (self._settings, self._listening, theirs, beat)
            process = spawn.Process(target=work, args=told, name="bangban-worker")
            process.start()
            theirs.close()
            self._crew.append(Worker(process, line, beat, time.monotonic()))

    def _watch(self, waking: socket.socket) -> None:
        """Waits for something to happen, and takes note of it."""
        heeded: list[Any] = [waking, *(w.process.sentinel for w in self._crew)]
        heeded += [w.line for w in self._crew if not w.is_ready]
        pause = self._hire_at - time.monotonic()
        happened = wait(heeded, timeout=min(pause, LOOK_SECONDS) if pause > 0 else LOOK_SECONDS)
        if waking in happened:
            waking.recv(64)
        for worker in list(self._crew):
            if worker.line in happened:
                self._hear(worker)
            if worker.process.sentinel in happened:
                self._bury(worker)
        self._look()

    def _look(self) -> None:
        """Kills who hangs; its sentinel tells the rest. Who was stopped together with the master, as a machine that is
        put to sleep stops all, has time to come round first."""
        now, looked_at = time.monotonic(), self._looked_at
        self._looked_at = now
        if now - looked_at > 2 * LOOK_SECONDS:
            for worker in self._crew:
                worker.beat.value = now
        for worker in self._crew:
            silent_seconds = now - worker.beat.value
            if worker.is_ready and silent_seconds > SILENT_SECONDS:
                log.error("a worker hangs and is killed", extra={"silent_seconds": round(silent_seconds)})
                worker.process.kill()

    def _hear(self, worker: Worker) -> None:
        try:
            reason = worker.line.recv()
        except EOFError:  # it died without a word: its sentinel tells the rest
            reason = None
        worker.is_ready = True
        if reason and not self._has_opened:
            raise CannotStart(reason=reason)
        if reason == "" and not self._has_opened and all(w.is_ready for w in self._crew):
            self._has_opened = True
            self._announce()

    def _bury(self, worker: Worker) -> None:
        worker.process.join()
        worker.line.close()
        self._crew.remove(worker)
        if self._is_stopping:
            return
        if not self._has_opened:
            raise CannotStart(reason=f"工作进程启动时退出（{worker.process.exitcode}），原因见上面的日志")
        self._falls = 0 if time.monotonic() - worker.started_at > STEADY_SECONDS else self._falls + 1
        pause = min(0.1 * 2**self._falls, LONGEST_PAUSE_SECONDS) if self._falls else 0.0
        self._hire_at = time.monotonic() + pause
        log.error("a worker died and is replaced", extra={"exit": worker.process.exitcode, "pause_seconds": pause})

    def _dismiss(self) -> None:
        """By a word and not by a signal: uvloop loses one that comes between its start and its first turn."""
        for worker in self._crew:
            with suppress(OSError):
                worker.line.send("end")
            if not worker.is_ready:
                worker.process.terminate()  # it is still loading, and listens only afterwards
        until = time.monotonic() + STOP_SECONDS
        for worker in self._crew:
            worker.process.join(max(until - time.monotonic(), 0.0))
            if worker.process.is_alive():
                log.error("a worker did not end in time and was killed")
                worker.process.kill()
                worker.process.join()
            worker.line.close()

    def _announce(self) -> None:
        host, port = self._listening.getsockname()[:2]
        sys.stdout.write(f"帮办已开门：http://{host}:{port}\n")
        sys.stdout.flush()


def work(settings: Settings, listening: socket.socket, line: Connection, beat: Any) -> None:
    """The life of one worker process."""
    os.setpgid(0, 0)  # Ctrl-C in a terminal is for the master, which ends us once; a second signal would cut requests
    from sanic import Sanic

    from app import create_app

    try:
        app = create_app(settings)
        _connect(app, line, beat)
        app.prepare(sock=listening, backlog=BACKLOG, single_process=True, motd=False, access_log=False)
        Sanic.serve_single(app)
    except Exception as error:
        with line:
            line.send(str(error) or type(error).__name__)
        raise


def _connect(app: Any, line: Connection, beat: Any) -> None:
    """Tells the master when the app is ready and that it still comes round, and ends the app when the master says so or
    is gone."""

    async def ready(_app: Any) -> None:
        asyncio.get_running_loop().add_reader(line.fileno(), end)
        come_round()
        line.send("")

    def come_round() -> None:
        beat.value = time.monotonic()
        asyncio.get_running_loop().call_later(BEAT_SECONDS, come_round)

    def end() -> None:  # once: each further stop would cut one of the steps by which Sanic ends
        asyncio.get_running_loop().remove_reader(line.fileno())
        stop()

    def stop() -> None:  # what Sanic still runs of its start would swallow a stop, and serve for ever afterwards
        if app.state.is_running:
            app.stop(terminate=False)
        else:
            asyncio.get_running_loop().call_later(SWALLOWED_SECONDS, stop)

    async def deaf(_app: Any) -> None:  # it is ending already: once more would cut what is still being answered
        asyncio.get_running_loop().remove_reader(line.fileno())

    app.after_server_start(ready)
    app.before_server_stop(deaf, priority=1)


async def _touch(settings: Settings) -> None:
    """Opens the database once before the workers do: an embedded one switches to WAL, which two at once cannot do (one
    gets "database is locked"), and one that does not answer is said so by one process and not by each."""
    where = settings.database
    await (await Database(where.url, pool_size=1, wait_seconds=where.wait_seconds).open()).close()


def _allow_files() -> None:
    """As many open files as we may have: every screen that follows a board is one, and 1,024 is the usual start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotListen(host=host, port=port, reason=os.strerror(error.errno or 0)) from None
    listening.setblocking(False)
    return listening
