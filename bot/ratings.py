"""好差评 in conversation: five levels, none of them suggested, then why, then whether a call is wanted.

Nothing is kept before the last answer: who leaves halfway has said nothing, and can still rate.
"""

import re
from datetime import datetime

from bot.conversation import Choice
from bot.intents import Intent
from bot.phrases import ratings as say
from bot.turn import Turn
from hall.ratings import dealings, reasons
from hall.ratings import service as ratings
from hall.ratings.model import Channel, Dealing, Given, Level, Promise
from kit.errors import Problem
from kit.ids import find_phone

# What is said of a level in words; bare praise or blame (好评, 差评) is no level, and is asked about.
LEVELS = (
    (Level.VERY_BAD, re.compile(r"(?:非常|很|太|极|特别|十分)(?:的|地)?不满意|[一1]颗?[星分]")),
    (Level.BAD, re.compile(r"不(?:太|怎么|大)?满意|[二两2]颗?[星分]")),
    (Level.FAIR, re.compile(r"(?:基本|还算|比较)(?:上)?满意|[三3]颗?[星分]")),
    (Level.VERY_GOOD, re.compile(r"(?:非常|很|太|十分|特别|最)(?:的|地)?满意|[五5]颗?[星分]")),
    (Level.GOOD, re.compile(r"满意|[四4]颗?[星分]")),
)
# "1 3", "13", "1、3 等了半天": numbers at the front. "2个小时" is no choice.
NUMBERS = re.compile(r"^((?:[1-9]\s*[,，、.。和]?\s*)+)(?=$|[^0-9个小时天分点元块次年月号趟人])")
NOTHING_TO_SAY = re.compile(r"^(?:没有?(?:了|什么)?|不想?说|跳过|无|不说了?|没啥|不用(?:了|说)?|算了)[。.!]*$")
NO_CALL = re.compile(r"^(?:不用?(?:了|打|回访)?|不要|不必|没有?|算了)")
SHORT_ERRAND = 8  # characters: 我的预约 is a wish of its own, 取号等了两个钟头 is why
ERRANDS = {
    Intent.MINE,
    Intent.PROGRESS,
    Intent.TICKET,
    Intent.PLACE,
    Intent.BOOK,
    Intent.CANCEL,
    Intent.MOVE,
    Intent.STAND_BY,
    Intent.STAND_DOWN,
    Intent.HELP,
    Intent.HALL,
}


def read_level(text: str) -> Level | None:
    return next((level for level, words in LEVELS if words.search(text)), None)


async def begin(turn: Turn) -> str:
    """What is over and unrated: the only one is asked about, else which."""
    turn.talk.leave()
    over = await _waiting(turn)
    if not over:
        return say.NOTHING
    turn.talk.doing = "rate"
    level = read_level(turn.text)
    turn.talk.opinion.level = level or 0
    if len(over) == 1:
        return _about(turn, over[0])
    turn.talk.asked = "dealing"
    turn.talk.offer(Choice(say.line(one), "dealing", _key(one)) for one in over)
    return say.which(over[: len(turn.talk.choices)])


async def go_on(turn: Turn) -> str | None:
    """The next answer; None: the sentence is about something else."""
    asked = turn.talk.asked
    if asked == "why":
        return await _hear_why(turn)
    if asked == "call":
        return await _hear_call(turn)
    return await (_hear_dealing(turn) if asked == "dealing" else _hear_level(turn))


async def _hear_dealing(turn: Turn) -> str | None:
    if turn.wish.intent is not Intent.CHOICE:
        return say.WHICH_AGAIN if turn.wish.intent in (Intent.YES, Intent.NOTHING) else None
    chosen = turn.talk.chosen(turn.choice)
    found = None if chosen is None else await _dealing(turn, chosen.value)
    return say.WHICH_AGAIN if found is None else _about(turn, found)


