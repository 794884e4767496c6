"""The next sentence of an errand under way. Each answers None when the sentence begins something else."""

from collections.abc import Awaitable, Callable

from bot import aside, booking, errands, guide, progress, queueing, ratings, standby
from bot.intents import Intent, asks
from bot.phrases import errands as errands_words
from bot.phrases import general as say
from bot.turn import Turn
from hall.matters.matching import matching

ERRANDS: dict[Intent, Callable[[Turn], Awaitable[str]]] = {
    Intent.BOOK: booking.begin,
    Intent.MINE: errands.mine,
    Intent.CANCEL: errands.cancel,
    Intent.MOVE: errands.move,
    Intent.PROGRESS: progress.progress,
    Intent.TICKET: queueing.take,
    Intent.PLACE: queueing.place,
    Intent.GIVE_UP: queueing.give_up,
    Intent.RATE: ratings.begin,
    Intent.STAND_BY: standby.join,
    Intent.STAND_DOWN: standby.leave,
}
BEGIN_ANEW = {Intent.TICKET, Intent.GIVE_UP, Intent.PROGRESS, Intent.STAND_BY, Intent.STAND_DOWN}


async def go_on_booking(held: Turn) -> str | None:
    intent = held.wish.intent
    if intent is Intent.STAND_BY and held.talk.doing == "book":
        return await standby.join(held)
    if intent in BEGIN_ANEW or _is_another(held):
        return None
    if intent is Intent.CANCEL:
        return await _cancel(held)
    if intent in aside.ASIDES or (intent is Intent.QUESTION and _is_question(held)):
        return f"{await aside.meanwhile(held)}\n{say.RESUME}{booking.remind(held)}"
    if held.talk.doing == "move" and held.talk.asked == "appointment":
        return await errands.choose_to_move(held)
    return await booking.go_on(held)


async def _cancel(held: Turn) -> str:
    """不去了 while a time is looked for: the booking is dropped; of an appointment being moved, it is asked."""
    moving = held.talk.form.moving
    held.talk.leave()
    if not moving:
        return say.LEFT
    held.talk.made = moving
    return await errands.cancel(held)


def _is_another(held: Turn) -> bool:
    """While one appointment is being moved: another one named, or a new booking."""
    if held.talk.doing != "move":
        return False
    is_new = held.wish.intent is Intent.BOOK and (
        bool(matching(held.desk.catalogue, held.text)) or booking.is_for_another(held.text)
    )
    return is_new or (held.wish.intent is Intent.MOVE and bool(held.wish.number))


def _is_question(held: Turn) -> bool:
    """A sentence that says nothing for the form and asks something; what was asked for is never mistaken for one."""
    if booking.has_news(held) or booking.speaks_of_time(held.text):
        return False
    if asks(held.text) or held.talk.asked in ("confirm", "when"):
        return True
    finding = guide.find(held.desk, held.text, held.today)
    return finding.kind == "answer" or bool(finding.suggestions)


async def go_on_cancelling(held: Turn) -> str | None:
    if aside.is_aside(held):
        return f"{await aside.meanwhile(held)}\n{say.RESUME}{errands.remind_of_cancelling(held)}"
    if held.wish.intent in ERRANDS and held.wish.intent is not Intent.CANCEL:
        return None
    return await errands.go_on_cancelling(held)


async def go_on_with_ticket(held: Turn) -> str | None:
    if held.wish.intent in ERRANDS and held.wish.intent is not Intent.TICKET:
        return None
    if aside.is_aside(held):
        return f"{await aside.meanwhile(held)}\n{say.RESUME}{errands_words.REMIND_GROUP}"
    return await queueing.choose_group(held)


async def go_on_giving_up(held: Turn) -> str | None:
    if aside.is_aside(held):
        return f"{await aside.meanwhile(held)}\n{say.RESUME}{errands_words.LEAVE_OR_STAY}"
    if held.wish.intent in ERRANDS and held.wish.intent is not Intent.GIVE_UP:
        return None
    return await queueing.go_on_giving_up(held)


async def go_on_with_code(held: Turn) -> str | None:
    is_other = held.wish.intent in ERRANDS and held.wish.intent is not Intent.PROGRESS
    if is_other or aside.is_aside(held):
        return None
    return await progress.go_on_with_code(held)


async def go_on_rating(held: Turn) -> str | None:
    """Before everything but a wish for a person: 态度太差 is why, 不用了 that no call is wanted."""
    if held.talk.asked != "why" and aside.is_aside(held):
        return f"{await aside.meanwhile(held)}\n{say.RESUME}{ratings.remind(held)}"
    return await ratings.go_on(held)


GOING_ON: dict[str, Callable[[Turn], Awaitable[str | None]]] = {
    "book": go_on_booking,
    "move": go_on_booking,
    "cancel": go_on_cancelling,
    "ticket": go_on_with_ticket,
    "give_up": go_on_giving_up,
    "code": go_on_with_code,
}
