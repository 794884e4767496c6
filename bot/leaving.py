"""Somebody leaves for good: by unsubscribing, or by deleting what we hold of them in the mini program.

What the hall has to keep stays without the person (docs/decisions/0005, 0020).
"""

from dataclasses import dataclass
from datetime import datetime

from bot import conversation, late
from hall.appointments import changes, holds, waiting
from hall.appointments import service as appointments
from hall.appointments.model import State
from hall.citizens import preferences, sessions
from hall.citizens import service as citizens
from hall.hand_overs import service as hand_overs
from hall.notices import service as notices
from hall.queue import service as queue
from hall.queue.model import CITIZEN, Ticket
from hall.queue.model import State as TicketState
from hall.ratings import service as ratings
from kit.clock import day_of
from kit.db import Tx
from knowledge import questions

IN_LINE = {TicketState.WAITING, TicketState.CALLED, TicketState.MISSED}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What somebody would give up: numbers of appointments and of today's tickets, and how many waits."""

    appointments: tuple[str, ...]
    tickets: tuple[str, ...]
    waits: int


async def unsubscribe(tx: Tx, openid: str, now: datetime) -> None:
    """WeChat asks that the person's data be deleted (platform.md B1). Live appointments stay valid."""
    await _forget_talk(tx, openid)
    citizen_id = await citizens.forget(tx, openid, now)
    if citizen_id is not None:
        await hand_overs.forget(tx, citizen_id, now)
        await appointments.forget(tx, citizen_id, now)
        await ratings.forget(tx, citizen_id, now)


async def ahead(tx: Tx, citizen_id: int, now: datetime) -> Ahead:
    booked = [one.number for one in await appointments.own(tx, citizen_id, now) if one.state is State.BOOKED]
    tickets = [one.number for one in await _in_line(tx, citizen_id, now)]
    return Ahead(tuple(booked), tuple(tickets), len(await waiting.own(tx, citizen_id)))


async def erase(tx: Tx, citizen_id: int, now: datetime) -> Ahead:
    """Deletes what we hold of a person and gives up what lies ahead of them; returns what that was.

    Stays, without name, phone or account: that somebody came (for the hall's figures), fingerprints by which a rule
    counts what was missed, as long as it counts, and files of cases, which the law keeps.
    """
    await citizens.lock(tx, citizen_id)
    given_up = await ahead(tx, citizen_id, now)
    for number in given_up.appointments:
        await changes.withdraw(tx, citizen_id, number, now)
    for wait in await waiting.own(tx, citizen_id):
        await waiting.leave(tx, citizen_id, wait.id, now)
    for held in await holds.own(tx, citizen_id, now):
        await holds.release(tx, citizen_id, held.id, now)
    for ticket in await _in_line(tx, citizen_id, now):
        await queue.leave(tx, ticket, CITIZEN, now)
    await appointments.erase(tx, citizen_id)
    await ratings.forget(tx, citizen_id, now)
    await hand_overs.forget(tx, citizen_id, now)
    await notices.forget(tx, citizen_id)
    await preferences.forget(tx, citizen_id)
    await sessions.end_all(tx, citizen_id)
    openid = (await citizens.citizen(tx, citizen_id)).openid
    if openid is not None:
        await _forget_talk(tx, openid)
        await citizens.forget(tx, openid, now)
    return given_up


async def _in_line(tx: Tx, citizen_id: int, now: datetime) -> list[Ticket]:
    """Today's tickets that can still be given up."""
    of_today = await queue.own(tx, citizen_id, day_of(now))
    return [one for one in of_today if one.state in IN_LINE and one.ended_at is None]


async def _forget_talk(tx: Tx, openid: str) -> None:
    await conversation.forget(tx, openid)
    await late.forget(tx, openid)
    await questions.forget(tx, conversation.key_of(openid))
