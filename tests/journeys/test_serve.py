"""`bangban serve` as operators meet it: a worker that is killed, a port that is taken, an end in the middle of it all."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import Hall, answers, hall_environment, process, serving, wait_until

pytestmark = pytest.mark.server
BANGBAN = str(Path(sys.executable).with_name("bangban"))


@pytest.fixture
def hall(sqlite_url: str, tmp_path: Path) -> Iterator[Hall]:
    with serving(sqlite_url, tmp_path) as opened:
        yield opened


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_killed_worker_is_replaced_and_the_doors_stay_open(hall: Hall) -> None:
    before = hall.workers()
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    while len(hall.workers() - {killed}) < 2:
        assert answers(f"{hall.base}/healthz"), "the other worker answers meanwhile"
        assert time.monotonic() - began < 10
    after = hall.workers()
    assert (len(after), len(after & before)) == (2, 1)
    wait_until(hall.is_ready)


IMPATIENT = "from cli import main, serve; serve.SILENT_SECONDS, serve.LOOK_SECONDS = 4.0, 0.5; main.main()"


def test_worker_that_hangs_is_replaced_and_nobody_is_blamed_for_a_pause_of_all(sqlite_url: str, tmp_path: Path) -> None:
    """It lives, so nothing else tells the master; half of the connections would wait for it."""
    with serving(sqlite_url, tmp_path, bangban=[sys.executable, "-c", IMPATIENT]) as hall:
        workers = hall.workers()
        everybody = [hall.master.pid, *workers]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(4.5)
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)
        wait_until(hall.is_ready)
        assert hall.workers() == workers
        os.kill(min(workers), signal.SIGSTOP)
        wait_until(lambda: min(workers) not in (there := hall.workers()) and len(there) == 2 and hall.is_ready(), 60)
    assert "a worker hangs and is killed" in (tmp_path / "log").read_text()


def test_jobs_of_the_clock_are_seen_to(hall: Hall, sqlite_url: str) -> None:
    def has_been_taken() -> bool:
        with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as link:
            return link.execute("SELECT count(*) FROM leases WHERE name = 'slots ahead'").fetchone() == (1,)

    wait_until(has_been_taken)


def test_all_workers_killed_are_all_replaced(hall: Hall) -> None:
    before = hall.workers()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(hall.workers() - before) == 2 and hall.is_ready())


def test_end_is_prompt_and_complete(hall: Hall) -> None:
    pids = hall.workers()
    hall.master.terminate()
    assert hall.master.wait(10) == 0
    assert [pid for pid in pids if is_running(pid)] == []


def test_ctrl_c_ends_as_well(hall: Hall) -> None:
    os.killpg(hall.master.pid, signal.SIGINT)
    assert hall.master.wait(10) == 0


def test_workers_do_not_outlive_a_killed_master(hall: Hall) -> None:
    pids = hall.workers()
    hall.master.kill()
    hall.master.wait()
    wait_until(lambda: not any(is_running(pid) for pid in pids), 15)


@pytest.mark.parametrize("after_seconds", [0.2, 0.8, 1.4])
def test_end_in_the_middle_of_the_start_is_prompt(sqlite_url: str, tmp_path: Path, after_seconds: float) -> None:
    with process([BANGBAN, "serve", "--port", "0", "--workers", "2"], hall_environment(sqlite_url, tmp_path)) as master:
        time.sleep(after_seconds)
        master.terminate()
        assert master.wait(15) in (0, -signal.SIGTERM)  # before the master is up, the signal ends Python itself


def refused(environment: dict[str, str], *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [BANGBAN, "serve", *options], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_taken_port_is_one_clear_sentence(sqlite_url: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(hall_environment(sqlite_url, tmp_path), "--port", str(port))
    assert code == 1
    assert said.splitlines()[-1].startswith(f"127.0.0.1:{port} 用不了")


def test_bad_key_is_said_and_nothing_stays_running(sqlite_url: str, tmp_path: Path) -> None:
    environment = hall_environment(sqlite_url, tmp_path, WECHAT__ENCODING_AES_KEY="short")
    code, said = refused(environment, "--port", "0", "--workers", "2")
    assert code == 1
    assert "EncodingAESKey 应为 43 位字母和数字" in said.splitlines()[-1]
