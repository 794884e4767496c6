"""What a driver hands back, in words that do not depend on the database."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    rows: Sequence[Sequence[Any]]
    changed: int  # rows an INSERT, UPDATE or DELETE touched
    inserted_id: int  # the number the database gave the last inserted row


class Duplicate(Exception):
    """A unique key already holds this value. The transaction goes on; the statement did nothing."""


class Contended(Exception):
    """Deadlock, lock wait or a lost connection: nothing was committed, the whole transaction may be tried again.

    Not a Problem, so that no verb that answers a refusal takes it for one; outside a transaction it is Unavailable.
    """
