"""One turn: a message and the conversation so far become a reply.

A question from someone in the middle of nothing is answered from memory, without the database. Everything else is one
transaction that claims the message's key, does what is asked and keeps the answer: whichever worker WeChat delivers the
message to again, and however often, it has one effect and one answer.
"""

import asyncio
import json
import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from bot import (
    aside,
    booking,
    conversation,
    errands,
    follow_up,
    guide,
    intents,
    late,
    leaving,
    notices,
    people,
    standby,
    two_questions,
)
from bot.desk import DELIVERIES, FRESH_SECONDS, Desk
from bot.going_on import ERRANDS, GOING_ON, go_on_rating
from bot.intents import Intent, asks
from bot.messages import Heard, Said, Why
from bot.phrases import booking as booking_words
from bot.phrases import errands as errands_words
from bot.phrases import general as say
from bot.phrases import ratings as rating_words
from bot.turn import Turn
from hall.matters.matching import matching
from kit import clock, metrics, once
from kit.db import Tx
from knowledge.model import Finding

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
CANCEL_WORD = "取消"
NOT_COMING = re.compile(r"不(?:约|办|去)")
MENU_ERRANDS = {2: Intent.BOOK, 3: Intent.MINE, 4: Intent.PROGRESS, 5: Intent.TICKET, 7: Intent.PERSON}


async def turn(desk: Desk, heard: Heard, now: datetime) -> Said:
    """The reply to one message. Raises what the database raises; nothing has then been done."""
    said = await _turn(desk, heard, now)
    _counter(said.why.intent, said.why.kind).inc()
    desk.notebook.note(heard, said, now)
    return said


@cache
def _counter(intent: str, kind: str) -> metrics.Counter:
    """Looked up once: there are a few dozen, and finding one costs more than counting."""
    return metrics.turns.labels(intent, kind)


async def _turn(desk: Desk, heard: Heard, now: datetime) -> Said:
    if heard.kind in DEAF:
        return Said(DEAF[heard.kind], Why(heard.kind))
    if heard.kind in ("subscribe", "scan"):
        return Said(say.GREETING, Why(heard.kind))
    if heard.kind == "unsubscribe":
        desk.notebook.forget(heard.openid)
        await desk.db.transact(leaving.unsubscribe, heard.openid, now)
        return Said("", Why("unsubscribe"))
    if heard.kind == "kf_close_session":
        return await _held(desk, replace(heard, text=say.END_TALK), now)
    if heard.kind not in SENTENCES:
        return Said("", Why(heard.kind))
    if heard.kind == "voice" and not heard.text:
        return Said(say.NO_VOICE, Why("voice"))
    if heard.kind == "click":
        heard = replace(heard, text=CLICKS.get(heard.text.upper(), say.MENU_WORD))
    is_talking = await desk.is_talking(heard.openid)
    has_news = is_talking is not None and desk.has_news(heard.openid)
    said = None if is_talking or has_news else at_once(desk, heard.text, now)
    # With the database out of reach a plain answer is still right; "好" would not be.
    if said and (said.why.kind == "answer" if is_talking is None else not _is_of_a_matter(said.why)):
        return said
    return await _held(desk, heard, now)


def _is_of_a_matter(why: Why) -> bool:
    """Then it is remembered what was spoken of: "要带啥" or "就约这个" may follow."""
    return why.kind == "answer" and why.entry_id.startswith("matter/")


# ------------------------------------------------------------------------------------------------ without the database


