"""Questions that come while one is being answered are answered together by the next.

A read for one caller costs nearly as much as a read for thirty. Under load the askers gather by themselves, and without
load nobody waits for anybody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Together(Generic[K, V]):
    """`answer` takes the keys asked for and gives what it finds; a key it leaves out is None. One call at a time."""

    def __init__(self, answer: Callable[[Collection[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._answer = answer
        self._asked: dict[K, asyncio.Future[V | None]] = {}
        self._runner: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V | None:
        """Raises what `answer` raised for those it was asked for together."""
        told = self._asked.get(key)
        if told is None:
            told = self._asked[key] = asyncio.get_running_loop().create_future()
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="together")
        return await asyncio.shield(told)

    async def _run(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._tell(asked)
        finally:
            self._runner = None

    async def _tell(self, asked: Mapping[K, "asyncio.Future[V | None]"]) -> None:
        try:
            found = await self._answer(asked.keys())
        except Exception as error:
            for told in asked.values():
                told.set_exception(error)
                told.exception()  # whoever asked may have left: then nobody else fetches it
            return
        for key, told in asked.items():
            told.set_result(found.get(key))
