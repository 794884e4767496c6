"""How fast is the callback? `python -m bench.callback` runs ours, bare Sanic, WeRoBot and wechatpy side by side.

Every server has one worker and gets the same safe-mode messages from wrk (-t1 -c32), in interleaved rounds; the table
shows medians. Messages are signed and sealed anew before each round, each with a MsgId of its own and more of them than
a round can send, so the guard against repeats is paid for but its kept answers are not what is measured. CPU is user
and system time of the server's processes, per request: it holds where the machine is busy with other things.
"""

import argparse
import hashlib
import json
import os
import random
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from kit import migrate  # noqa: E402
from kit.wechat_crypto import Cipher, signature  # noqa: E402

TOKEN, APP_ID = "bench0token", "wxbench000000000"
QUESTION = "个体户一个月卖9万要交增值税吗"
TICKS = os.sysconf("SC_CLK_TCK")
MESSAGES = 20_000
WAYS = [
    "个体户一个月卖{}万要交增值税吗",
    "小规模纳税人月销售额{}万免税吗",
    "一个季度开票{}万要交多少增值税",
    "小店每月流水{}万用不用交税",
]


@dataclass
class Round:
    requests_a_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


@dataclass
class Contestant:
    name: str
    command: list[str]
    port: int
    lines: Callable[[], Iterator[str]]
    content_type: str = "text/xml"
    rounds: list[Round] = field(default_factory=list)
    pid: int = 0

    def median(self, what: str) -> float:
        return statistics.median(getattr(one, what) for one in self.rounds)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=4)
    options = asked.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("没有 wrk：请先 apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, ExitStack() as stack:
        key = secrets.token_hex(22)[:43]
        environment = _environment(Path(folder), key)
        contestants = _contestants(Cipher(key, APP_ID))
        for contestant in contestants:
            contestant.pid = stack.enter_context(_running(contestant, environment, Path(folder)))
        for number in range(-1, options.rounds):  # the first is to warm up
            for contestant in contestants:
                one = _load(contestant, Path(folder), 1.0 if number < 0 else options.seconds)
                if number >= 0:
                    contestant.rounds.append(one)
    _show(contestants)


def _environment(folder: Path, key: str) -> dict[str, str]:
    url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
    migrate.upgrade(url)
    environment = {
        **os.environ,
        "BANGBAN_WECHAT__TOKEN": TOKEN,
        "BANGBAN_WECHAT__APP_ID": APP_ID,
        "BANGBAN_WECHAT__ENCODING_AES_KEY": key,
        "BANGBAN_DATABASE__URL": url,
        "BANGBAN_SECRETS__KEY_FILE": str(folder / "data.key"),
        "BANGBAN_SERVER__WORKERS": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [str(BIN / "bangban"), "ask", QUESTION]
    asked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return {**environment, "BENCH_ANSWER": asked.stdout.strip()[:600]}


def _contestants(cipher: Cipher) -> list[Contestant]:
    gunicorn = [str(BIN / "gunicorn"), "-w1", "-ksync", "--log-level=warning", "-b"]
    serve = [str(BIN / "bangban"), "serve", "--workers", "1", "--port"]
    questions = [random.choice(WAYS).format(n / 2) for n in range(1, 201)]

    def ours(name: str, port: int, question: Callable[[int], str]) -> Contestant:
        return Contestant(name, [*serve, str(port)], port, lambda: _sealed(cipher, question))

    def wsgi(name: str, port: int, factory: str) -> Contestant:
        command = [*gunicorn, f"127.0.0.1:{port}", f"bench.rivals:{factory}()"]
        return Contestant(name, command, port, lambda: _sealed(cipher, lambda _n: QUESTION))

    bare = [sys.executable, str(ROOT / "bench" / "rivals.py"), "8901"]
    return [
        Contestant("Sanic, bare JSON POST", bare, 8901, _json, "application/json"),
        ours("帮办, one question", 8902, lambda _n: QUESTION),
        ours("帮办, 200 questions", 8903, lambda n: questions[n % len(questions)]),
        ours("帮办, each asked once", 8904, lambda n: random.choice(WAYS).format(n / 1000)),
        wsgi("WeRoBot bottle, gunicorn sync", 8905, "werobot_bottle"),
        wsgi("wechatpy + Flask, gunicorn sync", 8906, "wechatpy_flask"),
    ]


def _json() -> Iterator[str]:
    """The same message as the others get, in the JSON WeChat uses elsewhere: fields in plain sight."""
    for number in range(MESSAGES):
        fields = {
            "ToUserName": "gh_bench",
            "FromUserName": f"oBench{number % 997:022d}",
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": QUESTION,
            "MsgId": secrets.randbits(62),
        }
        yield f"/\t{json.dumps(fields, ensure_ascii=False)}"


def _sealed(cipher: Cipher, question: Callable[[int], str]) -> Iterator[str]:
    for number in range(MESSAGES):
        sent, nonce, openid = str(int(time.time())), str(secrets.randbelow(10**9)), f"oBench{number % 997:022d}"
        sealed = cipher.seal(
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
            f"<CreateTime>{sent}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{question(number)}]]></Content><MsgId>{secrets.randbits(62)}</MsgId></xml>"
        )
        query = {
            "signature": signature(TOKEN, sent, nonce),
            "timestamp": sent,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature(TOKEN, sent, nonce, sealed),
        }
        body = f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        yield f"/wechat?{urlencode(query)}\t{body}"


@contextmanager
def _running(contestant: Contestant, environment: dict[str, str], folder: Path) -> Iterator[int]:
    name = hashlib.sha256(contestant.name.encode()).hexdigest()[:8]
    with (folder / f"{name}.log").open("wb") as log:
        server = subprocess.Popen(contestant.command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not _answers(contestant.port):
            if time.monotonic() > until or server.poll() is not None:
                raise SystemExit(f"{contestant.name} did not start: {(folder / f'{name}.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _load(contestant: Contestant, folder: Path, seconds: float) -> Round:
    prepared = folder / "requests.tsv"
    prepared.write_text("\n".join(contestant.lines()))
    before = _cpu_seconds(contestant.pid)
    command = ["wrk", "-t1", "-c32", f"-d{seconds:.0f}s", "-s", str(ROOT / "bench" / "post.lua"),
               f"http://127.0.0.1:{contestant.port}", "--", str(prepared), contestant.content_type]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = _cpu_seconds(contestant.pid) - before
    result = next(line for line in said.splitlines() if line.startswith("RESULT "))
    requests, took_us, errors, p50_us, p99_us = (int(number) for number in result.split()[1:])
    if errors:
        raise SystemExit(f"{contestant.name}: {errors} of {requests} failed\n{said}")
    return Round(requests / took_us * 1e6, spent / requests * 1e6, p50_us / 1e3, p99_us / 1e3)


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process and its descendants."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(parts[11]) + int(parts[12])) / TICKS + sum(_cpu_seconds(int(child)) for child in children)


def _show(contestants: list[Contestant]) -> None:
    sanic = contestants[0].median("requests_a_second")
    werobot = next(c for c in contestants if c.name.startswith("WeRoBot")).median("requests_a_second")
    print("| server | req/s | of Sanic | of WeRoBot | CPU µs | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|")
    for contestant in contestants:
        rate = contestant.median("requests_a_second")
        rest = [f"{contestant.median('cpu_us'):.0f}"] + [f"{contestant.median(p):.1f}" for p in ("p50_ms", "p99_ms")]
        print(f"| {contestant.name} | {rate:,.0f} | {rate / sanic:.2f} | {rate / werobot:.2f} | {' | '.join(rest)} |")


if __name__ == "__main__":
    main()