def at_once(desk: Desk, text: str, now: datetime) -> Said | None:
    """The reply to someone in the middle of nothing that changes nothing; None when the turn has to be held."""
    key = (text, clock.day_of(now))
    if known := desk.answers.get(key):
        return known
    plain = _plain(desk, text)
    wish = intents.read(plain)
    if wish.intent is Intent.HALL:
        return Said(guide.hall_facts(desk, plain, now), Why(wish.intent))
    if wish.intent is Intent.CHOICE and wish.choice in say.MENU_HINTS:
        return Said(say.MENU_HINTS[wish.choice], Why("menu"))
    if wish.intent is Intent.LEAVE and CANCEL_WORD in plain:
        return None
    if wish.intent in aside.GREETINGS:
        said = Said(aside.GREETINGS[wish.intent], Why(wish.intent))
    elif wish.intent is Intent.QUESTION:
        if booking.sounds_like_booking(desk, plain, key[1]) or booking.elsewhere(desk, plain):
            return None
        if two_questions.find(desk, plain, key[1]):  # what is offered then has to be remembered
            return None
        finding = guide.find(desk, plain, key[1])
        if finding.suggestions or (finding.kind != "answer" and matching(desk.catalogue, plain)):
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
    return asked(desk, text, today)[0]


def asked(
    desk: Desk, text: str, today: date, entry_id: str = "", *, in_chat: bool = True
) -> tuple[Said, Finding | None]:
    """The same with what it was made of, None for an errand. `entry_id`: one of the questions suggested was picked.

    Not `in_chat`: without the hints what to write next, for who has buttons.
    """
    plain = _plain(desk, text)
    wish = intents.read(plain)
    if not entry_id and wish.intent is Intent.HALL:
        return Said(guide.hall_as_a_rule(desk, plain, today), Why(wish.intent)), None
    if not entry_id and wish.intent is not Intent.QUESTION:
        hints = say.ERRAND_HINTS if in_chat else say.ERRANDS_BY_BUTTON
        return Said(aside.GREETINGS.get(wish.intent) or hints[wish.intent], Why(wish.intent)), None
    finding = guide.entry(desk, entry_id, plain, today) if entry_id else guide.find(desk, plain, today)
    return Said(*guide.tell(desk, finding, is_coming=not in_chat)), finding


def _plain(desk: Desk, text: str) -> str:
    words = desk.library.shelf.words
    return words.mend(words.plain(text[:LONGEST])).strip()


# ------------------------------------------------------------------------------------------------ held


async def _held(desk: Desk, heard: Heard, now: datetime) -> Said:
    said, is_kept = await desk.db.transact(_once, desk, heard, now)
    key = conversation.key_of(heard.openid)
    if is_kept and key not in desk.talking and desk.watch is not None:
        await asyncio.sleep(FRESH_SECONDS)  # by now every worker knows, so the next message finds none that does not
    (desk.talking.add if is_kept else desk.talking.discard)(key)
    return said


async def _once(tx: Tx, desk: Desk, heard: Heard, now: datetime) -> tuple[Said, bool]:
    done = await once.claim(tx, DELIVERIES, heard.key, now)
    if done is not None:
        kept = json.loads(done)
        return Said(kept["text"], Why("repeat"), kept["to_person"]), True
    talk = await conversation.hold(tx, heard.openid, now)
    plain = _plain(desk, heard.text)
    wish = intents.read(plain)
    held = Turn(tx, desk, heard.openid, talk, plain, wish, now, Why(wish.intent), heard.text[:LONGEST])
    to_person = False
    if desk.hall is None:
        text = say.NO_HALL
    elif talk.doing == "talk" and wish.intent is not Intent.LEAVE:
        text, to_person = "", True
    else:
        text = await _respond(held, heard.text)
        to_person = talk.doing == "talk"
        if desk.has_news(heard.openid):
            text = await notices.say_untold(held, text)
            text = await late.say_first(tx, heard.openid, text, now)
    is_kept = await conversation.save(tx, heard.openid, talk, now, desk.settings.conversation.minutes)
    await once.settle(tx, DELIVERIES, heard.key, json.dumps({"text": text, "to_person": to_person}, ensure_ascii=False))
    return Said(text, held.why, to_person), is_kept


