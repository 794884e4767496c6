"""Passwords off the loop, a few at once, and which of them are too easy to guess.

A hash takes 64 MB and 50 ms by design: unbounded, a crowd at the sign-in page would take the machine's memory.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from zxcvbn import zxcvbn

from kit.secrets import hash_password, is_password, one_time_password

T = TypeVar("T")

AT_ONCE = 2
SHORTEST, LONGEST = 10, 128
GUESSABLE = 2  # zxcvbn's score, 0 to 4: up to here it falls to 10^8 guesses
READ = 72  # characters zxcvbn looks at: it is quadratic, and refuses more

TOO_SHORT = "密码至少要{shortest}个字符。可以用几个不相干的词连起来，好记又难猜。"
TOO_LONG = "密码最多{longest}个字符，请短一些。"
HAS_NAME = "密码里不要带自己的姓名，请换一个。"
TOO_EASY = "这个密码太容易被猜到（常见、有规律或是一排键）。可以用几个不相干的词连起来，好记又难猜。"

_rooms = ThreadPoolExecutor(AT_ONCE, "passwords")


async def _off_the_loop(call: Callable[..., T], *given: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(_rooms, call, *given)


async def hashed(password: str) -> str:
    return await _off_the_loop(hash_password, password)


async def is_right(kept: str | None, password: str) -> bool:
    """Whether the password has this hash. With None it costs the same and is never right: no name is told by time."""
    return await _off_the_loop(is_password, kept or _nobodys(), password) and kept is not None


@cache
def _nobodys() -> str:
    return hash_password(one_time_password())


async def why_weak(password: str, about: Sequence[str]) -> str | None:
    """A sentence on what is wrong with a new password, or None. `about`: words that others know of the person.

    The manner of NIST SP 800-63B: long enough, not of those everybody tries, and no rules about capitals or signs.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT.format(shortest=SHORTEST)
    if len(password) > LONGEST:
        return TOO_LONG.format(longest=LONGEST)
    if any(word and word.lower() in password.lower() for word in about):
        return HAS_NAME
    return TOO_EASY if await _off_the_loop(_score, password[:READ]) <= GUESSABLE else None


def _score(password: str) -> int:
    found: int = zxcvbn(password)["score"]  # type: ignore[no-untyped-call]
    return found
