"""Work of a thread beside the answering: it takes as long as it takes, and whoever answers hardly feels it."""

import asyncio
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

QUICK_SWITCH = 0.0005  # seconds such a thread may keep the interpreter from whoever answers; Python's own is 0.005
USUAL_SWITCH = sys.getswitchinterval()
_at_work = 0


async def beside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns. Several may be at work at once: the last one out lets the interpreter switch as usual."""
    global _at_work
    _at_work += 1
    sys.setswitchinterval(QUICK_SWITCH)
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    finally:
        _at_work -= 1
        if not _at_work:
            sys.setswitchinterval(USUAL_SWITCH)
