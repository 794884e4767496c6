"""Services that are over and may be rated: one's own, one whose number and code somebody has, the last at a counter.

A ticket's code stands nowhere: it is reckoned from the ticket with the house's key, and printed on a kiosk's slip.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from hall.appointments.tables import appointments
from hall.cases import progress as case_progress
from hall.cases.model import State as CaseState
from hall.cases.tables import cases
from hall.citizens.tables import citizens
from hall.matters.tables import matters
from hall.places.tables import counters
from hall.queue.model import State as TicketState
from hall.queue.tables import tickets
from hall.ratings.model import Dealing, Kind, NothingToRate
from hall.ratings.tables import ratings
from kit.clock import day_of
from kit.db import Tx
from kit.ids import tidy_number
from kit.secrets import READABLE, fingerprint, is_same

CODE_LENGTH = 6
TICKET = re.compile(r"[A-Z][0-9]{3,4}")
GOING_ON = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING)
ENDED_CASES = tuple(state for state in CaseState if state.is_final)

_tickets = (
    select(
        tickets.c.id,
        tickets.c.hall_id,
        tickets.c.number,
        tickets.c.matter_id,
        matters.c.name.label("matter_name"),
        counters.c.number.label("counter"),
        tickets.c.citizen_id,
        tickets.c.state,
        tickets.c.ended_at,
        appointments.c.phone.label("booked_phone"),
        citizens.c.phone.label("own_phone"),
    )
    .outerjoin(matters, and_(matters.c.hall_id == tickets.c.hall_id, matters.c.id == tickets.c.matter_id))
    .outerjoin(counters, counters.c.id == tickets.c.counter_id)
    .outerjoin(appointments, appointments.c.id == tickets.c.appointment_id)
    .outerjoin(citizens, citizens.c.id == tickets.c.citizen_id)
    .order_by(tickets.c.id.desc())
)
_cases = (
    select(
        cases.c.id,
        cases.c.hall_id,
        cases.c.number,
        cases.c.matter_id,
        cases.c.matter_name,
        counters.c.number.label("counter"),
        cases.c.citizen_id,
        cases.c.state,
        cases.c.ended_at,
        citizens.c.phone.label("own_phone"),
    )
    .outerjoin(tickets, tickets.c.id == cases.c.ticket_id)  # the visit it was opened at
    .outerjoin(counters, counters.c.id == tickets.c.counter_id)
    .outerjoin(citizens, citizens.c.id == cases.c.citizen_id)
    .order_by(cases.c.id.desc())
)


def _of_ticket(row: Any) -> Dealing:
    ended_at = row.ended_at if row.state == TicketState.SERVED else None
    what = (row.number, row.matter_id, row.matter_name, row.counter, row.citizen_id)
    return Dealing(Kind.TICKET, row.id, row.hall_id, *what, ended_at, row.booked_phone or row.own_phone)


def _of_case(row: Any) -> Dealing:
    ended_at = row.ended_at if row.state in ENDED_CASES else None
    what = (row.number, row.matter_id, row.matter_name, row.counter, row.citizen_id)
    return Dealing(Kind.CASE, row.id, row.hall_id, *what, ended_at, row.own_phone)


def ticket_code(ticket_id: int) -> str:
    """Six signs that whoever took the ticket has on paper."""
    left, code = int(fingerprint(f"ticket {ticket_id}"), 16), ""
    for _ in range(CODE_LENGTH):
        left, place = divmod(left, len(READABLE))
        code += READABLE[place]
    return code


# ------------------------------------------------------------------------------------------------ whose


async def waiting(tx: Tx, citizen_id: int, since: datetime) -> tuple[Dealing, ...]:
    """A citizen's dealings that ended since then and have not been rated, the newest first."""
    served = (tickets.c.citizen_id == citizen_id, tickets.c.on >= day_of(since), tickets.c.ended_at >= since)
    ended = (cases.c.citizen_id == citizen_id, cases.c.state.in_(ENDED_CASES), cases.c.ended_at >= since)
    return await _unrated(tx, served, ended)


async def just_over(tx: Tx, hall_id: str, since: datetime, until: datetime) -> tuple[Dealing, ...]:
    """Services of people we know that ended in that time and have not been rated."""
    known = (tickets.c.hall_id == hall_id, tickets.c.citizen_id.is_not(None), tickets.c.on >= day_of(since))
    handed_in = (cases.c.hall_id == hall_id, cases.c.citizen_id.is_not(None), cases.c.state.in_(ENDED_CASES))
    return await _unrated(
        tx, (*known, tickets.c.ended_at.between(since, until)), (*handed_in, cases.c.ended_at.between(since, until))
    )


