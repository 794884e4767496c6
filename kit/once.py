"""An effect that happens once, however often it is asked for, and then gives every asker the same answer.

`claim` the key in the transaction that does the work and `settle` the answer before it commits. A second asker waits
at the unique key until the first has committed, then reads its answer; if the first rolled back, the second does the
work. Used for WeChat's repeated deliveries and for Idempotency-Key.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table, delete, insert, select, update

from kit.db import Duplicate, Instant, Sealed, Tx, metadata

once = Table(
    "once",
    metadata,
    Column("scope", String(32), nullable=False),
    Column("key", String(96), nullable=False),
    Column("answer", Sealed, nullable=True),  # may quote a person's own data back
    Column("made_at", Instant, nullable=False),
    PrimaryKeyConstraint("scope", "key"),
)


async def claim(tx: Tx, scope: str, key: str, now: datetime) -> str | None:
    """None: the work is yours. Text: it has been done, and this was the answer."""
    try:
        await tx.run(insert(once).values(scope=scope, key=key, answer=None, made_at=now))
    except Duplicate:
        return await answer(tx, scope, key) or ""
    return None


async def settle(tx: Tx, scope: str, key: str, said: str) -> None:
    """Keeps the answer for whoever asks again."""
    await tx.run(update(once).where(once.c.scope == scope, once.c.key == key).values(answer=said))


async def answer(tx: Tx, scope: str, key: str) -> str | None:
    found: str | None = await tx.value(select(once.c.answer).where(once.c.scope == scope, once.c.key == key))
    return found


async def forget(tx: Tx, scope: str, key: str) -> None:
    """The key may be claimed anew."""
    await tx.run(delete(once).where(once.c.scope == scope, once.c.key == key))


async def answers(tx: Tx, scope: str, keys: Collection[str]) -> dict[str, str]:
    """The answers that any of these keys were given. Under a lock that keeps others off the keys this is as good as
    claiming them: what is not there is yours to do and to `settle_all`."""
    if not keys:
        return {}
    rows = await tx.all(select(once.c.key, once.c.answer).where(once.c.scope == scope, once.c.key.in_(keys)))
    return {row.key: row.answer for row in rows if row.answer is not None}


async def settle_all(tx: Tx, scope: str, said: Mapping[str, str], now: datetime) -> None:
    """Keeps the answers to keys that were not there before. Raises Duplicate when somebody was let in between."""
    rows = [{"scope": scope, "key": key, "answer": answer, "made_at": now} for key, answer in said.items()]
    await tx.insert_all(once, rows)


async def sweep(tx: Tx, scope: str, before: datetime) -> int:
    """Forgets keys made before an instant; returns how many."""
    return await tx.run(delete(once).where(once.c.scope == scope, once.c.made_at < before))
