"""One message, delivered once or four times, to this worker or to several, at once or after five seconds: one answer.

Within a worker the deliveries of one message wait for one task. Between workers the turn's own transaction sees to one
effect (kit/once in bot/dialogue). What is left is which way the answer goes when it is late: with a delivery that still
waits somewhere (passively), or as a customer message. That is decided once, in the database, by whoever comes first.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal

from bot import late
from bot.messages import Heard, Said, Why
from bot.phrases.general import TROUBLE
from kit import clock, metrics, once
from kit.db import Database, Tx
from kit.errors import Problem
from kit.patience import Patience
from kit.secrets import readable_code
from kit.wechat import WeChatApi, WeChatRefused, WeChatUnreachable

log = logging.getLogger(__name__)

KEPT_SECONDS = 90.0  # WeChat's last delivery comes about 15 s after the first
KEPT_MOST = 5000  # at 3 KB each
SLOW_SECONDS = 1.0  # a turn that took longer may have waited for the same message at another worker
SCOPE = "wechat way"
REFERENCE_LENGTH = 8

Way = Literal["passive", "late"]


@dataclass(slots=True)
class Delivery:
    """A message in hand: the task that answers it, how many deliveries wait for it, what became of the waiting."""

    heard: Heard
    task: asyncio.Task[Said]
    made_at: float
    waiting: int = 0
    is_given_up: bool = False  # a delivery was told `success` before there was an answer
    way: Way | None = None


class Deliveries:
    """`answer` each delivery; `finish` at the end. `deadline_seconds` count from a delivery's arrival."""

    def __init__(self, db: Database, api: WeChatApi, deadline_seconds: float) -> None:
        self._db, self._api, self._deadline_seconds = db, api, deadline_seconds
        self._known: dict[str, Delivery] = {}
        self._patience = Patience()
        self._sending: set[asyncio.Task[None]] = set()

    async def answer(self, heard: Heard, turn: Callable[[], Awaitable[Said]], arrived_at: float) -> Said | None:
        """What to say passively; None when the answer is late, and goes or has gone another way.

        `arrived_at` is on the monotonic clock. The turn is taken only by the first delivery of its message, in a task
        of its own, which goes on when a caller hangs up.
        """
        delivery = self._known.get(heard.key) or self._begin(heard, turn, arrived_at)
        delivery.waiting += 1
        try:
            is_answered = await self._patience.wait(delivery.task, arrived_at + self._deadline_seconds)
        finally:
            delivery.waiting -= 1
        if not is_answered:
            delivery.is_given_up = True
            return None
        if delivery.way is None and time.monotonic() - delivery.made_at > SLOW_SECONDS:
            delivery.way = "late" if await self._went(heard.key, "passive") == "late" else "passive"
        return None if delivery.way == "late" else delivery.task.result()

    async def finish(self, seconds: float) -> None:
        """Awaits what is running, and the late answers that follow from it, for so long at most."""
        until = time.monotonic() + seconds
        running = {d.task for d in self._known.values() if not d.task.done()}
        if running:
            await asyncio.wait(running, timeout=seconds)
            await asyncio.sleep(0)  # the callbacks that start the sending run now
        if self._sending:
            await asyncio.wait(self._sending, timeout=max(until - time.monotonic(), 0.1))

    async def sweep(self) -> None:
        """Forgets decisions older than any redelivery."""
        before = clock.now() - timedelta(seconds=KEPT_SECONDS)
        await self._db.transact(once.sweep, SCOPE, before)

    def _begin(self, heard: Heard, turn: Callable[[], Awaitable[Said]], arrived_at: float) -> Delivery:
        self._forget(arrived_at)
        task = asyncio.create_task(_safely(turn))
        delivery = self._known[heard.key] = Delivery(heard, task, arrived_at)
        task.add_done_callback(partial(self._settle, delivery))
        return delivery

    def _forget(self, now: float) -> None:
        while self._known:
            oldest = next(iter(self._known))
            delivery = self._known[oldest]
            is_due = len(self._known) >= KEPT_MOST or now - delivery.made_at > KEPT_SECONDS
            if not is_due or not delivery.task.done():
                break
            del self._known[oldest]

    def _settle(self, delivery: Delivery, _task: object) -> None:
        """The answer is there. Whoever still waits takes it; if all have gone with `success`, it is sent after them."""
        if delivery.is_given_up and not delivery.waiting and not delivery.task.cancelled():
            delivery.way = "late"
            sending = asyncio.create_task(self._send_late(delivery.heard, delivery.task.result()))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    async def _went(self, key: str, way: Way) -> str | None:
        """Claims the way: None when nobody had, else the way it went. When the database cannot say, None: a second
        answer beats none."""
        try:
            return await self._db.transact(_claim_way, key, way)
        except Exception:
            log.exception("the way of a late answer could not be agreed on")
            return None

    async def _send_late(self, heard: Heard, said: Said) -> None:
        if not said.text or await self._went(heard.key, "late") is not None:
            return
        outcome = "sent"
        if not self._api.is_configured:
            outcome = "not_configured"
            log.error("an answer came too late and cannot follow: set BANGBAN_WECHAT__APP_ID and __APP_SECRET")
        else:
            try:
                await self._api.send_text(heard.openid, said.text)
            except WeChatRefused as refusal:
                outcome = "refused"
                log.error(
                    "a late answer was refused", extra={"code": refusal.code, "message_of_wechat": refusal.message}
                )
            except WeChatUnreachable as error:
                outcome = "unreachable"
                log.error("a late answer could not be sent: %s", error)
        metrics.late_answers.labels(outcome).inc()
        if outcome != "sent":
            await self._keep(heard, said)

    async def _keep(self, heard: Heard, said: Said) -> None:
        try:
            await self._db.transact(late.remember, heard.openid, said.text, clock.now())
        except Exception:
            log.exception("a late answer could not be kept either")


async def _claim_way(tx: Tx, key: str, way: Way) -> str | None:
    went = await once.claim(tx, SCOPE, key, clock.now())
    if went is None:
        await once.settle(tx, SCOPE, key, way)
    return went


async def _safely(turn: Callable[[], Awaitable[Said]]) -> Said:
    """What is said even when the turn cannot: a refusal's sentence, or that something went wrong."""
    try:
        return await turn()
    except Problem as problem:
        return Said(problem.message, Why(intent="refused", more={"code": problem.code}))
    except Exception:
        reference = readable_code(REFERENCE_LENGTH)
        log.exception("a turn failed", extra={"reference": reference})
        return Said(TROUBLE, Why(intent="trouble", more={"reference": reference}))