async def _unrated(tx: Tx, of_tickets: tuple[Any, ...], of_cases: tuple[Any, ...]) -> tuple[Dealing, ...]:
    served = (*of_tickets, tickets.c.state == TicketState.SERVED, _not_rated(Kind.TICKET, tickets.c.id))
    found = [_of_ticket(row) for row in await tx.all(_tickets.where(*served))]
    found += [_of_case(row) for row in await tx.all(_cases.where(*of_cases, _not_rated(Kind.CASE, cases.c.id)))]
    return tuple(sorted(found, key=_ended, reverse=True))


def _ended(dealing: Dealing) -> datetime:
    assert dealing.ended_at is not None, "only dealings that are over are asked for"
    return dealing.ended_at


def _not_rated(kind: Kind, dealing_id: Any) -> Any:
    return ~select(ratings.c.id).where(ratings.c.kind == kind, ratings.c.dealing_id == dealing_id).exists()


async def own(tx: Tx, citizen_id: int, number: str, hall_id: str | None = None) -> Dealing:
    """A citizen's own, over or not; of a ticket's number, which comes again each day, the last.

    Raises NothingToRate.
    """
    number = tidy_number(number)
    if TICKET.fullmatch(number):
        asked = _tickets.where(tickets.c.citizen_id == citizen_id, tickets.c.number == number, _goes_on_or_served())
        row = await tx.one((asked.where(tickets.c.hall_id == hall_id) if hall_id else asked).limit(1))
    else:
        row = await tx.one(_cases.where(cases.c.number == number, cases.c.citizen_id == citizen_id))
    return _told(number, row)


async def by_code(tx: Tx, hall_id: str, number: str, code: str, now: datetime, since: datetime) -> Dealing:
    """Whoever has number and code, of a ticket taken since then. Raises NothingToRate, whatever of the two is wrong."""
    number, code = tidy_number(number), tidy_number(code)
    if not TICKET.fullmatch(number):
        return await _case_by_code(tx, number, code)
    days = (tickets.c.on >= day_of(since), tickets.c.on <= day_of(now), _goes_on_or_served())
    rows = await tx.all(_tickets.where(tickets.c.hall_id == hall_id, tickets.c.number == number, *days))
    return _told(number, next((row for row in rows if is_same(ticket_code(row.id), code)), None))


async def _case_by_code(tx: Tx, number: str, code: str) -> Dealing:
    found = await case_progress.by_code(tx, number, code)
    if found is None:
        raise NothingToRate()
    return _told(number, await tx.one(_cases.where(cases.c.id == found.id)))


def _told(number: str, row: Any) -> Dealing:
    if row is None:
        raise NothingToRate()
    return _of_ticket(row) if TICKET.fullmatch(number) else _of_case(row)


def _goes_on_or_served() -> Any:
    return tickets.c.state.in_([*GOING_ON, TicketState.SERVED])


async def last_at_counter(tx: Tx, hall_id: str, counter: int, since: datetime, now: datetime) -> Dealing | None:
    """The last ticket served at this counter today since then, unless it has been rated."""
    today = (tickets.c.hall_id == hall_id, tickets.c.on == day_of(now), tickets.c.state == TicketState.SERVED)
    here = (counters.c.number == counter, tickets.c.ended_at.between(since, now))
    row = await tx.one(_tickets.where(*today, *here).order_by(None).order_by(tickets.c.ended_at.desc()).limit(1))
    if row is None or await tx.value(select(ratings.c.id).where(_is(Kind.TICKET, row.id))):
        return None
    return _of_ticket(row)


async def of_ticket(tx: Tx, ticket_id: int) -> Dealing:
    """For whoever the ticket has been entrusted to. Raises NothingToRate."""
    row = await tx.one(_tickets.where(tickets.c.id == ticket_id))
    if row is None:
        raise NothingToRate()
    return _of_ticket(row)


def _is(kind: Kind, dealing_id: int) -> Any:
    return and_(ratings.c.kind == kind, ratings.c.dealing_id == dealing_id)


def since_of(now: datetime, window_days: int) -> datetime:
    """What ended before this may not be rated any more."""
    return now - timedelta(days=window_days)
