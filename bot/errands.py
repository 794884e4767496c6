"""What a citizen asks about their own appointments; tickets are in queueing.py, where things stand in progress.py."""

import re
from collections.abc import Awaitable, Callable

from bot import booking, standby
from bot.conversation import Choice
from bot.dates import read_when
from bot.intents import APPOINTMENT, Intent
from bot.phrases import booking as booking_words
from bot.phrases import errands as say
from bot.phrases import standby as standby_words
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.appointments.model import Appointment
from hall.appointments.refusals import AppointmentNotFound
from hall.matters.matching import matching
from kit.errors import Problem

Then = Callable[[Turn, Appointment], Awaitable[str]]
SAYS_CANCEL = re.compile(r"^(?:那|就)?(?:确认|确定)?取消[吧了呗掉。!]*$")  # said when asked whether to
OF_ANY = re.compile(r"预约|改约|改期")  # without it, 不去了 and 改成后天 are about the appointment made just now


def line_of(held: Appointment) -> str:
    return say.appointment_line(held)


# ------------------------------------------------------------------------------------------------ appointments


async def mine(turn: Turn) -> str:
    held = await appointments.own(turn.tx, (await turn.citizen()).id, turn.now)
    if not turn.talk.is_busy and len(held) == 1:
        turn.talk.speak_of(held[0].matter_id, held[0].number)
    told = say.own_appointments([line_of(one) for one in held]) if held else say.NO_APPOINTMENTS
    waiting_for = await standby.lines(turn)
    return f"{told}\n{standby_words.own(waiting_for)}" if waiting_for else told


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
    held = _meant(turn, held)
    if len(held) == 1:
        return await then(turn, held[0])
    turn.talk.asked, turn.talk.question = "appointment", turn.text
    turn.talk.offer(Choice(line_of(one), "appointment", one.number) for one in held)
    return say.which_appointment(say.ACTS[doing], [line_of(one) for one in held])


def _meant(turn: Turn, held: tuple[Appointment, ...]) -> tuple[Appointment, ...]:
    """Those whose matter, or when cancelling whose day, is named; else the one made just now, or all."""
    named = {matter.id for matter in matching(turn.desk.catalogue, turn.text)}
    days = () if turn.talk.doing == "move" else read_when(turn.text, turn.today).days
    found = tuple(one for one in held if one.matter_id in named or one.on in days)
    if named or days or OF_ANY.search(turn.text):
        return found or held
    return tuple(one for one in held if one.number == turn.talk.made) or held


async def _ask_to_cancel(turn: Turn, held: Appointment) -> str:
    turn.talk.number, turn.talk.asked = held.number, "confirm"
    turn.talk.offer(())
    return say.confirm_cancel(line_of(held))


async def _ask_where_to(turn: Turn, held: Appointment) -> str:
    said_before = read_when(turn.talk.question, turn.today)
    await booking.begin_move(turn, held)
    if turn.wish.intent is Intent.CHOICE and said_before and not said_before.is_past:
        return await booking.go_on_at(turn, said_before)
    if booking.has_news(turn) and turn.wish.intent is not Intent.CHOICE:
        return await booking.go_on(turn)
    turn.talk.asked = "when"
    return say.ask_move(line_of(held))


async def go_on_cancelling(turn: Turn) -> str:
    """The answer to "which one?" or to "really?"."""
    talk, intent = turn.talk, turn.wish.intent
    if talk.asked == "appointment" or (intent is Intent.CANCEL and _names_one(turn)):
        return await (_chosen(turn, _ask_to_cancel) if intent is Intent.CHOICE else cancel(turn))
    if intent in (Intent.YES, Intent.CANCEL) or SAYS_CANCEL.match(turn.text):
        return await _cancel_now(turn)
    if intent in (Intent.NO, Intent.LEAVE):
        talk.leave()
        return say.KEPT
    return say.CANCEL_OR_KEEP


def remind_of_cancelling(turn: Turn) -> str:
    return say.REMIND_WHICH if turn.talk.asked == "appointment" else say.CANCEL_OR_KEEP


def _names_one(turn: Turn) -> bool:
    return bool(turn.wish.number or matching(turn.desk.catalogue, turn.text))


async def choose_to_move(turn: Turn) -> str:
    return await (_chosen(turn, _ask_where_to) if turn.wish.intent is Intent.CHOICE else move(turn))


async def _chosen(turn: Turn, then: Then) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is None:
        return booking_words.no_such_choice(len(turn.talk.choices))
    try:
        held = await appointments.look(turn.tx, (await turn.citizen()).id, chosen.value)
    except AppointmentNotFound as gone:
        turn.talk.leave()
        return gone.message
    return await then(turn, held)


async def _cancel_now(turn: Turn) -> str:
    number, citizen = turn.talk.number, await turn.citizen()
    turn.talk.leave()
    turn.talk.made = ""
    try:
        async with turn.tx.attempt():
            gone = await appointments.cancel(turn.tx, citizen.id, number, turn.now)
    except Problem as refusal:
        return refusal.message
    return say.cancelled(line_of(gone))
