"""Handing a citizen over to a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from hall.hand_overs.model import HandOver, Kind, State
from hall.hand_overs.tables import hand_overs
from kit.db import Duplicate, Tx

_columns = [hand_overs.c[n] for n in ("id", "citizen_id", "kind", "text", "state", "asked_at")]


def _hand_over(row: Any) -> HandOver:
    return HandOver(row.id, row.citizen_id, Kind(row.kind), row.text, State(row.state), row.asked_at)


async def ask(tx: Tx, citizen_id: int, text: str, now: datetime) -> HandOver:
    """Asks for a person; who has asked already keeps the place they have."""
    try:
        return await _add(tx, citizen_id, Kind.TALK, text, now, live_key=citizen_id)
    except Duplicate:
        held = await open_for(tx, citizen_id)
        return held or await _add(tx, citizen_id, Kind.TALK, text, now, live_key=citizen_id)


async def leave(tx: Tx, citizen_id: int, text: str, now: datetime) -> HandOver:
    """Leaves a message for when someone is back; any number of them."""
    return await _add(tx, citizen_id, Kind.MESSAGE, text, now, live_key=None)


async def _add(tx: Tx, citizen_id: int, kind: Kind, text: str, now: datetime, *, live_key: int | None) -> HandOver:
    facts = {"citizen_id": citizen_id, "kind": kind, "text": text, "state": State.OPEN, "asked_at": now}
    number = await tx.insert(insert(hand_overs).values(live_key=live_key, **facts))
    return HandOver(number, citizen_id, kind, text, State.OPEN, now)


async def open_for(tx: Tx, citizen_id: int) -> HandOver | None:
    """The talk this citizen is waiting for or in, None when there is none."""
    row = await tx.one(select(*_columns).where(hand_overs.c.live_key == citizen_id))
    return None if row is None else _hand_over(row)


async def waiting(tx: Tx) -> tuple[HandOver, ...]:
    """Everyone who still waits for an answer, the longest first."""
    still_open = select(*_columns).where(hand_overs.c.state != State.CLOSED).order_by(hand_overs.c.asked_at)
    return tuple(_hand_over(row) for row in await tx.all(still_open))


async def close(tx: Tx, hand_over_id: int, now: datetime) -> bool:
    """Ends a talk or ticks off a message; False when it was ended already."""
    still_open = (hand_overs.c.id == hand_over_id, hand_overs.c.state != State.CLOSED)
    ended = update(hand_overs).where(*still_open).values(state=State.CLOSED, live_key=None, closed_at=now)
    return await tx.run(ended) == 1


async def forget(tx: Tx, citizen_id: int, now: datetime) -> None:
    """Blanks what someone who unsubscribed has written, and ends what can no longer be answered."""
    theirs = hand_overs.c.citizen_id == citizen_id
    still_open = (theirs, hand_overs.c.state != State.CLOSED)
    await tx.run(update(hand_overs).where(*still_open).values(state=State.CLOSED, live_key=None, closed_at=now))
    await tx.run(update(hand_overs).where(theirs).values(text=""))
