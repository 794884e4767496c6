"""A worker that is told to end while it is busy ends every step of ending, once and to its last line."""

import asyncio
import multiprocessing
import socket
import time
from multiprocessing.connection import Connection
from typing import Any

from cli.serve import _connect

spawn = multiprocessing.get_context("spawn")


def work_busily(line: Connection, told: Connection) -> None:
    """A worker whose loop is never idle; it tells which steps of ending it takes."""
    from sanic import Sanic, text

    app: Sanic[Any, Any] = Sanic("busy", configure_logging=False)
    app.add_route(lambda _request: text("ok"), "/")

    async def toil() -> None:
        while True:
            time.sleep(0.02)  # noqa: ASYNC251 (that is what a busy loop is)
            await asyncio.sleep(0)

    async def begin(_app: Any) -> None:
        app.ctx.toiling = [asyncio.create_task(toil()) for _ in range(5)]

    async def finish(_app: Any) -> None:
        told.send("finish begins")
        await asyncio.sleep(0.3)
        for task in app.ctx.toiling:
            task.cancel()
        told.send("finish ends")

    async def close(_app: Any) -> None:
        await asyncio.sleep(0.05)
        told.send("closed")

    app.after_server_start(begin)
    app.before_server_stop(finish)
    app.after_server_stop(close)
    _connect(app, line, spawn.RawValue("d", 0.0))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        app.prepare(sock=listening, single_process=True, motd=False, access_log=False)
        Sanic.serve_single(app)


def test_busy_worker_ends_each_step_once() -> None:
    line, theirs = spawn.Pipe()
    hearing, told = spawn.Pipe(duplex=False)
    worker = spawn.Process(target=work_busily, args=(theirs, told))
    worker.start()
    told.close()
    assert line.recv() == ""
    time.sleep(0.2)
    line.send("end")
    worker.join(30)
    said = []
    while hearing.poll():
        try:
            said.append(hearing.recv())
        except EOFError:
            break
    assert (worker.exitcode, said) == (0, ["finish begins", "finish ends", "closed"])
