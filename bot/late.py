"""An answer that was too late to be given and could not follow: it is said first when the person writes again.

Without an AppSecret, and for accounts that WeChat lets send no customer messages, nothing follows at all; what was done
meanwhile (a booking, say) was done all the same, and the person has to learn of it.
"""

from datetime import datetime, timedelta

from bot import conversation
from bot.phrases import general as say
from hall.notices import service as notices
from kit import keep, live
from kit.db import Tx

SCOPE = "late answer"
LASTS = timedelta(days=1)  # what somebody asked before that they have asked again


async def remember(tx: Tx, openid: str, text: str, now: datetime) -> None:
    """Keeps an answer that did not reach the person, behind any that did not either."""
    key = conversation.key_of(openid)
    before = await keep.hold(tx, SCOPE, key, now)
    await keep.write(tx, SCOPE, key, text if before is None else f"{before}\n{say.RESUME}{text}", now + LASTS)
    await live.bump(tx, notices.VERSION)


async def say_first(tx: Tx, openid: str, answer: str, now: datetime) -> str:
    """The answer, with what the person has not been answered yet before it."""
    key = conversation.key_of(openid)
    if not await keep.is_written(tx, SCOPE, key):
        return answer
    kept = await keep.hold(tx, SCOPE, key, now)
    await forget(tx, openid)
    await live.bump(tx, notices.VERSION)
    return answer if kept is None else f"{say.LATE}\n{kept}\n{say.RESUME}{answer}".removesuffix(f"\n{say.RESUME}")


async def forget(tx: Tx, openid: str) -> None:
    await keep.forget(tx, SCOPE, conversation.key_of(openid))
