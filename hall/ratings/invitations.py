"""Asking people how it was: one notice a dealing, some minutes after it ended and never at night."""

from datetime import datetime, timedelta

from hall.notices import service as notices
from hall.notices.model import Kind as Notice
from hall.notices.model import by_day
from hall.ratings import dealings
from hall.ratings.model import Kind
from hall.ratings.service import invitation_key
from kit.db import Tx

PAUSE = timedelta(minutes=10)  # the tablet at the counter comes first
NO_LATER = timedelta(hours=24)  # what ended longer ago, while no job ran, is not asked about


async def invite(tx: Tx, hall_id: str, now: datetime) -> int:
    """For a job: leaves a notice for whoever may rate and has not been asked. Returns how many."""
    over = await dealings.just_over(tx, hall_id, now - NO_LATER, now - PAUSE)
    asked = await notices.made_before(tx, [invitation_key(one) for one in over])
    new = 0
    for one in over:
        key = invitation_key(one)
        if key not in asked and one.citizen_id is not None:
            told = {"number": one.number, "matter": one.matter_name, "is_case": one.kind is Kind.CASE}
            new += await notices.tell(tx, one.citizen_id, Notice.RATE, told, key, now, by_day(now), hall_id=hall_id)
    return new
