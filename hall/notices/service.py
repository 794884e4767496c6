"""The outbox: written in the transaction that makes the fact true, told afterwards, once.

A notice that WeChat does not take (nobody has written within 48 hours, or the line is down) is not lost: it is said
when the person next writes, or opens the mini program.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from hall.notices.model import MOST_TRIES, PAUSE, Kind, Notice
from hall.notices.tables import notices
from kit.db import Duplicate, Tx
from kit.live import bump

VERSION = "notices"
_columns = (notices.c.id, notices.c.citizen_id, notices.c.kind, notices.c.facts, notices.c.made_at, notices.c.tries)
_untold = select(*_columns).where(notices.c.told_at.is_(None)).order_by(notices.c.due_at, notices.c.id)


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.citizen_id, Kind(row.kind), row.facts, row.made_at, row.tries)


async def tell(
    tx: Tx,
    citizen_id: int,
    kind: Kind,
    facts: Mapping[str, Any],
    key: str,
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Leaves a notice for a person. `key` names the fact: the same fact is told once. False: it was there already."""
    written = {"citizen_id": citizen_id, "kind": kind, "facts": dict(facts), "key": key, "made_at": now, "tries": 0}
    try:
        await tx.insert(insert(notices).values(due_at=due_at or now, told_at=None, **written))
    except Duplicate:
        return False
    await bump(tx, VERSION)
    return True


async def due(tx: Tx, now: datetime, n: int = 50) -> tuple[Notice, ...]:
    """Notices to send now, the oldest first; those WeChat has refused three times wait for the person instead."""
    rows = await tx.all(_untold.where(notices.c.due_at <= now, notices.c.tries < MOST_TRIES).limit(n))
    return tuple(_notice(row) for row in rows)


async def claim(tx: Tx, notice: Notice, now: datetime) -> bool:
    """Whether this sender is the one who sends it now: nobody else tries it within five minutes."""
    mine = (notices.c.id == notice.id, notices.c.tries == notice.tries, notices.c.told_at.is_(None))
    later = {"tries": notices.c.tries + 1, "due_at": now + PAUSE}
    return await tx.run(update(notices).where(*mine).values(**later)) == 1


async def told(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """The person has them."""
    if ids:
        await tx.run(update(notices).where(notices.c.id.in_(ids), notices.c.told_at.is_(None)).values(told_at=now))


async def untold(tx: Tx, citizen_id: int, now: datetime) -> tuple[Notice, ...]:
    """What a person has not been told yet, the oldest first: for when they write, or look."""
    rows = await tx.all(_untold.where(notices.c.citizen_id == citizen_id, notices.c.due_at <= now + PAUSE))
    return tuple(_notice(row) for row in rows)


async def sweep(tx: Tx, before: datetime) -> int:
    """Deletes notices made before an instant, told or not."""
    return await tx.run(delete(notices).where(notices.c.made_at < before))
