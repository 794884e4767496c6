"""A thread beside the answering lets go of the interpreter sooner than usual, until the last one is done."""

import asyncio
import sys
from threading import Event

import pytest

from kit.beside import QUICK_SWITCH, USUAL_SWITCH, beside


async def test_the_interpreter_switches_quickly_until_the_last_thread_is_done() -> None:
    first, last = Event(), Event()
    short, long = (asyncio.create_task(beside(event.wait, 10.0)) for event in (first, last))
    await asyncio.sleep(0)
    first.set()
    assert await short
    assert sys.getswitchinterval() == pytest.approx(QUICK_SWITCH)
    last.set()
    assert await long
    assert sys.getswitchinterval() == pytest.approx(USUAL_SWITCH)


async def test_what_a_thread_raises_is_raised_here_and_the_interval_is_as_before() -> None:
    with pytest.raises(ZeroDivisionError):
        await beside(divmod, 1, 0)
    assert sys.getswitchinterval() == pytest.approx(USUAL_SWITCH)
