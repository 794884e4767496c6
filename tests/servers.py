"""Servers for tests: the callback on a real port in the test's own loop, and processes beside it."""

import asyncio
import base64
import json
import os
import secrets as system
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanic import Sanic

from bot.robot import Turn
from handlers import errors
from handlers.deliveries import Deliveries
from handlers.wechat import Callback, wechat
from kit.clock import Clock, now
from kit.db import Database
from kit.settings import Settings, WeChat
from kit.wechat import WeChatApi

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "token4tests"
AES_KEY = "kWxHMn5ItzAcPvFzQ8Zd1yJ7oLrS3uVbXeCfGgTtYy0"
OLD_AES_KEY = "QWxHMn5ItzAcPvFzQ8Zd1yJ7oLrS3uVbXeCfGgTtYy4"
APP_ID = "wxfake0000000000"
APP_SECRET = "fake-secret"
DATA_KEY = base64.b64encode(b"test key, test key, test key 32b").decode()  # what the tests seal, their servers can open


def wechat_settings(**changes: Any) -> WeChat:
    return WeChat(**{"token": TOKEN, "app_id": APP_ID, "encoding_aes_key": AES_KEY, **changes})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Door:
    """A callback that answers on a port; the deliveries are at hand to be finished."""

    url: str
    deliveries: Deliveries


@asynccontextmanager
async def open_door(
    db: Database, turn: Turn, settings: Settings | None = None, clock: Clock = now
) -> AsyncIterator[Door]:
    """The real callback with a turn of the test's own."""
    settings = settings or Settings(wechat=wechat_settings())
    api = WeChatApi(settings.wechat.app_id, settings.wechat.app_secret, settings.wechat.api_base)
    await api.open()
    deliveries = Deliveries(db, api, settings.wechat.deadline_seconds)
    app: Sanic[Any, Any] = Sanic(f"test-{system.token_hex(6)}", configure_logging=False)
    app.config.update(
        {"ACCESS_LOG": False, "REQUEST_MAX_SIZE": 1024 * 1024, "TOUCHUP": False}
    )  # TOUCHUP: once a process
    app.ctx.callback = Callback.build(settings, turn, deliveries, clock)
    errors.hang(app)
    app.blueprint(wechat)
    async with listening(app) as url:
        yield Door(f"{url}/wechat", deliveries)
    await deliveries.finish(5)
    await api.close()


@asynccontextmanager
async def listening(app: Sanic[Any, Any]) -> AsyncIterator[str]:
    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.after_start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.before_stop()
        await server.close()
        for connection in list(server.connections):
            connection.abort()
        await server.after_stop()
        Sanic.unregister_app(app)


@contextmanager
def process(
    command: list[str], environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own, ended (and if need be killed) with its children at the end.

    Its complaints go to `log`: a server that writes to a pipe nobody reads stops when the pipe is full.
    """
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=log.open("ab") if log else subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait()
        for stream in (started.stdout, started.stderr):
            if stream is not None:
                stream.close()


def wait_until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@dataclass
class FakeWeChat:
    """tests/fake_wechat.py api as a process: a stand-in for api.weixin.qq.com on a real port."""

    base: str
    faults: list[dict[str, Any]] = field(default_factory=list)

    def _ask(self, what: str, method: str = "GET", body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.base}/__fake__/{what}", data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.loads(response.read())

    def calls(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask(f"log?path={path}")
        return found

    def sent(self) -> list[tuple[str, str]]:
        """(openid, text) of the customer messages that took effect, in order."""
        calls = [json.loads(call["body"]) for call in self.calls("/cgi-bin/message/custom/send")
                 if call["answer"] == {"errcode": 0, "errmsg": "ok"}]  # fmt: skip
        return [(call["touser"], call["text"]["content"]) for call in calls]

    def fault(self, **fault: Any) -> None:
        self._ask("fault", "POST", fault)

    def expire_tokens(self) -> None:
        self._ask("expire_tokens", "POST", {})

    def met(self, openid: str) -> None:
        """Opens the window for customer messages, as a message of that person does."""
        self._ask("interaction", "POST", {"openid": openid, "action": "message"})

    def forget(self) -> None:
        self._ask("log", "DELETE")
        self._ask("fault", "DELETE")


@contextmanager
def fake_wechat(*options: str) -> Iterator[FakeWeChat]:
    port = free_port()
    command = [sys.executable, str(ROOT / "tests" / "fake_wechat.py"), "api", "--port", str(port)]
    with process([*command, "--appid", APP_ID, "--secret", APP_SECRET, *options]) as started:
        fake = FakeWeChat(f"http://127.0.0.1:{port}")
        wait_until(lambda: answers(f"{fake.base}/__fake__/log"))
        yield fake
        started.kill()  # asked politely, it would first wait for the answers it was told to hang on


async def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits in the loop, asking off it."""
    limit = time.monotonic() + seconds
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() < limit, "it did not happen in time"
        await asyncio.sleep(0.02)


@dataclass
class Hall:
    """`bangban serve` as a process: where it listens, and its master."""

    base: str
    master: subprocess.Popen[str]

    def workers(self) -> set[int]:
        """Process ids of the workers: the children that are not Python's own resource tracker."""
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        return {int(pid) for pid in children if "spawn_main" in command_line(pid)}

    def is_ready(self) -> bool:
        return answers(f"{self.base}/readyz")


@contextmanager
def serving(
    database_url: str,
    folder: Path,
    workers: int = 2,
    port: int | None = None,
    bangban: Sequence[str] = (str(Path(sys.executable).with_name("bangban")),),
    **settings: str,
) -> Iterator[Hall]:
    """A hall with its doors open, in safe mode; `settings` are environment variables without BANGBAN_."""
    port = port or free_port()
    command = [*bangban, "serve", "--port", str(port), "--workers", str(workers)]
    with process(command, hall_environment(database_url, folder, **settings), folder / "log") as master:
        hall = Hall(f"http://127.0.0.1:{port}", master)
        assert master.stdout is not None
        while "帮办已开门" not in (line := master.stdout.readline()):  # said once every worker is ready
            assert line, (folder / "log").read_text()[-2000:]
        yield hall


def command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or before it was read
        return ""


def hall_environment(database_url: str, folder: Path, **settings: str) -> dict[str, str]:
    given = {
        "DATABASE__URL": database_url,
        "SECRETS__KEY_FILE": str(folder / "data.key"),
        "WECHAT__TOKEN": TOKEN,
        "WECHAT__APP_ID": APP_ID,
        "WECHAT__ENCODING_AES_KEY": AES_KEY,
        **settings,
    }
    return {f"BANGBAN_{name}": value for name, value in given.items()}
