"""The outbox: written in the transaction that makes the fact true, told afterwards, once.

A notice that WeChat does not take (nobody has written within 48 hours, or the line is down) is not lost: it is said
when the person next writes, or opens the mini program.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from hall.citizens.tables import citizens
from hall.notices.model import ASIDE, MOST_TRIES, PAUSE, SENDING, Kind, Notice
from hall.notices.tables import notices
from kit.db import Duplicate, Tx
from kit.live import bump

VERSION = "notices"
_columns = tuple(notices.c[name] for name in ("id", "citizen_id", "kind", "facts", "made_at", "tries", "hall_id"))
_untold = select(*_columns).where(notices.c.told_at.is_(None)).order_by(notices.c.due_at, notices.c.id)


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.citizen_id, Kind(row.kind), row.facts, row.made_at, row.tries, row.hall_id)


async def tell(
    tx: Tx,
    citizen_id: int,
    kind: Kind,
    facts: Mapping[str, Any],
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    *,
    hall_id: str | None = None,
) -> bool:
    """Leaves a notice for a person. `key` names the fact: the same fact is told once. False: it was there already.

    `hall_id`: the hall that tells it, in its own words where it has any.
    """
    written = {"citizen_id": citizen_id, "kind": kind, "facts": dict(facts), "key": key, "made_at": now, "tries": 0}
    try:
        await tx.insert(insert(notices).values(due_at=due_at or now, told_at=None, hall_id=hall_id, **written))
    except Duplicate:
        return False
    await bump(tx, VERSION)
    return True


async def due(tx: Tx, now: datetime, n: int = 50) -> tuple[Notice, ...]:
    """Notices to send now, the oldest first; those WeChat has refused three times wait for the person instead."""
    rows = await tx.all(_untold.where(notices.c.due_at <= now, notices.c.tries < MOST_TRIES).limit(n))
    return tuple(_notice(row) for row in rows)


async def claim(tx: Tx, notice: Notice, now: datetime) -> bool:
    """Whether this sender is the one who sends it. Nobody sends it again, unless it is `put_off`: a message whose
    sender died may have arrived, and a person is not told twice."""
    mine = (notices.c.id == notice.id, notices.c.tries == notice.tries, notices.c.told_at.is_(None))
    later = {"tries": notices.c.tries + 1, "due_at": now + ASIDE}
    return await tx.run(update(notices).where(*mine).values(**later)) == 1


async def put_off(tx: Tx, notice: Notice, now: datetime) -> None:
    """WeChat has certainly not sent it: it is tried again in five minutes, three times in all."""
    await tx.run(update(notices).where(notices.c.id == notice.id).values(due_at=now + PAUSE))


async def leave(tx: Tx, notice: Notice, now: datetime) -> None:
    """WeChat will not take it: it waits until the person writes."""
    await tx.run(update(notices).where(notices.c.id == notice.id).values(tries=MOST_TRIES, due_at=now))


async def told(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """The person has them."""
    if ids:
        await tx.run(update(notices).where(notices.c.id.in_(ids), notices.c.told_at.is_(None)).values(told_at=now))
        await bump(tx, VERSION)


async def untold(tx: Tx, citizen_id: int, now: datetime) -> tuple[Notice, ...]:
    """What a person has not been told yet, the oldest first: for when they write, or look."""
    is_still = notices.c.due_at <= now + ASIDE - SENDING
    rows = await tx.all(_untold.where(notices.c.citizen_id == citizen_id, is_still))
    return tuple(_notice(row) for row in rows)


async def withdraw(tx: Tx, key: str, now: datetime) -> None:
    """A fact nobody need be told of any more."""
    still_untold = (notices.c.key == key, notices.c.told_at.is_(None))
    if await tx.run(update(notices).where(*still_untold).values(told_at=now)):
        await bump(tx, VERSION)


async def last_told(tx: Tx, citizen_id: int, kind: Kind) -> datetime | None:
    """When the person was last told something of this kind."""
    theirs = (notices.c.citizen_id == citizen_id, notices.c.kind == kind, notices.c.told_at.is_not(None))
    latest = select(notices.c.told_at).where(*theirs).order_by(notices.c.told_at.desc()).limit(1)
    told_at: datetime | None = await tx.value(latest)
    return told_at


async def marks_untold(tx: Tx) -> set[str]:
    """Fingerprints of the openids of everybody who has not been told something yet."""
    of_whom = select(citizens.c.openid_mark).join(notices, notices.c.citizen_id == citizens.c.id)
    found = await tx.all(of_whom.where(notices.c.told_at.is_(None), citizens.c.openid.is_not(None)).distinct())
    return {row.openid_mark for row in found}


async def made_before(tx: Tx, keys: Collection[str]) -> set[str]:
    """Which of these facts somebody has been told, or will be."""
    if not keys:
        return set()
    return {row.key for row in await tx.all(select(notices.c.key).where(notices.c.key.in_(keys)))}


async def told_at(tx: Tx, keys: Collection[str]) -> dict[str, datetime | None]:
    """When each of these facts was told, None while it was not; facts nobody is to be told of are left out."""
    if not keys:
        return {}
    kept = select(notices.c.key, notices.c.told_at).where(notices.c.key.in_(sorted(keys)))
    return {row.key: row.told_at for row in await tx.all(kept)}


async def forget(tx: Tx, citizen_id: int) -> None:
    """Deletes what was, or was to be, told to a person."""
    if await tx.run(delete(notices).where(notices.c.citizen_id == citizen_id)):
        await bump(tx, VERSION)


async def sweep(tx: Tx, before: datetime) -> int:
    """Deletes notices made before an instant, told or not."""
    return await tx.run(delete(notices).where(notices.c.made_at < before))
