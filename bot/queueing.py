"""What a citizen asks about the queue: a ticket, one's place, and leaving it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import Choice
from bot.intents import TICKET_NUMBER, Intent
from bot.people import is_open_now
from bot.phrases import booking as booking_words
from bot.phrases import errands as say
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.matters import service as matters
from hall.matters.matching import matching
from hall.queue import service as queue
from hall.queue.model import CITIZEN, Ticket
from hall.queue.model import State as TicketState
from kit.errors import Problem


async def take(turn: Turn, is_another: bool = False) -> str:
    """A ticket: for today's appointment, for the matter named, or for the group chosen. `is_another`: one more."""
    turn.talk.leave()
    if not is_open_now(turn):
        opens, why = turn.desk.calendar.opens_next(turn.hall, turn.now), turn.desk.calendar.closed_for(turn.today)
        return say.hall_closed(opens, why) + say.BOOK_INSTEAD
    citizen = await turn.citizen()
    today = [one for one in await appointments.own(turn.tx, citizen.id, turn.now) if one.on == turn.today]
    groups = {group.id: group for group in await matters.groups(turn.tx, turn.hall.id)}
    named = matching(turn.desk.catalogue, turn.text)
    if named and len({matter.group_id for matter in named}) == 1:
        mine_now = [one for one in today if one.group_id == named[0].group_id]
        return await _take(turn, groups[named[0].group_id].letter, mine_now[0] if mine_now else None)
    if today and not named:
        return await _take(turn, groups[today[0].group_id].letter, today[0])
    held = await queue.own(turn.tx, citizen.id, turn.today)
    missed = [one for one in held if one.state is TicketState.MISSED and one.ended_at is None]
    if missed and not named and not is_another:
        return await _places(turn, [await queue.come_back(turn.tx, one, CITIZEN, turn.now) for one in missed])
    waiting = [one for one in held if one.state is TicketState.WAITING]
    if waiting and not named and not is_another:
        return await _places(turn, waiting) + say.ANOTHER_TICKET
    turn.talk.doing, turn.talk.asked = "ticket", "group"
    turn.talk.offer(Choice(group.name, "group", group.letter) for group in groups.values())
    return say.which_group(list(groups.values()))


async def choose_group(turn: Turn) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is not None:
        turn.talk.leave()
        return await _take(turn, chosen.value, None)
    if matching(turn.desk.catalogue, turn.text) or turn.wish.intent is Intent.TICKET:
        return await take(turn, is_another=True)
    return booking_words.no_such_choice(len(turn.talk.choices))


async def _take(turn: Turn, letter: str, held: Appointment | None) -> str:
    group = next(group for group in await matters.groups(turn.tx, turn.hall.id) if group.letter == letter)
    citizen = await turn.citizen()
    try:
        async with turn.tx.attempt():
            ticket = await queue.take(turn.tx, turn.hall.id, group, citizen.id, turn.now, held)
    except Problem as refusal:
        return refusal.message
    turn.why = replace(turn.why, more={"number": ticket.number})
    return say.ticket(ticket, group.name, await queue.first_wait(turn.tx, ticket, turn.now), turn.hall)


async def place(turn: Turn) -> str:
    """How many are ahead of one's own tickets of today."""
    held = await queue.own(turn.tx, (await turn.citizen()).id, turn.today)
    if held:
        return await _places(turn, held)
    booked = await appointments.own(turn.tx, (await turn.citizen()).id, turn.now)
    return say.NO_TICKET + (say.own_appointments([say.appointment_line(one) for one in booked]) if booked else "")


async def give_up(turn: Turn) -> str:
    """Leaving the queue: the ticket named, the only one, or one of those offered; asked again before it is done."""
    turn.talk.leave()
    held = [one for one in await queue.own(turn.tx, (await turn.citizen()).id, turn.today) if _may_leave(one)]
    if TICKET_NUMBER.fullmatch(turn.wish.number.lower()):
        held = [one for one in held if one.number == turn.wish.number]
    if not held:
        return say.NOTHING_TO_LEAVE
    turn.talk.doing = "give_up"
    if len(held) == 1:
        return await _ask_to_leave(turn, held[0])
    turn.talk.asked = "ticket"
    lines = [say.place(one, await queue.wait(turn.tx, one, turn.now)) for one in held]
    turn.talk.offer(Choice(line, "ticket", one.number) for line, one in zip(lines, held, strict=True))
    return say.which_to_leave(lines)


def _may_leave(one: Ticket) -> bool:
    return one.ended_at is None and one.state in (TicketState.WAITING, TicketState.CALLED, TicketState.MISSED)


async def _ask_to_leave(turn: Turn, held: Ticket) -> str:
    turn.talk.number, turn.talk.asked = held.number, "confirm"
    turn.talk.offer(())
    return say.confirm_leaving(say.place(held, await queue.wait(turn.tx, held, turn.now)))


async def go_on_giving_up(turn: Turn) -> str:
    """The answer to "which one?" or to "really?"."""
    talk, intent = turn.talk, turn.wish.intent
    if talk.asked == "ticket":
        chosen = talk.chosen(turn.choice)
        if chosen is None:
            return await give_up(turn) if turn.wish.number else booking_words.no_such_choice(len(talk.choices))
        found = await queue.find(turn.tx, turn.hall.id, chosen.value, turn.today)
        return await _ask_to_leave(turn, found) if found else await give_up(turn)
    if intent in (Intent.YES, Intent.GIVE_UP):
        return await _leave_now(turn)
    if intent in (Intent.NO, Intent.LEAVE):
        talk.leave()
        return say.STILL_IN_LINE
    return say.LEAVE_OR_STAY


async def _leave_now(turn: Turn) -> str:
    number, citizen = turn.talk.number, await turn.citizen()
    turn.talk.leave()
    held = [one for one in await queue.own(turn.tx, citizen.id, turn.today) if one.number == number]
    try:
        async with turn.tx.attempt():
            for one in held:
                await queue.leave(turn.tx, one, CITIZEN, turn.now)
    except Problem as refusal:
        return refusal.message
    return say.left_queue(number)


async def _places(turn: Turn, held: Sequence[Ticket]) -> str:
    return "\n".join([say.place(one, await queue.wait(turn.tx, one, turn.now)) for one in held])
