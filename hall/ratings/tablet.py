"""The tablet at a counter: it may rate the ticket that was finished there a moment ago, and no other.

What it is given is a key that names the ticket and runs out; it stands nowhere, and nobody without the house's key can
make one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hall.ratings import dealings
from hall.ratings.model import Dealing, TimeToRateOver
from kit.clock import from_ms, to_ms
from kit.db import Tx
from kit.secrets import fingerprint, is_same

THINKING = timedelta(minutes=3)  # a person who is picking reasons when the time shown runs out may finish


@dataclass(frozen=True, slots=True)
class Finished:
    """`until_at`: until then it is shown."""

    number: str
    key: str
    until_at: datetime


async def finished(tx: Tx, hall_id: str, counter: int, seconds: int, now: datetime) -> Finished | None:
    """The ticket finished at this counter within so many seconds, unless it has been rated."""
    shown = timedelta(seconds=seconds)
    found = await dealings.last_at_counter(tx, hall_id, counter, now - shown, now)
    if found is None or found.ended_at is None:
        return None
    until_at = found.ended_at + shown
    return Finished(found.number, _key(hall_id, counter, found.id, to_ms(until_at + THINKING)), until_at)


async def by_key(tx: Tx, hall_id: str, counter: int, key: str, now: datetime) -> Dealing:
    """The dealing a key was given for. Raises TimeToRateOver, for a key that is nobody's too."""
    ticket, _, rest = key.partition(".")
    until = rest.partition(".")[0]
    if not all(part.isascii() and part.isdigit() and len(part) < 16 for part in (ticket, until)):
        raise TimeToRateOver()
    if not is_same(key, _key(hall_id, counter, int(ticket), int(until))) or now > from_ms(int(until)):
        raise TimeToRateOver()
    return await dealings.of_ticket(tx, int(ticket))


def _key(hall_id: str, counter: int, ticket_id: int, until_ms: int) -> str:
    return f"{ticket_id}.{until_ms}.{fingerprint(f'tablet {hall_id} {counter} {ticket_id} {until_ms}')}"
