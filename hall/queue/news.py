"""What a person is told of a ticket holds until its next step; said after that it would send them the wrong way."""

from collections.abc import Sequence
from datetime import datetime

from hall.notices.model import Kind, Notice
from hall.queue import service as queue
from hall.queue.model import State, Ticket
from kit.clock import day_of
from kit.db import Tx

OF_A_TICKET = frozenset({Kind.SOON, Kind.CALLED, Kind.MISSED})


async def overtaken(tx: Tx, citizen_id: int, notices: Sequence[Notice], now: datetime) -> set[int]:
    """The ids of those of a person's notices that tell of a ticket which has gone on since, or of a day that is over.

    Of several calls of one number only the last holds.
    """
    asked = [one for one in notices if one.kind in OF_A_TICKET]
    if not asked:
        return set()
    held = await queue.own(tx, citizen_id, day_of(now))
    return {one.id for one in asked if not any(_holds(one, ticket) for ticket in held)}


def _holds(notice: Notice, ticket: Ticket) -> bool:
    if notice.facts["ticket"] != ticket.number:
        return False
    if notice.kind is Kind.SOON:
        return ticket.state is State.WAITING and ticket.called_at is None
    if ticket.called_at is None or ticket.called_at > notice.made_at:
        return False
    if notice.kind is Kind.CALLED:
        return ticket.state is State.CALLED
    return ticket.state is State.MISSED and ticket.ended_at is None
