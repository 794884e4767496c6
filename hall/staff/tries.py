"""Guessing is slowed, by the name tried and by the address it is tried from: each further miss doubles the wait.

A try is counted before it is judged, so that many at once get no more than one after another; who is right is forgiven:
all that stands at the name, and at the address, which a whole hall shares, their own try. The name counts whether
somebody has it or not: the wait tells nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from hall.staff.model import TooManyTries
from hall.staff.tables import staff_tries
from kit.db import Duplicate, Tx
from kit.secrets import fingerprint

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)
FORGOTTEN = timedelta(hours=24)  # since the last miss
IN_MINUTES, IN_SECONDS = "{n}分钟", "{n}秒"


@dataclass(frozen=True, slots=True)
class Tried:
    """What is counted, and how many misses are free: a typing error is none, and a hall shares an address."""

    what: str
    free: int

    @property
    def mark(self) -> str:
        return fingerprint(f"tried {self.what}")


def name(given: str) -> Tried:
    return Tried(f"name {given.strip().lower()}", 5)


def address(given: str | None) -> Tried:
    return Tried(f"address {given}", 30)


def second_step(staff_id: int) -> Tried:
    return Tried(f"code {staff_id}", 5)


async def count(tx: Tx, *tried: Tried, now: datetime) -> None:
    """One more try at each. Raises TooManyTries, and then counts none."""
    for one in tried:
        await _count(tx, one, now)


async def _count(tx: Tx, tried: Tried, now: datetime) -> None:
    mine = staff_tries.c.mark == tried.mark
    row = await tx.one(select(staff_tries).where(mine).with_for_update())
    if row is None:
        values = {"mark": tried.mark, "failures": 1, "closed_until": now, "at": now}
        try:
            async with tx.attempt():
                await tx.run(insert(staff_tries).values(**values))
        except Duplicate:  # another worker's came first
            await _count(tx, tried, now)
        return
    if row.closed_until > now:
        raise TooManyTries(wait=_said(row.closed_until - now), retry_after_seconds=_seconds(row.closed_until - now))
    failures = 1 if row.at <= now - FORGOTTEN else row.failures + 1
    closed_until = now + wait_after(failures, tried.free)
    await tx.run(update(staff_tries).where(mine).values(failures=failures, closed_until=closed_until, at=now))


def wait_after(failures: int, free: int) -> timedelta:
    """None for as many as are free, then a minute, two, four, up to LONGEST_WAIT."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 16)
    return min(timedelta(seconds=FIRST_WAIT.total_seconds() * 2**doublings), LONGEST_WAIT)


def _seconds(left: timedelta) -> int:
    return max(int(left.total_seconds() + 0.999), 1)


def _said(left: timedelta) -> str:
    seconds = _seconds(left)
    return IN_SECONDS.format(n=seconds) if seconds < 60 else IN_MINUTES.format(n=-(-seconds // 60))


async def forgive(tx: Tx, *tried: Tried) -> None:
    await tx.run(delete(staff_tries).where(staff_tries.c.mark.in_([one.mark for one in tried])))


async def forgive_one(tx: Tx, tried: Tried, now: datetime) -> None:
    """Takes back the try that was right; the misses of others there stay."""
    mine = (staff_tries.c.mark == tried.mark, staff_tries.c.failures > 0)
    await tx.run(update(staff_tries).where(*mine).values(failures=staff_tries.c.failures - 1, closed_until=now))


async def sweep(tx: Tx, now: datetime) -> int:
    """Forgets what was long ago; returns how many."""
    return await tx.run(delete(staff_tries).where(staff_tries.c.at <= now - FORGOTTEN))
