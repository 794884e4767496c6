"""查进度: where one's cases, appointments and tickets stand, in chat."""

import re

from bot import errands, following
from bot.following import Asking, Followed
from bot.intents import APPOINTMENT, CODE, TICKET_NUMBER, Intent
from bot.phrases import errands as errand_words
from bot.phrases import progress as say
from bot.phrases.general import sample_note
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.cases import progress as cases
from hall.cases.model import CaseNotFound
from kit.errors import Problem
from kit.guesses import TooManyGuesses
from kit.ids import has_good_check


async def progress(turn: Turn) -> str:
    """By number (one's own, or with the code), or everything of one's own."""
    number = turn.wish.number
    if not number:
        return await _everything(turn)
    plain = number.lower()
    if TICKET_NUMBER.fullmatch(plain) or APPOINTMENT.fullmatch(plain):
        return _said(turn, await _follow(turn, number, ""))
    return await _case(turn, number, turn.wish.code)


async def _follow(turn: Turn, number: str, code: str) -> Followed | Problem:
    citizen = await turn.citizen()
    sources = (f"citizen {citizen.id}",)
    asking = Asking(turn.hall.id, turn.now, citizen_id=citizen.id, code=code or None, sources=sources)
    return await following.follow(turn.tx, number, asking)


def _said(turn: Turn, found: Followed | Problem) -> str:
    if isinstance(found, Problem):
        return found.message
    if found.case is not None:
        return following.said(found) + sample_note(turn.hall)
    if found.appointment is not None:
        return errand_words.appointment_state(found.appointment)
    return following.said(found)


async def _case(turn: Turn, number: str, code: str) -> str:
    """Without a code a stranger is asked for it, whether the number exists or not."""
    talk = turn.talk
    code = code or (talk.code if talk.doing == "code" else "")
    talk.leave()
    if not has_good_check(number):
        talk.doing, talk.asked, talk.code = "code", "number", code
        return say.ODD_NUMBER
    found = await _follow(turn, number, code)
    if isinstance(found, CaseNotFound):
        talk.doing, talk.asked, talk.number = "code", "code", number
        return found.message if code else say.ASK_CODE
    if isinstance(found, TooManyGuesses):
        talk.doing, talk.asked, talk.number = "code", "code", number
    return _said(turn, found)


async def go_on_with_code(turn: Turn) -> str:
    joined = CODE.search(re.sub(r"[\s-]", "", turn.text))  # read off the receipt in twos and threes
    code = turn.wish.code or (joined.group().upper() if joined else "")
    if turn.wish.intent is Intent.PROGRESS and not (turn.wish.number or code):
        return await _everything(turn)
    number = turn.wish.number or turn.talk.number
    if not number:
        turn.talk.code = code
        return say.ASK_NUMBER_TOO if code else say.ASK_NUMBER
    return await _case(turn, number, code) if code or turn.wish.number else say.ASK_CODE_AGAIN


async def _everything(turn: Turn) -> str:
    citizen = await turn.citizen()
    own_cases = await cases.own(turn.tx, citizen.id, n=10)
    held = await appointments.own(turn.tx, citizen.id, turn.now)
    turn.talk.leave()
    if not own_cases:
        turn.talk.doing, turn.talk.asked = "code", "number"
    parts = [say.own_cases(own_cases)] if own_cases else [say.NO_OWN]
    if held:
        parts.append(errand_words.own_appointments([errands.line_of(one) for one in held]))
    return "\n".join(parts)
