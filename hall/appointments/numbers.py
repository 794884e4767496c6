"""Numbers of appointments: a day's five signs give 28 million, so among some thousand a day two would be alike."""

from datetime import datetime

from sqlalchemy import select

from hall.appointments.tables import appointments
from kit.clock import local
from kit.db import Tx
from kit.ids import with_check
from kit.secrets import readable_code

SIGNS = 5


async def draw(tx: Tx, n: int, now: datetime) -> list[str]:
    """So many numbers that no appointment has."""
    found: dict[str, None] = {}
    while len(found) < n:
        drawn = {with_check(f"Y{local(now):%y%m%d}{readable_code(SIGNS)}") for _ in range(n - len(found))}
        given = select(appointments.c.number).where(appointments.c.number.in_(sorted(drawn)))
        found |= dict.fromkeys(drawn - {row.number for row in await tx.all(given)})
    return list(found)
