"""Handing over to a person: a talk while someone is at work, a message otherwise."""

import re

from bot.intents import Intent, asks
from bot.phrases import errands as say
from bot.turn import Turn
from hall.hand_overs import service as hand_overs
from hall.places.model import YearNotPublished

MORE = "more"  # asked, after a message has been left: what is added to it
# 我想问预约的事 is a message; 预约社保卡 is a change of mind.
FOR_A_PERSON = re.compile(r"问|咨询|反映|反应|回电|回我|联系我|打给我|告诉我|帮我看")
SMALL_TALK = {Intent.YES, Intent.NO, Intent.WAIT, Intent.GREET, Intent.THANK, Intent.HELP, Intent.CHOICE, Intent.LEAVE}
LONGEST_ERRAND = 20  # characters; what is longer is a story for the clerk


def is_open_now(turn: Turn) -> bool:
    """Whether the hall is open; where that is not published, it is taken to be closed."""
    try:
        return turn.desk.calendar.is_open(turn.hall, turn.now)
    except YearNotPublished:
        return False


async def hand_over(turn: Turn, opening: str = "") -> str:
    """A person is wanted. `opening` is said first: an apology, or that a case of one's own needs one."""
    turn.talk.leave()
    if is_open_now(turn) and turn.desk.settings.wechat.customer_service:
        await hand_overs.ask(turn.tx, (await turn.citizen()).id, turn.text, turn.now)
        turn.talk.doing = "talk"
        return opening + say.TALK
    turn.talk.doing = "message"
    if is_open_now(turn):
        return opening + say.ASK_MESSAGE
    return opening + say.out_of_hours(turn.desk.calendar.opens_next(turn.hall, turn.now))


def is_message(turn: Turn) -> bool:
    """Whether the sentence is meant for the clerk, and no errand after all."""
    intent = turn.wish.intent
    if intent in (Intent.QUESTION, Intent.NOTHING, Intent.UPSET):
        return turn.talk.asked != MORE or not asks(turn.text)
    if intent in SMALL_TALK:
        return False
    return bool(FOR_A_PERSON.search(turn.text)) or len(turn.text) > LONGEST_ERRAND


async def keep_message(turn: Turn, raw: str) -> None:
    """Keeps a sentence for the clerk; more may follow."""
    await hand_overs.leave(turn.tx, (await turn.citizen()).id, raw, turn.now)
    turn.talk.asked = MORE


async def take_message(turn: Turn, raw: str) -> str | None:
    """Keeps what is said for the clerk; None: it is something else and the message is done with."""
    is_first = turn.talk.asked != MORE
    if is_message(turn):
        await keep_message(turn, raw)
        return say.MESSAGE_KEPT if is_first else say.MESSAGE_ADDED
    if is_first and turn.wish.intent in (Intent.YES, Intent.WAIT, Intent.GREET):
        return say.ASK_MESSAGE
    turn.talk.leave()
    return None if is_first or turn.wish.intent not in (Intent.YES, Intent.NO) else say.MESSAGE_DONE


async def end_talk(turn: Turn) -> str:
    """The citizen comes back to the bot, or WeChat says the session is closed."""
    held = await hand_overs.open_for(turn.tx, (await turn.citizen()).id)
    if held is not None:
        await hand_overs.close(turn.tx, held.id, turn.now)
    turn.talk.leave()
    return say.TALK_OVER
