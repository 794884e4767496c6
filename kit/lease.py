"""A job that one worker does at a time: whoever holds the lease does it, until it is given up or has run out."""

from datetime import datetime, timedelta

from sqlalchemy import Column, String, Table, insert, or_, select, update

from kit.db import Duplicate, Instant, Tx, metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until_at", Instant, nullable=False),
)


async def take(tx: Tx, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Whether the job is this holder's for so long. Whoever holds it already has it prolonged."""
    until_at = now + timedelta(seconds=seconds)
    is_free = or_(leases.c.holder == holder, leases.c.until_at <= now)
    if await tx.run(update(leases).where(leases.c.name == name, is_free).values(holder=holder, until_at=until_at)):
        return True
    try:
        await tx.run(insert(leases).values(name=name, holder=holder, until_at=until_at))
    except Duplicate:
        return False
    return True


async def free_at(tx: Tx, name: str) -> datetime | None:
    """When the job is to be had by anybody, unless its holder goes on with it; None: nobody has had it yet."""
    until_at: datetime | None = await tx.value(select(leases.c.until_at).where(leases.c.name == name))
    return until_at
