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
Begin = Callable[[], Said | Awaitable[Said]]


@dataclass(slots=True)
class Delivery:
    """A message in hand: its answer or the task that makes it, how many deliveries wait, what became of the waiting."""

    heard: Heard
    made_at: float
    said: Said | None = None
    task: asyncio.Task[None] | None = None
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

    async def answer(self, heard: Heard, turn: Begin, arrived_at: float) -> Said | None:
        """What to say passively; None when the answer is late, and goes or has gone another way.

        `arrived_at` is on the monotonic clock. The turn is begun only by the first delivery of its message; one that
        has to be awaited runs in a task of its own, which goes on when a caller hangs up.
        """
        delivery = self._known.get(heard.key) or self._begin(heard, turn, arrived_at)
        if delivery.task is None:
            return delivery.said
        if delivery.said is None:
            delivery.waiting += 1
            try:
                await self._patience.wait(delivery.task, arrived_at + self._deadline_seconds)
            finally:
                delivery.waiting -= 1
            if delivery.said is None:
                delivery.is_given_up = True
                return None
        if delivery.way is None and time.monotonic() - delivery.made_at > SLOW_SECONDS:
            delivery.way = "late" if await self._went(heard.key, "passive") == "late" else "passive"
        return None if delivery.way == "late" else delivery.said

    async def finish(self, seconds: float) -> None:
        """Awaits what is running, and the late answers that follow from it, for so long at most."""
        until = time.monotonic() + seconds
        running = {d.task for d in self._known.values() if d.task is not None and not d.task.done()}
        if running:
            await asyncio.wait(running, timeout=seconds)
            await asyncio.sleep(0)  # the callbacks that start the sending run now
        if self._sending:
            await asyncio.wait(self._sending, timeout=max(until - time.monotonic(), 0.1))

    async def sweep(self) -> None:
        """Forgets decisions older than any redelivery."""
        before = clock.now() - timedelta(seconds=KEPT_SECONDS)
        await self._db.transact(once.sweep, SCOPE, before)

    def _begin(self, heard: Heard, turn: Begin, arrived_at: float) -> Delivery:
        self._forget(arrived_at)
        delivery = self._known[heard.key] = Delivery(heard, arrived_at)
        try:
            begun = turn()
        except Exception as error:
            begun = _instead(error)
        if isinstance(begun, Said):
            delivery.said = begun
        else:
            delivery.task = asyncio.create_task(_run(delivery, begun))
            delivery.task.add_done_callback(partial(self._settle, delivery))
        return delivery

    def _forget(self, now: float) -> None:
        while self._known:
            oldest = next(iter(self._known))
            delivery = self._known[oldest]
            is_due = len(self._known) >= KEPT_MOST or now - delivery.made_at > KEPT_SECONDS
            if not is_due or delivery.said is None:
                break
            del self._known[oldest]

    def _settle(self, delivery: Delivery, _task: object) -> None:
        """The answer is there. Whoever still waits takes it; if all have gone with `success`, it is sent after them."""
        if delivery.is_given_up and not delivery.waiting and delivery.said is not None:
            delivery.way = "late"
            sending = asyncio.create_task(self._send_late(delivery.heard, delivery.said))
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


async def _claim_way(tx: Tx, key: str, way: Way) -> str | None:
    went = await once.claim(tx, SCOPE, key, clock.now())
    if went is None:
        await once.settle(tx, SCOPE, key, way)
    return went


async def _run(delivery: Delivery, turn: Awaitable[Said]) -> None:
    try:
        delivery.said = await turn
    except Exception as error:
        delivery.said = _instead(error)


def _instead(error: Exception) -> Said:
    """What is said when the turn cannot: a refusal's sentence, or that something went wrong."""
    if isinstance(error, Problem):
        return Said(error.message, Why(intent="refused", more={"code": error.code}))
    reference = readable_code(REFERENCE_LENGTH)
    log.error("a turn failed", exc_info=error, extra={"reference": reference})
    return Said(TROUBLE, Why(intent="trouble", more={"reference": reference}))
