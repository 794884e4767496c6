"""Who a citizen is to the hall: someone who writes to the official account."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Citizen:
    """`name` and `phone` are what the person last booked with, None until then; none of the three is ever printed."""

    id: int
    openid: str | None = field(repr=False)  # None: unsubscribed, only the number is left
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    met_at: datetime
