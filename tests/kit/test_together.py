import asyncio
from collections.abc import Collection

import pytest

from kit.together import Together


async def test_those_who_ask_meanwhile_are_answered_together() -> None:
    calls: list[list[int]] = []

    async def squares(numbers: Collection[int]) -> dict[int, int]:
        calls.append(sorted(numbers))
        await asyncio.sleep(0)
        return {n: n * n for n in numbers if n != 13}

    asked = Together(squares)
    first = asyncio.create_task(asked.ask(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = await asyncio.gather(*(asked.ask(n) for n in (3, 3, 4, 13)))
    assert (await first, later) == (4, [9, 9, 16, None])
    assert calls == [[2], [3, 4, 13]]


async def test_a_failure_is_told_to_whoever_asked_and_the_next_are_answered() -> None:
    failures = [ConnectionError("gone")]

    async def answer(keys: Collection[str]) -> dict[str, str]:
        if failures:
            raise failures.pop()
        return {key: key.upper() for key in keys}

    asked = Together(answer)
    told = await asyncio.gather(asked.ask("a"), asked.ask("b"), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError, ConnectionError]
    assert await asked.ask("a") == "A"


async def test_one_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def answer(keys: Collection[str]) -> dict[str, str]:
        await asyncio.sleep(0.01)
        return {key: key.upper() for key in keys}

    asked = Together(answer)
    leaving, staying = asyncio.create_task(asked.ask("a")), asyncio.create_task(asked.ask("a"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await staying == "A"
