"""Who is asking: tokens recognised with at most one read, and nobody asking faster than a person can.

A worker believes what it read for some seconds: a session ended at another worker is honoured here for BELIEVED_SECONDS
at most, one ended here not at all.
"""

import math
import re
import time
from collections.abc import Collection
from typing import Any

from sanic import Request

from hall.citizens import sessions
from handlers.addresses import address_of
from kit.clock import Clock
from kit.db import Database
from kit.errors import Problem
from kit.limits import Buckets
from kit.secrets import fingerprint
from kit.together import Together

BELIEVED_SECONDS = 5.0
BELIEVED_MOST = 10_000  # tokens held in memory, at about 200 bytes
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

CITIZEN_BURST, CITIZEN_PER_SECOND = 60, 3.0  # a page of the mini program asks five times; a loop asks hundreds
# Behind one address may stand a whole hall's wireless, or a district of a telephone company.
ADDRESS_BURST, ADDRESS_PER_SECOND = 120, 5.0


class TooFast(Problem):
    status = 429
    code = "too_fast"
    sentence = "操作太快了，请过{retry_after_seconds}秒再试。"


class Visitors:
    """One a worker."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._asked: Together[str, int] = Together(self._citizens_of)
        self._believed: dict[str, tuple[int, float]] = {}  # token's fingerprint: citizen, until when
        self._citizens = Buckets(CITIZEN_BURST, CITIZEN_PER_SECOND)
        self._addresses = Buckets(ADDRESS_BURST, ADDRESS_PER_SECOND)

    async def recognise(self, token: str) -> int | None:
        """The citizen's number behind a token. Raises TooFast."""
        if not TOKEN.fullmatch(token):
            return None
        mark, at = fingerprint(token), time.monotonic()
        citizen_id, until = self._believed.get(mark, (None, 0.0))
        if citizen_id is None or until <= at:
            citizen_id = await self._look_up(mark, at)
        if citizen_id is not None:
            _refuse_if(self._citizens.take(citizen_id, at))
        return citizen_id

    async def _look_up(self, mark: str, at: float) -> int | None:
        self._believed.pop(mark, None)
        citizen_id = await self._asked.ask(mark)
        if citizen_id is None:
            return None
        while len(self._believed) >= BELIEVED_MOST:
            del self._believed[next(iter(self._believed))]
        self._believed[mark] = (citizen_id, at + BELIEVED_SECONDS)
        return citizen_id

    async def _citizens_of(self, marks: Collection[str]) -> dict[str, int]:
        return await self._db.consult(sessions.citizens_of, marks, self._clock())

    async def leave(self, token: str) -> None:
        """Ends a session."""
        await self._db.transact(sessions.end, token)
        self._believed.pop(fingerprint(token), None)

    def forget(self, citizen_id: int) -> None:
        """No session of theirs opens a door at this worker any more, from now on."""
        gone = [mark for mark, (whose, _) in self._believed.items() if whose == citizen_id]
        for mark in gone:
            del self._believed[mark]

    def admit(self, request: Request[Any, Any]) -> None:
        """Slows an address that opens sessions by the hundred. Raises TooFast."""
        address = address_of(request)
        if address is not None:
            _refuse_if(self._addresses.take(address, time.monotonic()))


def _refuse_if(wait_seconds: float) -> None:
    if wait_seconds > 0:
        raise TooFast(retry_after_seconds=math.ceil(wait_seconds))


def guessing(request: Request[Any, Any]) -> tuple[str, ...]:
    """What wrong codes are counted by: the address (the peer's own where nobody says another), and the person."""
    address = f"address {address_of(request) or request.ip}"
    citizen_id = request.ctx.citizen_id
    return (address,) if citizen_id is None else (address, f"citizen {citizen_id}")