def _about(turn: Turn, dealing: Dealing) -> str:
    turn.talk.opinion.dealing = _key(dealing)
    turn.talk.offer(())
    if turn.talk.opinion.level:
        return _ask_why(turn)
    turn.talk.asked = "level"
    return say.ask_level(dealing)


async def _hear_level(turn: Turn) -> str | None:
    level = turn.choice if turn.wish.intent is Intent.CHOICE else read_level(turn.text)
    if level not in set(Level):
        is_meant = turn.wish.intent in (Intent.CHOICE, Intent.YES, Intent.NO, Intent.NOTHING, Intent.RATE)
        return say.LEVEL_AGAIN if is_meant else None
    turn.talk.opinion.level = int(level or 0)
    return _ask_why(turn)


def _ask_why(turn: Turn) -> str:
    turn.talk.asked = "why"
    level = Level(turn.talk.opinion.level)
    return say.ask_why(level, reasons.by_level()[level])


async def _hear_why(turn: Turn) -> str | None:
    opinion, raw = turn.talk.opinion, turn.raw.strip()
    if turn.wish.intent in ERRANDS and len(raw) <= SHORT_ERRAND:
        return None
    if not NOTHING_TO_SAY.match(turn.text):
        listed = reasons.by_level()[Level(opinion.level)]
        numbers = NUMBERS.match(raw)
        places = [int(sign) for sign in (numbers[1] if numbers else "") if sign.isdigit()]
        if any(place > len(listed) for place in places):
            return say.WHY_AGAIN
        opinion.reasons = [listed[place - 1].id for place in places]
        opinion.note = raw[numbers.end() :].strip() if numbers else raw
    dealing = await _dealing(turn, opinion.dealing)
    if dealing is None or not Level(opinion.level).is_bad:
        return await _keep(turn, dealing)
    turn.talk.asked = "call"
    return say.ask_call(dealing)


async def _hear_call(turn: Turn) -> str | None:
    dealing = await _dealing(turn, turn.talk.opinion.dealing)
    if phone := find_phone(turn.raw):
        return await _keep(turn, dealing, wants_call=True, phone=phone)
    if turn.wish.intent is Intent.YES:
        return await _keep(turn, dealing, wants_call=True) if dealing and dealing.phone else say.ASK_PHONE
    if turn.wish.intent in (Intent.NO, Intent.LEAVE) or NO_CALL.match(turn.text):
        return await _keep(turn, dealing)
    return say.CALL_AGAIN


async def _keep(turn: Turn, dealing: Dealing | None, *, wants_call: bool = False, phone: str | None = None) -> str:
    said = turn.talk.opinion
    turn.talk.leave()
    if dealing is None:  # rated meanwhile, at the counter say
        return say.NOTHING
    given = Given(said.level, tuple(said.reasons), said.note or None, wants_call, phone)
    try:
        async with turn.tx.attempt():
            return say.thanks(await ratings.rate(turn.tx, dealing, given, Channel.CHAT, turn.now, _promise(turn)))
    except Problem as refusal:
        return refusal.message


def remind(turn: Turn) -> str:
    """What was asked last, after something else was answered in between."""
    return {"dealing": say.WHICH_AGAIN, "level": say.LEVEL_AGAIN, "call": say.CALL_AGAIN}.get(turn.talk.asked, "")


async def _waiting(turn: Turn) -> tuple[Dealing, ...]:
    return await dealings.waiting(turn.tx, (await turn.citizen()).id, _since(turn))


async def _dealing(turn: Turn, key: str) -> Dealing | None:
    return next((one for one in await _waiting(turn) if _key(one) == key), None)


def _key(dealing: Dealing) -> str:
    return f"{dealing.kind}:{dealing.id}"


def _since(turn: Turn) -> datetime:
    return dealings.since_of(turn.now, turn.desk.settings.ratings.window_days)


def _promise(turn: Turn) -> Promise:
    return Promise.of(turn.desk.settings.ratings)
