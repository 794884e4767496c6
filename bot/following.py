"""One number leads to all others: appointment → ticket → case → rating. Who may see what is decided
here, for every door.

A case opens to its owner, to staff who run cases, and to whoever has its query code; an appointment to its owner, to
those staff, and to whoever knows the last four digits of its phone; a ticket says to everybody what the board says.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Literal

from bot.intents import APPOINTMENT, TICKET_NUMBER
from bot.phrases import errands as errand_words
from bot.phrases import progress as words
from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.appointments.refusals import AppointmentNotFound
from hall.cases import progress as cases
from hall.cases.model import Came, Case, CaseNotFound, Progress
from hall.queue import service as queue
from hall.queue.model import Ticket, TicketNotFound
from hall.queue.pace import Estimate
from hall.ratings import service as ratings
from hall.ratings.model import Kind
from hall.staff.model import StaffMember
from kit import guesses
from kit.clock import day_of
from kit.db import Database, Tx
from kit.errors import Problem
from kit.guesses import Try
from kit.ids import tidy_number
from kit.secrets import is_same

NUMBER_SHOWN = 8  # signs of a ticket number told back
PHONE_TAIL = 4  # digits of the booking phone that open an appointment


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where from. `sources`: what wrong codes are counted by beside the number (address, person)."""

    hall_id: str
    now: datetime
    citizen_id: int | None = None
    code: str | None = field(default=None, repr=False)
    staff: StaffMember | None = None
    sources: tuple[str, ...] = ()

    def tries(self, number: str) -> list[Try]:
        return guesses.tries(self.sources, number)


@dataclass(frozen=True, slots=True)
class Chain:
    """The numbers that belong together, as far as the asker may know them."""

    appointment: str | None = None
    ticket: str | None = None
    case: str | None = None
    rating: int | None = None  # its level


@dataclass(frozen=True, slots=True)
class Followed:
    """Exactly one of case, appointment and ticket; `wait` comes with a ticket."""

    kind: Literal["case", "appointment", "ticket"]
    chain: Chain
    case: Progress | None = None
    appointment: Appointment | None = None
    ticket: Ticket | None = None
    wait: Estimate | None = None


async def ask(db: Database, number: str, asking: Asking) -> Followed:
    """What a number stands for, for doors that have no transaction of their own. Raises what `follow` returns.

    Who needs no code, and who comes too early, is answered by reading alone: guessing keeps nobody else from writing.
    """
    found = await db.consult(follow, number, replace(asking, code=None))
    if isinstance(found, Problem) and asking.code:
        early = await db.consult(guesses.early, asking.tries(tidy_number(number)), asking.now)
        found = await db.transact(follow, number, asking) if early is None else early
    if isinstance(found, Problem):
        raise found
    return found


async def follow(tx: Tx, number: str, asking: Asking) -> Followed | Problem:
    """What a number stands for, to whoever may know it.

    A refusal is returned and not raised, since a wrong code is counted in this very transaction: commit, then raise it.
    It is CaseNotFound, AppointmentNotFound, TicketNotFound or TooManyGuesses. Raises NotYourRole.
    """
    tidy = tidy_number(number)
    if TICKET_NUMBER.fullmatch(tidy.lower()):
        return await _ticket(tx, tidy, asking)
    if APPOINTMENT.fullmatch(tidy.lower()):
        return await _appointment(tx, tidy, asking)
    return await _case(tx, tidy, asking)


async def appointment(tx: Tx, number: str, asking: Asking) -> Appointment | Problem:
    """The appointment, to whoever may know it. A refusal, which is AppointmentNotFound or TooManyGuesses, is returned
    and not raised, as by `follow`. Raises NotYourRole.
    """
    found = await appointments.find(tx, tidy_number(number))
    if asking.staff is not None:
        cases.check_reader(asking.staff, asking.hall_id)
        return found or AppointmentNotFound()
    if found is not None and found.citizen_id == asking.citizen_id:
        return found
    if not asking.code:
        return AppointmentNotFound()
    look = partial(_by_tail, found, asking.code)
    return await guesses.guarded(tx, asking.tries(tidy_number(number)), asking.now, look, AppointmentNotFound)


def said(found: Followed) -> str:
    """The same in words, with the other numbers it leads to."""
    of = found.chain
    return f"{_said(found)}{words.chain(of.appointment, of.ticket, of.case)}"


