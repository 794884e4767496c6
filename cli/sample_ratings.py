"""What people said of the sample hall's cases that are over. Running it again changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hall.ratings import dealings
from hall.ratings import service as ratings
from hall.ratings.model import AlreadyRated, Channel, Given, Promise
from kit.clock import SHANGHAI
from kit.db import Tx
from kit.ids import with_check

PROMISE = Promise(window_days=15, contact_days=1, reply_days=5)  # for the window only: the rest is reckoned when asked


async def say(tx: Tx, hall_id: str, codes: Mapping[str, str], written: Mapping[str, Any]) -> None:
    """One rating as sample.toml has it; `codes` are the query codes of the cases by their number's body."""
    at: datetime = written["at"].replace(tzinfo=SHANGHAI)
    since = dealings.since_of(at, PROMISE.window_days)
    number = with_check(written["case"])
    dealing = await dealings.by_code(tx, hall_id, number, codes[written["case"]], at, since)
    given = Given(written["level"], tuple(written["reasons"]), written.get("note"))
    try:
        await ratings.rate(tx, dealing, given, Channel.SAMPLE, at, PROMISE)
    except AlreadyRated:
        return
