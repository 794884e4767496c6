"""Work of a process of its own: what comes back from it, and what becomes of it when somebody is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kit.apart import Apart, NotWorkedOut
from kit.errors import NotFound

PATIENCE_SECONDS = 30.0
PARENT = """
import asyncio
from tests.kit.test_apart import number_of, prepared
from kit.apart import Apart

async def main():
    print(await Apart(prepared).do(number_of), flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def prepared() -> list[str]:
    return ["prepared"]


async def noted(stage: list[str], word: str) -> list[str]:
    stage.append(word)
    return stage


async def number_of(_stage: list[str]) -> int:
    return os.getpid()


async def refused(_stage: list[str], name: str) -> None:
    raise NotFound(name=name)


async def dead(_stage: list[str]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
async def apart() -> AsyncIterator[Apart]:
    made = Apart(prepared)
    yield made
    made.close()


def is_gone(pid: int) -> bool:
    """Whether a process has ended, soon."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # ended, and its parent has not looked yet
            return True
        time.sleep(0.05)
    return False


async def test_one_process_does_one_work_after_another_on_what_was_prepared(apart: Apart) -> None:
    assert await apart.do(noted, "first") == ["prepared", "first"]
    assert await apart.do(noted, "second") == ["prepared", "first", "second"]
    assert await apart.do(number_of) != os.getpid()


async def test_a_refusal_is_raised_here_with_its_details(apart: Apart) -> None:
    with pytest.raises(NotFound) as told:
        await apart.do(refused, "谁")
    assert told.value.details == {"name": "谁"}


async def test_one_that_died_is_told_of_and_the_next_work_begins_anew(apart: Apart) -> None:
    apart.warm()
    first = await apart.do(number_of)
    assert apart.is_warm
    with pytest.raises(NotWorkedOut, match="再点一次"):
        await apart.do(dead)
    assert await asyncio.to_thread(is_gone, first)
    assert not apart.is_warm
    assert await apart.do(number_of) != first


async def unprepared() -> None:
    raise NotFound(name="上台")


async def test_one_that_could_not_be_prepared_is_begun_anew_next_time(caplog: pytest.LogCaptureFixture) -> None:
    apart = Apart(unprepared)
    for _ in range(2):
        with pytest.raises(NotWorkedOut):
            await apart.do(number_of)
        assert not apart.is_warm
    first = apart.warm()
    with pytest.raises(NotFound):
        await asyncio.wrap_future(first)
    assert apart.warm() is not first
    assert "could not begin" in caplog.text
    apart.close()


async def test_it_ends_when_nobody_has_asked_for_a_while() -> None:
    apart = Apart(prepared, idle_seconds=0.2)
    assert await asyncio.to_thread(is_gone, await apart.do(number_of))
    assert await apart.do(noted, "again") == ["prepared", "again"]
    apart.close()


def test_it_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    here = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=here) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    assert is_gone(child)