def _said(found: Followed) -> str:
    if found.case is not None:
        return words.progress(found.case)
    if found.appointment is not None:
        return errand_words.appointment_now(found.appointment)
    assert found.ticket is not None and found.wait is not None, "it is one of the three"
    return errand_words.place(found.ticket, found.wait)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who handed something in, and out of which ticket or appointment."""

    came: Came
    citizen_id: int | None
    applicant: str | None = field(repr=False)


async def visit(tx: Tx, hall_id: str, now: datetime, *, ticket: str | None, appointment: str | None) -> Visit:
    """Of today's ticket, or of an appointment kept without one. Raises TicketNotFound, AppointmentNotFound."""
    taken = held = None
    if ticket is not None:
        taken = await queue.find(tx, hall_id, ticket, day_of(now))
        if taken is None:
            raise TicketNotFound(number=ticket[:NUMBER_SHOWN])
        held = await appointments.by_id(tx, taken.appointment_id) if taken.appointment_id is not None else None
    elif appointment is not None:
        held = await appointments.find(tx, appointment)
        if held is None:
            raise AppointmentNotFound()
        taken = await queue.of_appointment(tx, held.id)
    came = Came(None if held is None else held.id, None if taken is None else taken.id)
    known = held or taken
    return Visit(came, None if known is None else known.citizen_id, None if held is None else held.name)


# ------------------------------------------------------------------------------------------------ each kind


async def _case(tx: Tx, number: str, asking: Asking) -> Followed | Problem:
    found = await cases.of_owner(tx, number, asking.citizen_id) if asking.citizen_id is not None else None
    if found is None and asking.staff is not None:
        found = await cases.for_staff(tx, number, asking.staff)
    elif found is None and asking.code:
        look = partial(_by_code, tx, number, asking.code)
        opened = await guesses.guarded(tx, asking.tries(number), asking.now, look, CaseNotFound)
        if isinstance(opened, Problem):
            return opened
        found = opened
    if found is None:
        return CaseNotFound()
    chain = await _chain(tx, found, found.appointment_id, found.ticket_id, may_see_rating=asking.staff is None)
    return Followed("case", chain, case=(await cases.told(tx, [found], asking.now))[0])


async def _by_code(tx: Tx, number: str, code: str) -> Case:
    found = await cases.by_code(tx, number, code)
    if found is None:
        raise CaseNotFound()
    return found


async def _appointment(tx: Tx, number: str, asking: Asking) -> Followed | Problem:
    found = await appointment(tx, number, asking)
    if isinstance(found, Problem):
        return found
    is_known = found.citizen_id == asking.citizen_id
    of_it = await cases.of_visit(tx, appointment_id=found.id) if is_known or asking.staff else None
    chain = await _chain(tx, of_it, found.id, None, may_see_rating=is_known)
    return Followed("appointment", chain, appointment=found)


async def _by_tail(found: Appointment | None, code: str) -> Appointment:
    tail = ((found and found.phone) or "")[-PHONE_TAIL:]
    is_right = is_same(code.strip(), tail)
    if found is None or not (tail and is_right):
        raise AppointmentNotFound()
    return found


async def _ticket(tx: Tx, number: str, asking: Asking) -> Followed | Problem:
    found = await queue.find(tx, asking.hall_id, number, day_of(asking.now))
    if found is None:
        return TicketNotFound(number=number[:NUMBER_SHOWN])
    chain = Chain(ticket=found.number)
    if asking.staff is not None:
        cases.check_reader(asking.staff, asking.hall_id)
    is_theirs = found.citizen_id is not None and found.citizen_id == asking.citizen_id
    if is_theirs or asking.staff is not None:
        of_it = await cases.of_visit(tx, ticket_id=found.id)
        chain = await _chain(tx, of_it, found.appointment_id, found.id, may_see_rating=is_theirs)
    return Followed("ticket", chain, ticket=found, wait=await queue.wait(tx, found, asking.now))


async def _chain(
    tx: Tx, case: Case | None, appointment_id: int | None, ticket_id: int | None, *, may_see_rating: bool
) -> Chain:
    """Up and down from whichever of the three was asked for. What a rating was is not for staff to know here."""
    ticket = await queue.by_id(tx, ticket_id) if ticket_id is not None else None
    if ticket is None and appointment_id is not None:
        ticket = await queue.of_appointment(tx, appointment_id)
    if appointment_id is None and ticket is not None:
        appointment_id = ticket.appointment_id
    held = await appointments.by_id(tx, appointment_id) if appointment_id is not None else None
    return Chain(
        appointment=None if held is None else held.number,
        ticket=None if ticket is None else ticket.number,
        case=None if case is None else case.number,
        rating=await _rating(tx, case, ticket) if may_see_rating else None,
    )


async def _rating(tx: Tx, case: Case | None, ticket: Ticket | None) -> int | None:
    """The level given to the case, else to the service at the counter."""
    given = None if case is None else await ratings.of_dealing(tx, Kind.CASE, case.id)
    if given is None and ticket is not None:
        given = await ratings.of_dealing(tx, Kind.TICKET, ticket.id)
    return None if given is None else int(given.level)
