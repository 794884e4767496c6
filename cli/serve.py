"""`bangban serve`: a small master that keeps N workers alive behind one listening socket.

Not Sanic's own: that never replaces a worker that was killed, and hangs on SIGTERM while it starts (platform.md A4).
Here each worker is Sanic in a single process; one that dies is replaced, connections that wait meanwhile are taken by
the others; workers end when the master is killed.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from kit import log as logs
from kit.errors import Problem
from kit.settings import Settings

log = logging.getLogger(__name__)
spawn = multiprocessing.get_context("spawn")

BACKLOG = 1024
STOP_SECONDS = 15.0  # the workers' own grace is 10
STEADY_SECONDS = 10.0  # a worker that lived this long did not die of its start
LONGEST_PAUSE_SECONDS = 10.0


class CannotListen(Problem):
    code = "cannot_listen"
    sentence = "{host}:{port} 用不了（{reason}）：可能已有程序占用。换一个端口（--port），或先停掉那个程序。"


class CannotStart(Problem):
    code = "cannot_start"
    sentence = "没有起来：{reason}"


@dataclass(slots=True)
class Worker:
    process: SpawnProcess
    news: Connection  # "" once ready, or why it could not start
    started_at: float
    is_ready: bool = False


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then ends gracefully. Raises CannotListen, CannotStart."""
    logs.set_up(settings.log.level)
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
            news, telling = spawn.Pipe(duplex=False)
            process = spawn.Process(target=work, args=(self._settings, self._listening, telling), name="bangban-worker")
            process.start()
            telling.close()
            self._crew.append(Worker(process, news, time.monotonic()))

    def _watch(self, waking: socket.socket) -> None:
        """Waits for something to happen, and takes note of it."""
        heeded: list[Any] = [waking, *(w.process.sentinel for w in self._crew)]
        heeded += [w.news for w in self._crew if not w.is_ready]
        pause = self._hire_at - time.monotonic()
        happened = wait(heeded, timeout=pause if pause > 0 else None)
        if waking in happened:
            waking.recv(64)
        for worker in list(self._crew):
            if worker.news in happened:
                self._hear(worker)
            if worker.process.sentinel in happened:
                self._bury(worker)

    def _hear(self, worker: Worker) -> None:
        try:
            reason = worker.news.recv()
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
        worker.news.close()
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
        for worker in self._crew:
            worker.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for worker in self._crew:
            worker.process.join(max(until - time.monotonic(), 0.0))
            if worker.process.is_alive():
                log.error("a worker did not end in time and was killed")
                worker.process.kill()
                worker.process.join()
            worker.news.close()

    def _announce(self) -> None:
        host, port = self._listening.getsockname()[:2]
        sys.stdout.write(f"帮办已开门：http://{host}:{port}\n")
        sys.stdout.flush()


def work(settings: Settings, listening: socket.socket, telling: Connection) -> None:
    """The life of one worker process."""
    os.setpgid(0, 0)  # Ctrl-C in a terminal is for the master, which ends us once; a second signal would cut requests
    from sanic import Sanic

    from app import create_app

    try:
        app = create_app(settings)
        app.after_server_start(_tell(telling))
        app.prepare(sock=listening, backlog=BACKLOG, single_process=True, motd=False, access_log=False)
        Sanic.serve_single(app)
    except Exception as error:
        with telling:
            telling.send(str(error) or type(error).__name__)
        raise


def _tell(telling: Connection) -> Any:
    async def ready(app: Any) -> None:
        telling.send("")
        parent = multiprocessing.parent_process()
        assert parent is not None
        # Readable once the master is gone: an orphan would hold the port and answer with old settings.
        asyncio.get_running_loop().add_reader(parent.sentinel, lambda: app.stop(terminate=False))

    return ready


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
