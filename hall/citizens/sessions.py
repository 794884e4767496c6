"""Sessions of the mini program: an opaque token says who is asking, for some days.

The token itself is kept nowhere; the table holds its fingerprint.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from hall.citizens.model import Citizen
from hall.citizens.tables import citizens, sessions
from kit.db import Tx
from kit.secrets import fingerprint, new_token

MOST = 10  # of one person: telephones, tablets, caches that were cleared; the oldest end


@dataclass(frozen=True, slots=True)
class Session:
    """What is handed to the person, once."""

    token: str = field(repr=False)
    expires_at: datetime


async def begin(tx: Tx, citizen: Citizen, now: datetime, lasting: timedelta) -> Session:
    """A new session beside those there are, up to MOST."""
    made = Session(new_token(), now + lasting)
    facts = {"citizen_id": citizen.id, "made_at": now, "expires_at": made.expires_at}
    await tx.run(insert(sessions).values(token_mark=fingerprint(made.token), **facts))
    newest_first = select(sessions.c.token_mark).where(sessions.c.citizen_id == citizen.id)
    rows = await tx.all(newest_first.order_by(sessions.c.made_at.desc(), sessions.c.token_mark))
    if surplus := [row.token_mark for row in rows[MOST:]]:
        await tx.run(delete(sessions).where(sessions.c.token_mark.in_(surplus)))
    return made


async def citizens_of(tx: Tx, marks: Collection[str], now: datetime) -> dict[str, int]:
    """Of each token's fingerprint, the number of the citizen it stands for; a token of nobody is left out."""
    in_force = (sessions.c.token_mark.in_(list(marks)), sessions.c.expires_at > now, citizens.c.left_at.is_(None))
    joined = select(sessions.c.token_mark, citizens.c.id).join(citizens, sessions.c.citizen_id == citizens.c.id)
    return {row.token_mark: row.id for row in await tx.all(joined.where(*in_force))}


async def end(tx: Tx, token: str) -> None:
    """Ends a session; one that is over already stays so."""
    await tx.run(delete(sessions).where(sessions.c.token_mark == fingerprint(token)))


async def end_all(tx: Tx, citizen_id: int) -> None:
    """Ends every session of a person."""
    await tx.run(delete(sessions).where(sessions.c.citizen_id == citizen_id))


async def sweep(tx: Tx, now: datetime) -> int:
    """Deletes sessions that are over; returns how many."""
    return await tx.run(delete(sessions).where(sessions.c.expires_at <= now))
