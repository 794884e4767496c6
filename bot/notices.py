"""What we tell people without being asked: sent as a customer message, else said when they next write.

At most once: a notice is claimed before it is sent and marked after it; one whose sender died in between, or whose
answer was lost on the way, may have arrived, so it is not sent again but said when the person writes.
"""

import logging
from datetime import datetime, timedelta

from bot.phrases import general
from bot.phrases import notices as say
from bot.turn import Turn
from hall.citizens import preferences
from hall.citizens import service as citizens
from hall.notices import service as notices
from hall.notices import texts
from hall.notices.model import Kind, Notice
from hall.notices.texts import Texts
from hall.queue import news
from kit.db import Database, Tx
from kit.wechat import WeChatApi, WeChatRefused, WeChatUnreachable

log = logging.getLogger(__name__)

PASSING = {-1, 45009, 45011}  # WeChat is busy, or our quota is used up: later it may go
SAID_AT_ONCE = 3  # notices in one reply; a wall of them would not be read
INVITES = timedelta(days=7)  # afterwards nobody is asked any more how it was
SOON = timedelta(minutes=30)  # how many stand before somebody, and how long it may take, is no news any more


def sentence(notice: Notice, own: Texts) -> str:
    """In the words of the hall that tells it, where it has written any."""
    return say.WORDINGS[notice.kind].say(notice.facts, own.get((notice.hall_id or "", notice.kind)))


async def send_notices(db: Database, api: WeChatApi, now: datetime, n: int = 50) -> int:
    """Job: sends what is due; returns how many WeChat took. Without an AppSecret nothing is sent, and nothing lost."""
    if not api.is_configured:
        return 0
    sent = 0
    due = await db.consult(notices.due, now, n)
    own = await db.consult(texts.in_force) if due else {}
    for notice in due:
        overtaken = await db.consult(news.overtaken, notice.citizen_id, [notice], now)
        if overtaken or _is_stale(notice, now):
            await db.transact(notices.told, [notice.id], now)
            continue
        openid = await db.transact(_claim, notice, now)
        if openid is not None and await _send(db, api, notice, sentence(notice, own), openid, now):
            sent += 1
    return sent


async def _claim(tx: Tx, notice: Notice, now: datetime) -> str | None:
    """Whom to send it to, None when somebody else sends it, nobody wants it, or the person is known by phone only."""
    if not await notices.claim(tx, notice, now):
        return None
    if notice.kind in (await preferences.of(tx, notice.citizen_id)).off:
        await notices.told(tx, [notice.id], now)
        return None
    citizen = await citizens.citizen(tx, notice.citizen_id)
    if citizen.openid is None:
        await notices.leave(tx, notice, now)
    return citizen.openid


async def _send(db: Database, api: WeChatApi, notice: Notice, said: str, openid: str, now: datetime) -> bool:
    try:
        await api.send_text(openid, said)
    except WeChatRefused as refusal:
        if refusal.code in PASSING:
            await db.transact(notices.put_off, notice, now)
        else:  # 45015 more than 48 hours since they wrote, 45047 too many, 43004 has left: they will write, or not
            await db.transact(notices.leave, notice, now)
        log.info("a notice was refused", extra={"kind": notice.kind, "code": refusal.code})
        return False
    except WeChatUnreachable as error:
        log.warning("a notice may not have arrived: %s", error, extra={"kind": notice.kind})
        return False
    await db.transact(notices.told, [notice.id], now)
    return True


async def say_untold(turn: Turn, answer: str) -> str:
    """The answer with what the person has not been told yet before it."""
    citizen = await turn.citizen()
    every = await notices.untold(turn.tx, citizen.id, turn.now)
    off = (await preferences.of(turn.tx, citizen.id)).off
    past = await news.overtaken(turn.tx, citizen.id, every, turn.now)
    fresh = [one for one in every if one.kind not in off and one.id not in past and not _is_stale(one, turn.now)]
    said = fresh[:SAID_AT_ONCE]
    over = [one.id for one in every if one not in fresh]
    await notices.told(turn.tx, [one.id for one in said] + over, turn.now)
    own = await texts.in_force(turn.tx) if said else {}
    parts = [sentence(one, own) for one in said]
    if len(fresh) > len(said):
        parts.append(say.MORE.format(count=len(fresh) - len(said)))
    return f"\n{general.RESUME}".join([*parts, *([answer] if answer else [])])


def _is_stale(notice: Notice, now: datetime) -> bool:
    """An offer that has ended, a turn that was near half an hour ago, an invitation to rate what is long over."""
    match notice.kind:
        case Kind.RATE:
            return now - notice.made_at > INVITES
        case Kind.SOON:
            return now - notice.made_at > SOON
        case Kind.OFFERED:
            return datetime.fromisoformat(notice.facts["until_at"]) <= now
    return False
