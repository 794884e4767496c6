"""The waiting list in conversation (候补): joining, leaving, and a place that was offered."""

from datetime import date, timedelta

from bot import booking, offers
from bot.dates import read_when
from bot.form_reading import corrected
from bot.intents import Intent
from bot.phrases import notices as notice_words
from bot.phrases import standby as say
from bot.turn import Turn
from hall.appointments import holds, waiting
from hall.appointments.kept import MOST_OFFERS
from hall.appointments.model import Hold
from hall.appointments.refusals import PlacesFree
from hall.matters.matching import matching
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.errors import Problem

REMEMBERED = timedelta(hours=2)  # a 好 so long after an offer may still be meant for it


async def join(turn: Turn) -> str:
    """On the list for the matter said, booked or spoken of, on the days said or wished for, or all that are out."""
    matter = _meant(turn)
    if matter is None:
        return say.WHICH_MATTER
    last = await waiting.last_day_out(turn.tx, matter, turn.now)
    days = read_when(corrected(turn.text), turn.today).days or turn.talk.form.days_wished()
    from_on, to_on = (min(days), max(days)) if days else (turn.today, last or turn.today)
    citizen = await turn.citizen()
    try:
        async with turn.tx.attempt():
            wait = await waiting.join(turn.tx, citizen.id, matter, from_on, to_on, turn.now)
    except PlacesFree:
        return await _offer_free(turn, matter, days)
    except Problem as refusal:
        return refusal.message
    turn.talk.leave()
    turn.talk.speak_of(matter.id)
    return say.joined(matter.name, wait, await waiting.before(turn.tx, wait), turn.hall)


def _meant(turn: Turn) -> Matter | None:
    named = [matter for matter in matching(turn.desk.catalogue, turn.text) if matter.is_open_to_booking]
    if len(named) == 1:
        return named[0]
    return None if named else turn.matter(turn.talk.form.matter_id or turn.talk.topic)


async def _offer_free(turn: Turn, matter: Matter, days: tuple[date, ...]) -> str:
    """Nobody needs to wait: the booking goes on with what is free."""
    turn.talk.leave()
    turn.talk.doing, turn.talk.asked, turn.talk.form.matter_id = "book", "when", matter.id
    turn.talk.form.days = [day.isoformat() for day in days]
    return await offers.offer(turn, matter, None, say.NO_NEED)


async def leave(turn: Turn) -> str:
    turn.talk.leave()
    citizen = await turn.citizen()
    mine = await waiting.own(turn.tx, citizen.id)
    named = {matter.id for matter in matching(turn.desk.catalogue, turn.text)}
    chosen = [one for one in mine if one.matter_id in named] or list(mine)
    if not chosen:
        return say.NOT_WAITING
    names = [matter.name if (matter := turn.matter(one.matter_id)) else one.matter_id for one in chosen]
    if len(chosen) > 1 and not named:
        return say.which(names)
    for one in chosen:
        await waiting.leave(turn.tx, citizen.id, one.id, turn.now)
    return say.left(names)


async def lines(turn: Turn) -> list[str]:
    """What the person waits for, a line each."""
    mine = await waiting.own(turn.tx, (await turn.citizen()).id)
    return [say.line(matter.name, one) for one in mine if (matter := turn.matter(one.matter_id))]


# ------------------------------------------------------------------------------------------------ a place offered


async def answer_offer(turn: Turn) -> str | None:
    """好, 要 or 不要 to a place that was offered; None: there is none, or the person has not been told of it yet."""
    is_answer = turn.wish.intent in (Intent.YES, Intent.NO)
    if turn.talk.is_busy or not is_answer or not turn.desk.has_news(turn.openid):
        return None
    citizen = await turn.citizen()
    untold = {one.facts.get("slot_id") for one in await notices.untold(turn.tx, citizen.id, turn.now)}
    kept = [one for one in await holds.own(turn.tx, citizen.id, turn.now) if one.waiting_id is not None]
    offered = [one for one in kept if one.slot.id not in untold]
    if offered:
        return await _take_or_leave(turn, offered[0])
    last = await notices.last_told(turn.tx, citizen.id, Kind.OFFERED)
    is_late = turn.wish.intent is Intent.YES and last is not None and turn.now - last < REMEMBERED
    return notice_words.OFFER_GONE if is_late and await waiting.own(turn.tx, citizen.id) else None


async def _take_or_leave(turn: Turn, offer: Hold) -> str | None:
    citizen = await turn.citizen()
    wait = next((one for one in await waiting.own(turn.tx, citizen.id) if one.id == offer.waiting_id), None)
    matter = turn.matter(wait.matter_id) if wait else None
    if wait is None or matter is None:
        return None
    if turn.wish.intent is Intent.YES:
        return await booking.book_kept(turn, matter, offer.slot)
    await holds.release(turn.tx, citizen.id, offer.id, turn.now)
    return notice_words.DECLINED if wait.notices < MOST_OFFERS else notice_words.LAST_DECLINED
