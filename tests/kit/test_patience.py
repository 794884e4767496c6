"""Waiting for a task until an instant."""

import asyncio
import time

import pytest

from kit.patience import TICK_SECONDS, Patience


async def work(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


async def test_finished_task_is_there_at_once() -> None:
    task = asyncio.create_task(work(0))
    await task
    assert await Patience().wait(task, 0.0)


async def test_wait_ends_when_the_task_does() -> None:
    began = time.monotonic()
    assert await Patience().wait(asyncio.create_task(work(0.05)), began + 5)
    assert time.monotonic() - began < 0.5


async def test_wait_gives_up_after_the_instant_and_the_task_goes_on() -> None:
    task, began = asyncio.create_task(work(0.4)), time.monotonic()
    assert not await Patience().wait(task, began + 0.1)
    assert 0.1 <= time.monotonic() - began < 0.1 + TICK_SECONDS * 3
    assert await task == "done"


async def test_each_of_many_waits_until_its_own_instant() -> None:
    patience, task, began = Patience(), asyncio.create_task(work(0.5)), time.monotonic()
    waits = [patience.wait(task, began + seconds) for seconds in (0.1, 2.0, 0.2, 2.0)]
    assert await asyncio.gather(*waits) == [False, True, False, True]


async def test_failing_task_ends_the_wait_and_keeps_its_error() -> None:
    async def fail() -> None:
        raise LookupError

    task = asyncio.create_task(fail())
    assert await Patience().wait(task, time.monotonic() + 5)
    with pytest.raises(LookupError):
        await task


async def test_whoever_leaves_does_not_stop_the_task_or_the_others() -> None:
    patience, task = Patience(), asyncio.create_task(work(0.2))
    leaving, staying = (asyncio.create_task(patience.wait(task, time.monotonic() + 5)) for _ in range(2))
    await asyncio.sleep(0.05)
    leaving.cancel()
    assert await staying
    assert leaving.cancelled()
    assert not patience._waiting


async def test_timer_rests_when_nobody_waits_and_starts_again() -> None:
    patience = Patience()
    for _ in range(2):
        task, began = asyncio.create_task(work(0.3)), time.monotonic()
        assert not await patience.wait(task, began + 0.05)
        await task
        await asyncio.sleep(TICK_SECONDS * 2)
        assert patience._timer is None
