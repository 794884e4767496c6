"""Sealed notes that expire: one per scope and key, held by one transaction at a time.

The key is a fingerprint (kit.secrets), the content is sealed. `hold` locks the note until the transaction ends, so two
messages of one person, even at two workers, are taken one after the other.
"""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, Index, PrimaryKeyConstraint, String, Table, delete, insert, select, update

from kit.db import Duplicate, Instant, Sealed, Tx, metadata

notes = Table(
    "notes",
    metadata,
    Column("scope", String(32), nullable=False),
    Column("key", String(64), nullable=False),
    Column("content", Sealed, nullable=True),  # None: held, nothing written
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("scope", "key"),
    Index(None, "scope", "expires_at"),
)


def _is(scope: str, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return notes.c.scope == scope, notes.c.key == key


async def hold(tx: Tx, scope: str, key: str, now: datetime) -> str | None:
    """What is written, or None; nobody else reads or writes this note until the transaction ends."""
    # Looking first: inserting first would leave everyone who waited with a shared lock on the key, and then deadlock.
    look = select(notes.c.content, notes.c.expires_at).where(*_is(scope, key)).with_for_update()
    row = await tx.one(look)
    if row is None:
        try:
            await tx.run(insert(notes).values(scope=scope, key=key, content=None, expires_at=now))
        except Duplicate:
            row = await tx.one(look)
    if row is None or row.expires_at <= now:
        return None
    found: str | None = row.content
    return found


async def write(tx: Tx, scope: str, key: str, content: str, expires_at: datetime) -> None:
    """Writes a held note."""
    await tx.run(update(notes).where(*_is(scope, key)).values(content=content, expires_at=expires_at))


async def forget(tx: Tx, scope: str, key: str) -> None:
    await tx.run(delete(notes).where(*_is(scope, key)))


async def keys(tx: Tx, scope: str) -> set[str]:
    """Keys of the notes that have something written, expired ones among them until they are swept."""
    found = select(notes.c.key).where(notes.c.scope == scope, notes.c.content.is_not(None))
    return {row.key for row in await tx.all(found)}


async def is_written(tx: Tx, scope: str, key: str) -> bool:
    """Whether one note has something written, expired or not; nobody is kept from it."""
    look = select(notes.c.key).where(*_is(scope, key), notes.c.content.is_not(None))
    return await tx.one(look) is not None


async def sweep(tx: Tx, scope: str, now: datetime) -> int:
    """Deletes expired notes; returns how many."""
    return await tx.run(delete(notes).where(notes.c.scope == scope, notes.c.expires_at <= now))
