"""What people have said of themselves on their own page: which taxpayers they are, what they need not be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from hall.citizens import service as citizens
from hall.citizens.tables import preferences
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Preferences:
    """`categories` of taxpayers, by id; `off`: kinds of notices not wanted."""

    categories: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


async def of(tx: Tx, citizen_id: int) -> Preferences:
    row = await tx.one(select(*_columns).where(preferences.c.citizen_id == citizen_id))
    return Preferences() if row is None else Preferences(tuple(row.categories), tuple(row.notices_off))


_columns = (preferences.c.categories, preferences.c.notices_off)


async def set_categories(tx: Tx, citizen_id: int, categories: Collection[str], now: datetime) -> Preferences:
    """In place of those of before."""
    return await _set(tx, citizen_id, now, categories=list(categories))


async def set_off(tx: Tx, citizen_id: int, kinds: Collection[str], now: datetime) -> Preferences:
    """Turns these kinds of notices off and all others on. Which may be off is the notices' rule (hall/notices)."""
    return await _set(tx, citizen_id, now, notices_off=list(kinds))


async def _set(tx: Tx, citizen_id: int, now: datetime, **said: list[str]) -> Preferences:
    await citizens.lock(tx, citizen_id)  # so that two who set at once make one row
    theirs = preferences.c.citizen_id == citizen_id
    if await tx.run(update(preferences).where(theirs).values(changed_at=now, **said)) == 0:
        row: dict[str, list[str]] = {"categories": [], "notices_off": []} | said
        await tx.run(insert(preferences).values(citizen_id=citizen_id, changed_at=now, **row))
    return await of(tx, citizen_id)


async def forget(tx: Tx, citizen_id: int) -> None:
    await tx.run(delete(preferences).where(preferences.c.citizen_id == citizen_id))
