"""Handing over to a person: a talk while someone is at work, a message otherwise."""

from bot.phrases import errands as say
from bot.turn import Turn
from hall.hand_overs import service as hand_overs
from hall.places.model import YearNotPublished, is_open, opens_next


def _is_open(turn: Turn) -> bool:
    try:
        return is_open(turn.hall, turn.now)
    except YearNotPublished:
        return False


async def hand_over(turn: Turn, opening: str = "") -> str:
    """A person is wanted. `opening` is said first: an apology, or that a case of one's own needs one."""
    turn.talk.leave()
    if _is_open(turn) and turn.desk.settings.wechat.customer_service:
        await hand_overs.ask(turn.tx, (await turn.citizen()).id, turn.text, turn.now)
        turn.talk.doing = "talk"
        return opening + say.TALK
    turn.talk.doing = "message"
    if _is_open(turn):
        return opening + say.ASK_MESSAGE
    return opening + say.out_of_hours(opens_next(turn.hall, turn.now))


async def keep_message(turn: Turn, text: str) -> str:
    await hand_overs.leave(turn.tx, (await turn.citizen()).id, text, turn.now)
    turn.talk.leave()
    return say.MESSAGE_KEPT


async def end_talk(turn: Turn) -> str:
    """The citizen comes back to the bot, or WeChat says the session is closed."""
    held = await hand_overs.open_for(turn.tx, (await turn.citizen()).id)
    if held is not None:
        await hand_overs.close(turn.tx, held.id, turn.now)
    turn.talk.leave()
    return say.TALK_OVER
