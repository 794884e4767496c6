"""What a citizen asks about their own things: appointments, tickets, cases."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot import booking
from bot.conversation import Choice
from bot.intents import APPOINTMENT, CODE, TICKET_NUMBER, Intent
from bot.phrases import errands as say
from bot.phrases import general as phrases
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, AppointmentNotFound
from hall.cases import service as cases
from hall.cases.model import CaseNotFound
from hall.matters import service as matters
from hall.matters.matching import matching
from hall.queue import service as queue
from hall.queue.model import HallClosed
from kit.errors import Problem

Then = Callable[[Turn, Appointment], Awaitable[str]]


def _line(held: Appointment) -> str:
    return say.appointment_line(held)


# ------------------------------------------------------------------------------------------------ appointments


async def mine(turn: Turn) -> str:
    held = await appointments.own(turn.tx, (await turn.citizen()).id, turn.now)
    return say.own_appointments([_line(one) for one in held]) if held else say.NO_APPOINTMENTS


async def cancel(turn: Turn) -> str:
    return await _with_own(turn, "cancel", _ask_to_cancel)


async def move(turn: Turn) -> str:
    return await _with_own(turn, "move", _ask_where_to)


async def _with_own(turn: Turn, doing: str, then: Then) -> str:
    """Picks the appointment the sentence is about: the number said, the only one, or one of those offered."""
    turn.talk.leave()
    held = await appointments.own(turn.tx, (await turn.citizen()).id, turn.now)
    if APPOINTMENT.fullmatch(turn.wish.number.lower()):
        held = tuple(one for one in held if one.number == turn.wish.number)
        if not held:
            return say.NOT_FOUND_APPOINTMENT
    if not held:
        return say.NO_APPOINTMENTS
    turn.talk.doing = doing
    if len(held) == 1:
        return await then(turn, held[0])
    turn.talk.asked = "appointment"
    turn.talk.offer(Choice(_line(one), "appointment", one.number) for one in held)
    return say.which_appointment(say.ACTS[doing], [_line(one) for one in held])


async def _ask_to_cancel(turn: Turn, held: Appointment) -> str:
    turn.talk.number, turn.talk.asked = held.number, "confirm"
    turn.talk.offer(())
    return say.confirm_cancel(_line(held))


async def _ask_where_to(turn: Turn, held: Appointment) -> str:
    await booking.begin_move(turn, held.number, held.matter_id)
    if booking.has_news(turn) and turn.wish.intent is not Intent.CHOICE:
        return await booking.go_on(turn)
    turn.talk.asked = "when"
    return say.ask_move(_line(held))


async def go_on_cancelling(turn: Turn) -> str:
    """The answer to "which one?" or to "really?"."""
    talk, intent = turn.talk, turn.wish.intent
    if talk.asked == "appointment":
        return await _chosen(turn, _ask_to_cancel)
    if intent in (Intent.YES, Intent.CANCEL):
        return await _cancel_now(turn)
    if intent in (Intent.NO, Intent.LEAVE):
        talk.leave()
        return say.KEPT
    return say.CANCEL_OR_KEEP


async def choose_to_move(turn: Turn) -> str:
    return await _chosen(turn, _ask_where_to)


async def _chosen(turn: Turn, then: Then) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is None:
        return phrases.NO_SUCH_CHOICE
    try:
        held = await appointments.look(turn.tx, (await turn.citizen()).id, chosen.value)
    except AppointmentNotFound as gone:
        turn.talk.leave()
        return gone.message
    return await then(turn, held)


async def _cancel_now(turn: Turn) -> str:
    number, citizen = turn.talk.number, await turn.citizen()
    turn.talk.leave()
    try:
        async with turn.tx.attempt():
            gone = await appointments.cancel(turn.tx, citizen.id, number, turn.now)
    except Problem as refusal:
        return refusal.message
    return say.cancelled(_line(gone))


# ------------------------------------------------------------------------------------------------ queue


async def take(turn: Turn) -> str:
    """A ticket: for today's appointment, for the matter named, or for the group chosen."""
    citizen = await turn.citizen()
    today = [one for one in await appointments.own(turn.tx, citizen.id, turn.now) if one.on == turn.today]
    groups = {group.id: group for group in await matters.groups(turn.tx, turn.hall.id)}
    turn.talk.leave()
    named = matching(turn.desk.catalogue, turn.text)
    if named and len({matter.group_id for matter in named}) == 1:
        mine_now = [one for one in today if one.group_id == named[0].group_id]
        return await _take(turn, groups[named[0].group_id].letter, mine_now[0] if mine_now else None)
    if today and not named:
        return await _take(turn, groups[today[0].group_id].letter, today[0])
    turn.talk.doing, turn.talk.asked = "ticket", "group"
    turn.talk.offer(Choice(group.name, "group", group.letter) for group in groups.values())
    return say.which_group(list(groups.values()))


