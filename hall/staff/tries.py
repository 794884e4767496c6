"""Guessing at sign-ins is slowed (kit/guesses), by the name tried and by the address it is tried from.

A try is counted before it is judged, so that many at once get no more than one after another; who is right is forgiven:
all that stands at the name, and at the address, which a whole hall shares, their own try. The name counts whether
somebody has it or not: the wait tells nothing.
"""

from datetime import datetime, timedelta
from functools import partial

from hall.staff.model import TooManyTries
from kit import guesses
from kit.db import Tx
from kit.guesses import Pace, Try

_pace = partial(Pace, forgiven=timedelta(hours=1), first_seconds=60, longest_seconds=1800)
# The fifth miss is slowed: a typing error is none. A hall shares an address.
NAME, CODE, ADDRESS = _pace("staff name", 4), _pace("staff code", 4), _pace("staff address", 29)
IN_MINUTES, IN_SECONDS = "{n}分钟", "{n}秒"


def name(given: str) -> Try:
    return Try(NAME, given.strip().lower())


def address(given: str | None) -> Try:
    return Try(ADDRESS, str(given))


def second_step(staff_id: int) -> Try:
    return Try(CODE, str(staff_id))


async def count(tx: Tx, *tried: Try, now: datetime) -> None:
    """One more try at each. Raises TooManyTries, and then counts none."""
    if (early := await guesses.spend(tx, tried, now)) is not None:
        seconds: int = early.details["retry_after_seconds"]
        raise TooManyTries(wait=_said(seconds), retry_after_seconds=seconds)


def _said(seconds: int) -> str:
    return IN_SECONDS.format(n=seconds) if seconds < 60 else IN_MINUTES.format(n=-(-seconds // 60))