async def _respond(held: Turn, raw: str) -> str:
    """Goes on with what is under way, or begins something."""
    talk, intent = held.talk, held.wish.intent
    if intent in (Intent.EMERGENCY, Intent.DESPAIR):
        return await _help_at_once(held, raw[:LONGEST])
    if talk.doing == "rate" and intent is not Intent.PERSON and (text := await go_on_rating(held)) is not None:
        return text
    if intent in (Intent.PERSON, Intent.COMPLAINT):
        return await people.hand_over(held, errands_words.COMPLAINT if intent is Intent.COMPLAINT else "")
    if intent is Intent.LEAVE:
        return await _leave(held)
    if talk.doing == "message" and (text := await _take_message(held, raw[:LONGEST])) is not None:
        return text
    if (text := await standby.answer_offer(held)) is not None:
        return text
    if talk.doing in GOING_ON and (text := await GOING_ON[talk.doing](held)) is not None:
        return text
    if talk.choices and intent in (Intent.CHOICE, Intent.YES):
        return _choose(held)
    if not talk.doing and (text := await follow_up.take_up(held)) is not None:
        return text
    return await _begin(held)


async def _help_at_once(held: Turn, raw: str) -> str:
    """Whom to ring, before everything else; what is under way stays, and a message begun is kept for the clerk."""
    if held.talk.doing == "message":
        await people.keep_message(held, raw)
    return aside.GREETINGS[held.wish.intent]


async def _take_message(held: Turn, raw: str) -> str | None:
    """Kept for the clerk; what the library knows anyway is said at once."""
    text = await people.take_message(held, raw)
    if text != errands_words.MESSAGE_KEPT or not asks(held.text):
        return text
    finding = guide.find(held.desk, held.text, held.today)
    return f"{text}\n{say.RESUME}{finding.text}" if finding.kind == "answer" and finding.text else text


async def _leave(held: Turn) -> str:
    talk = held.talk
    doing, was_busy = talk.doing, talk.is_busy
    if doing == "talk":
        return await people.end_talk(held)
    if doing == "cancel" and errands.SAYS_CANCEL.match(held.text):
        return await errands.go_on_cancelling(held)
    if not was_busy and (CANCEL_WORD in held.text or (talk.made and NOT_COMING.search(held.text))):
        return await errands.cancel(held)
    talk.leave()
    talk.speak_of("")
    if doing == "cancel":
        return errands_words.KEPT
    if doing == "give_up":
        return errands_words.STILL_IN_LINE
    if doing == "rate":
        return rating_words.LEFT
    return say.LEFT if was_busy else say.NOTHING_TO_LEAVE


async def _begin(held: Turn) -> str:
    """A new errand or a question; what was offered before is no longer open."""
    wish, talk = held.wish, held.talk
    talk.leave()
    if wish.intent is Intent.CHOICE:
        if wish.choice in say.MENU_HINTS:
            return say.MENU_HINTS[wish.choice]
        intent = MENU_ERRANDS.get(wish.choice)
        if intent is Intent.PERSON:
            held.why = Why(Intent.PERSON)
            return await people.hand_over(held)
        return await ERRANDS[intent](held) if intent else say.NO_SUCH_CHOICE_MENU
    if wish.intent in ERRANDS:
        return await ERRANDS[wish.intent](held)
    if wish.intent is Intent.QUESTION and booking.sounds_like_booking(held.desk, held.text, held.today):
        return await booking.begin(held)
    return aside.answer(held)


def _choose(held: Turn) -> str:
    """One of the questions that were suggested."""
    is_yes = held.wish.intent is Intent.YES
    if is_yes and len(held.talk.choices) > 1:
        return say.WHICH_NUMBER
    chosen = held.talk.chosen(1 if is_yes else held.wish.choice)
    if chosen is None:
        return booking_words.no_such_choice(len(held.talk.choices))
    question = held.talk.question
    held.talk.leave()
    finding = guide.entry(held.desk, chosen.value, question, held.today)
    aside.remember(held, finding)
    text, why = guide.tell(held.desk, finding)
    held.why = replace(why, is_choice=True)
    return text