async def choose_group(turn: Turn) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is not None:
        turn.talk.leave()
        return await _take(turn, chosen.value, None)
    if matching(turn.desk.catalogue, turn.text):
        return await take(turn)
    return phrases.NO_SUCH_CHOICE


async def _take(turn: Turn, letter: str, held: Appointment | None) -> str:
    group = next(group for group in await matters.groups(turn.tx, turn.hall.id) if group.letter == letter)
    citizen = await turn.citizen()
    try:
        async with turn.tx.attempt():
            ticket = await queue.take(turn.tx, turn.hall.id, group, citizen.id, turn.now, held)
    except HallClosed as closed:
        return closed.message + say.BOOK_INSTEAD
    except Problem as refusal:
        return refusal.message
    turn.why = replace(turn.why, more={"number": ticket.number})
    return say.ticket(ticket, group.name, await queue.ahead(turn.tx, ticket), turn.hall)


async def place(turn: Turn) -> str:
    """How many are ahead of one's own tickets of today."""
    held = await queue.own(turn.tx, (await turn.citizen()).id, turn.today)
    if not held:
        return say.NO_TICKET
    return "\n".join([say.place(one, await queue.ahead(turn.tx, one)) for one in held])


# ------------------------------------------------------------------------------------------------ cases


async def progress(turn: Turn) -> str:
    """By number (one's own, or with the code), or everything of one's own."""
    number = turn.wish.number
    if TICKET_NUMBER.fullmatch(number.lower()):
        return await _ticket_progress(turn, number)
    if APPOINTMENT.fullmatch(number.lower()):
        return await _appointment_progress(turn, number)
    if number:
        return await _case_progress(turn, number, turn.wish.code)
    return await _everything(turn)


async def _ticket_progress(turn: Turn, number: str) -> str:
    found = await queue.find(turn.tx, turn.hall.id, number, turn.today)
    return say.place(found, await queue.ahead(turn.tx, found)) if found else say.no_such_ticket(number)


async def _appointment_progress(turn: Turn, number: str) -> str:
    try:
        held = await appointments.look(turn.tx, (await turn.citizen()).id, number)
    except AppointmentNotFound as unknown:
        return unknown.message
    return say.appointment_state(held)


async def _case_progress(turn: Turn, number: str, code: str) -> str:
    """Without a code a stranger is asked for it, whether the number exists or not."""
    citizen = await turn.citizen()
    try:
        found = await cases.progress(turn.tx, number, citizen_id=citizen.id, code=code or None)
    except CaseNotFound as unknown:
        if code:
            turn.talk.leave()
            return unknown.message
        turn.talk.leave()
        turn.talk.doing, turn.talk.asked, turn.talk.number = "code", "code", number
        return say.ASK_CODE
    turn.talk.leave()
    return say.progress(found)


async def go_on_with_code(turn: Turn) -> str:
    joined = CODE.search(re.sub(r"[\s-]", "", turn.text))  # read off the receipt in twos and threes
    code = turn.wish.code or (joined.group().upper() if joined else "")
    if not code:
        return say.ASK_CODE
    return await _case_progress(turn, turn.wish.number or turn.talk.number, code)


async def _everything(turn: Turn) -> str:
    citizen = await turn.citizen()
    own_cases = await cases.own(turn.tx, citizen.id)
    held = await appointments.own(turn.tx, citizen.id, turn.now)
    parts = [say.own_cases(own_cases)] if own_cases else [say.NO_OWN]
    if held:
        parts.append(say.own_appointments([_line(one) for one in held]))
    return "\n".join(parts)
