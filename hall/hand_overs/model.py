"""A wish to speak to a person, now (a talk) or when someone is back (a message)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    TALK = "talk"
    MESSAGE = "message"


class State(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HandOver:
    id: int
    citizen_id: int
    kind: Kind
    text: str = field(repr=False)  # what the person wrote
    state: State
    asked_at: datetime
