"""One turn: a message and the conversation so far become a reply.

A question from someone in the middle of nothing is answered from memory, without the database. Everything else is one
transaction that claims the message's key, does what is asked and keeps the answer: whichever worker WeChat delivers the
message to again, and however often, it has one effect and one answer.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from bot import booking, conversation, errands, guide, intents, people
from bot.conversation import Choice
from bot.desk import DELIVERIES, Desk
from bot.intents import INTERROGATIVE, Intent
from bot.messages import Heard, Said, Why
from bot.phrases import errands as errands_words
from bot.phrases import general as say
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.citizens import service as citizens
from hall.hand_overs import service as hand_overs
from kit import clock, metrics, once
from kit.db import Tx

LONGEST = 500  # characters read of one message; WeChat's own limit is about 600

SENTENCES = {"text", "voice", "click"}
DEAF = {
    "image": say.NO_PICTURE,
    "video": say.NO_PICTURE,
    "shortvideo": say.NO_PICTURE,
    "file": say.NO_PICTURE,
    "location": say.NO_LOCATION,
    "link": say.NO_LINK,
    "miniprogrampage": say.NO_LINK,
    "unknown": say.EMPTY,
}
CLICKS = {
    "ASK": "1",
    "BOOK": "预约",
    "MINE": "我的预约",
    "PROGRESS": "进度",
    "TICKET": "取号",
    "PERSON": "转人工",
    "HALL": "办公时间",
}
MENU_ERRANDS = {2: Intent.BOOK, 3: Intent.MINE, 4: Intent.PROGRESS, 5: Intent.TICKET, 7: Intent.PERSON}
GREETINGS = {
    Intent.NOTHING: say.EMPTY,
    Intent.GREET: say.GREETING,
    Intent.THANK: say.YOU_ARE_WELCOME,
    Intent.HELP: say.MENU,
    Intent.LEAVE: say.NOTHING_TO_LEAVE,
    Intent.YES: say.WHAT_ELSE,
    Intent.NO: say.WHAT_ELSE,
}
ERRANDS: dict[Intent, Callable[[Turn], Awaitable[str]]] = {
    Intent.BOOK: booking.begin,
    Intent.MINE: errands.mine,
    Intent.CANCEL: errands.cancel,
    Intent.MOVE: errands.move,
    Intent.PROGRESS: errands.progress,
    Intent.TICKET: errands.take,
    Intent.PLACE: errands.place,
}
# Asked in the middle of an errand, these are answered and the errand goes on.
ASIDES = {Intent.MINE, Intent.PLACE, Intent.HALL, Intent.HELP, Intent.GREET, Intent.THANK, Intent.NOTHING}


async def turn(desk: Desk, heard: Heard, now: datetime) -> Said:
    """The reply to one message. Raises what the database raises; nothing has then been done."""
    said = await _turn(desk, heard, now)
    metrics.turns.labels(said.why.intent, said.why.kind).inc()
    return said


async def _turn(desk: Desk, heard: Heard, now: datetime) -> Said:
    if heard.kind in DEAF:
        return Said(DEAF[heard.kind], Why(heard.kind))
    if heard.kind in ("subscribe", "scan"):
        return Said(say.GREETING, Why(heard.kind))
    if heard.kind == "unsubscribe":
        await desk.db.transact(_forget, heard.openid, now)
        return Said("", Why("unsubscribe"))
    if heard.kind == "kf_close_session_event":
        return await _held(desk, replace(heard, text=say.END_TALK), now)
    if heard.kind not in SENTENCES:
        return Said("", Why(heard.kind))
    if heard.kind == "voice" and not heard.text:
        return Said(say.NO_VOICE, Why("voice"))
    if heard.kind == "click":
        heard = replace(heard, text=CLICKS.get(heard.text.upper(), say.MENU_WORD))
    is_talking = desk.is_talking(heard.openid)
    said = None if is_talking else at_once(desk, heard.text, now)
    # Not knowing (the database is slow or gone), a plain answer is still right; "好" would not be.
    if said and (is_talking is False or said.why.kind == "answer"):
        return said
    return await _held(desk, heard, now)


# ------------------------------------------------------------------------------------------------ without the database


def at_once(desk: Desk, text: str, now: datetime) -> Said | None:
    """The reply to someone in the middle of nothing that changes nothing; None when the turn has to be held."""
    key = (text, clock.day_of(now))
    if known := desk.answers.get(key):
        return known
    plain = _plain(desk, text)
    wish = intents.read(plain)
    if wish.intent is Intent.HALL:
        return Said(guide.hall_facts(desk, now), Why(wish.intent))
    if wish.intent is Intent.CHOICE and wish.choice in say.MENU_HINTS:
        return Said(say.MENU_HINTS[wish.choice], Why("menu"))
    if wish.intent in GREETINGS:
        said = Said(GREETINGS[wish.intent], Why(wish.intent))
    elif wish.intent is Intent.QUESTION:
        if booking.sounds_like_booking(desk, plain, key[1]):
            return None
        finding = guide.find(desk, plain, key[1])
        if finding.suggestions:
            return None
        said = Said(*guide.tell(desk, finding))
        if len(text) > LONGEST:
            said = replace(said, text=say.TOO_LONG + said.text)
    else:
        return None
    desk.remember(key, said)
    return said


def answer_only(desk: Desk, text: str, today: date) -> Said:
    """What would be answered on a day, with no effect: for `bangban ask`. An errand is named, not begun."""
    plain = _plain(desk, text)
    wish = intents.read(plain)
    if wish.intent is Intent.QUESTION:
        return Said(*guide.tell(desk, guide.find(desk, plain, today)))
    return Said(GREETINGS.get(wish.intent) or say.ERRAND_HINTS[wish.intent], Why(wish.intent))


def _plain(desk: Desk, text: str) -> str:
    words = desk.library.shelf.words
    return words.mend(words.plain(text[:LONGEST])).strip()


# ------------------------------------------------------------------------------------------------ held


async def _held(desk: Desk, heard: Heard, now: datetime) -> Said:
    said, is_open = await desk.db.transact(_once, desk, heard, now)
    key = conversation.key_of(heard.openid)
    (desk.talking.add if is_open else desk.talking.discard)(key)
    return said


async def _once(tx: Tx, desk: Desk, heard: Heard, now: datetime) -> tuple[Said, bool]:
    done = await once.claim(tx, DELIVERIES, heard.key, now)
    if done is not None:
        kept = json.loads(done)
        return Said(kept["text"], Why("repeat"), kept["to_person"]), True
    talk = await conversation.hold(tx, heard.openid, now)
    plain = _plain(desk, heard.text)
    wish = intents.read(plain)
    held = Turn(tx, desk, heard.openid, talk, plain, wish, now, Why(wish.intent))
    to_person = False
    if desk.hall is None:
        text = say.NO_HALL
    elif talk.doing == "talk" and wish.intent is not Intent.LEAVE:
        text, to_person = "", True
    else:
        text = await _respond(held, heard.text)
        to_person = talk.doing == "talk"
    await conversation.save(tx, heard.openid, talk, now, desk.settings.conversation.minutes)
    await once.settle(tx, DELIVERIES, heard.key, json.dumps({"text": text, "to_person": to_person}, ensure_ascii=False))
    return Said(text, held.why, to_person), talk.is_open


async def _respond(held: Turn, raw: str) -> str:
    """Goes on with what is under way, or begins something."""
    talk, intent = held.talk, held.wish.intent
    if intent in (Intent.PERSON, Intent.COMPLAINT):
        return await people.hand_over(held, errands_words.COMPLAINT if intent is Intent.COMPLAINT else "")
    if intent is Intent.LEAVE:
        return await _leave(held)
    if talk.doing == "message" and intent not in ERRANDS and intent is not Intent.HELP:
        return await people.keep_message(held, raw[:LONGEST])
    if talk.doing in GOING_ON and (text := await GOING_ON[talk.doing](held)) is not None:
        return text
    if talk.choices and intent is Intent.CHOICE:
        return _choose(held)
    return await _begin(held)


async def _leave(held: Turn) -> str:
    doing, was_open = held.talk.doing, held.talk.is_open
    if doing == "talk":
        return await people.end_talk(held)
    held.talk.leave()
    if doing == "cancel":
        return errands_words.KEPT
    return say.LEFT if was_open else say.NOTHING_TO_LEAVE


async def _begin(held: Turn) -> str:
    """A new errand or a question; what was offered before is no longer open."""
    wish, talk = held.wish, held.talk
    talk.leave()
    if wish.intent is Intent.CHOICE:
        if wish.choice in say.MENU_HINTS:
            return say.MENU_HINTS[wish.choice]
        intent = MENU_ERRANDS.get(wish.choice)
        if intent is Intent.PERSON:
            return await people.hand_over(held)
        return await ERRANDS[intent](held) if intent else say.NO_SUCH_CHOICE_MENU
    if wish.intent in ERRANDS:
        return await ERRANDS[wish.intent](held)
    if wish.intent is Intent.QUESTION and booking.sounds_like_booking(held.desk, held.text, held.today):
        return await booking.begin(held)
    return _aside(held, may_offer=True)


def _choose(held: Turn) -> str:
    """One of the questions that were suggested."""
    chosen = held.talk.chosen(held.wish.choice)
    if chosen is None:
        return say.NO_SUCH_CHOICE
    question = held.talk.question
    held.talk.leave()
    text, held.why = guide.tell(held.desk, guide.entry(held.desk, chosen.value, question, held.today))
    return text


def _aside(held: Turn, may_offer: bool) -> str:
    """Answers a greeting or a question. `may_offer`: suggestions are numbered, since nothing else is being chosen."""
    intent = held.wish.intent
    if intent is Intent.HALL:
        return guide.hall_facts(held.desk, held.now)
    if intent in GREETINGS:
        return GREETINGS[intent]
    finding = guide.find(held.desk, held.text, held.today)
    text, held.why = guide.tell(held.desk, finding)
    if finding.suggestions and may_offer:
        held.talk.question = held.text
        held.talk.offer(Choice(question, "entry", entry_id) for entry_id, question in finding.suggestions)
    elif finding.suggestions:
        return say.say_it_fuller([question for _, question in finding.suggestions])
    return text


# ------------------------------------------------------------------------------------------------ going on


async def _go_on_booking(held: Turn) -> str | None:
    """None: the sentence begins something else."""
    talk, intent = held.talk, held.wish.intent
    if intent is Intent.CANCEL:
        return await _leave(held)
    if intent in (Intent.TICKET, Intent.PROGRESS):
        return None
    if intent in ASIDES or (intent is Intent.QUESTION and _is_question(held)):
        text = await errands.mine(held) if intent is Intent.MINE else None
        text = text or (await errands.place(held) if intent is Intent.PLACE else _aside(held, may_offer=False))
        return f"{text}\n{say.RESUME}{await booking.ask_next(held)}"
    if talk.doing == "move" and talk.asked == "appointment":
        return await errands.choose_to_move(held)
    return await booking.go_on(held)


def _is_question(held: Turn) -> bool:
    """A sentence that says nothing for the form and asks something; what was asked for is never mistaken for one."""
    if booking.has_news(held):
        return False
    if INTERROGATIVE.search(held.text) or held.talk.asked in ("confirm", "when"):
        return True
    finding = guide.find(held.desk, held.text, held.today)
    return finding.kind == "answer" or bool(finding.suggestions)


async def _go_on_cancelling(held: Turn) -> str | None:
    if held.wish.intent in ASIDES or (held.wish.intent is Intent.QUESTION and INTERROGATIVE.search(held.text)):
        return f"{_aside(held, may_offer=False)}\n{say.RESUME}{errands_words.CANCEL_OR_KEEP}"
    if held.wish.intent in ERRANDS and held.wish.intent is not Intent.CANCEL:
        return None
    return await errands.go_on_cancelling(held)


async def _go_on_with_ticket(held: Turn) -> str | None:
    if held.wish.intent in ERRANDS and held.wish.intent is not Intent.TICKET:
        return None
    if held.wish.intent is Intent.QUESTION and INTERROGATIVE.search(held.text):
        return None
    return await errands.choose_group(held)


async def _go_on_with_code(held: Turn) -> str | None:
    is_other = held.wish.intent in ERRANDS and held.wish.intent is not Intent.PROGRESS
    if is_other or (held.wish.intent is Intent.QUESTION and INTERROGATIVE.search(held.text)):
        return None
    return await errands.go_on_with_code(held)


GOING_ON: dict[str, Callable[[Turn], Awaitable[str | None]]] = {
    "book": _go_on_booking,
    "move": _go_on_booking,
    "cancel": _go_on_cancelling,
    "ticket": _go_on_with_ticket,
    "code": _go_on_with_code,
}


# ------------------------------------------------------------------------------------------------ leaving for good


async def _forget(tx: Tx, openid: str, now: datetime) -> None:
    """Unsubscribed: WeChat asks that the person's data be deleted (platform.md B1). Live appointments stay valid."""
    await conversation.forget(tx, openid)
    citizen_id = await citizens.forget(tx, openid, now)
    if citizen_id is not None:
        await hand_overs.forget(tx, citizen_id, now)
        await appointments.forget(tx, citizen_id, now)
