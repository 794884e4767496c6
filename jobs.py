"""What every server does by the clock: named jobs, each done by one worker at a time and once in its period.

To add one, add a line to `every_job`. The lease of a job (kit/lease.py) is held while it runs, and prolonged; after it
the lease stands until the period is over, so no other worker does it again before. One that fails is tried again
within half a minute, by whoever comes first; the lease of a worker that died runs out as soon. Jobs are cut off at
shutdown: each must be safe to stop anywhere and to do twice, which a verb in a transaction is.

In the demo a message's own date counts as now, so nothing may end by the clock there: what is held, offered or waited
for would be gone before its time, or never. A job runs in the demo only if it says so (`in_demo`), and the only ones
that may are those that make something for later days.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from bot import notices
from hall.appointments import holds, no_shows, slots, waiting
from hall.audit import service as audit
from hall.cases import by_the_clock, promises
from hall.cases.model import Case
from hall.places import service as places
from hall.queue import service as queue
from hall.ratings import invitations, replies
from hall.ratings import service as ratings
from hall.ratings.model import Promise
from hall.staff import sessions
from handlers.staff import presses
from kit import clock, lease, once
from kit.clock import Clock
from kit.db import Database, Tx
from kit.errors import Problem
from kit.settings import Settings, StaffSettings
from kit.wechat import WeChatApi

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0  # a worker that dies at a job leaves it to another this late at most
PROLONG_SECONDS = 10.0
RETRY_SECONDS = 30.0  # at most: a job of a shorter period is tried again with the next
LOOK_SECONDS = 60.0  # how long to sleep at most before looking at the lease again


@dataclass(frozen=True, slots=True)
class Job:
    """`verb(db, now)` is done every `seconds`."""

    name: str
    seconds: float
    verb: Callable[[Database, datetime], Awaitable[object]]
    in_demo: bool = False


def every_job(settings: Settings, api: WeChatApi | None = None) -> tuple[Job, ...]:
    """The jobs of this house; without `api` nothing is sent."""
    jobs = [
        Job("slots ahead", 600, partial(slots_ahead, days_ahead=settings.appointments.days_ahead), in_demo=True),
        Job("holds that run out", 10, partial(in_steps, verb=holds.expire_holds, n=100)),
        Job("freed places", 10, return_places),
        Job("waiting list", 30, serve_the_waiting),
        Job("no-shows", 60, partial(in_steps, verb=no_shows.mark_missed, n=50)),
        Job("the queue's day", 600, end_days),
        Job("rating invitations", 300, invite_to_rate),
        Job("late replies", 600, partial(warn_of_late_replies, promise=Promise.of(settings.ratings))),
        Job("old ratings", 3600, partial(erase_old_ratings, keep_days=settings.ratings.keep_days)),
        Job("silence accepts", 600, accept_by_silence),
        Job("last days of cases", 600, say_last_days),
        Job("promised materials", 600, remind_of_promises),
        Job("staff's sessions and trail", 3600, partial(sweep_staff, kept=settings.staff), in_demo=True),
    ]
    if api is not None:
        jobs.append(Job("notices", 5, partial(send_notices, api=api)))
    return tuple(job for job in jobs if job.in_demo or not settings.demo.on)


async def slots_ahead(db: Database, now: datetime, *, days_ahead: int) -> None:
    """Every hall's slots for the coming workdays."""
    for hall in await db.consult(places.halls):
        calendar = await db.consult(places.calendar, hall.id)
        made = await db.transact(slots.make_ahead, hall, calendar, days_ahead, now)
        if made.new or made.changed or made.withdrawn:
            did = {"new": made.new, "changed": made.changed, "withdrawn": made.withdrawn}
            log.info("slots made ahead", extra=did | {"hall": hall.id, "days": len(made.days), "wanted": made.wanted})


async def in_steps(db: Database, now: datetime, *, verb: Callable[..., Awaitable[int]], n: int) -> None:
    """At most `n` at a time, each step whole, until there are no more."""
    while await db.transact(verb, now, n) >= n:
        pass


async def return_places(db: Database, now: datetime) -> None:
    """What was given back, to who waits or to everybody."""
    await db.transact(waiting.return_due, now)


async def serve_the_waiting(db: Database, now: datetime) -> None:
    """Ends waits whose days are past, and offers what is free for another reason than that it was given back."""
    await db.transact(waiting.close_past, now)
    await db.transact(waiting.offer_free, now)


async def end_days(db: Database, now: datetime) -> None:
    """Tickets and counters of the days before today; today's may be served as long as somebody stays."""
    for hall in await db.consult(places.halls):
        await db.transact(queue.end_past_days, hall.id, now)


async def invite_to_rate(db: Database, now: datetime) -> None:
    for hall in await db.consult(places.halls):
        await db.transact(invitations.invite, hall.id, now)


async def warn_of_late_replies(db: Database, now: datetime, *, promise: Promise) -> None:
    """Staff have no chat with us: a broken promise stands in the log, in the facts, and first in `bangban ratings`."""
    for hall in await db.consult(places.halls):
        if late := await db.transact(replies.warn, hall.id, now, promise):
            log.warning("bad ratings wait longer than promised", extra={"hall": hall.id, "count": late})


async def erase_old_ratings(db: Database, now: datetime, *, keep_days: int) -> None:
    while await db.transact(ratings.sweep, now - timedelta(days=keep_days)):
        pass


async def accept_by_silence(db: Database, now: datetime) -> None:
    """Cases nobody has said a word about for five workdays; each for itself, so that none holds up the others."""
    await _each_case(db, now, by_the_clock.left_unanswered, by_the_clock.accept_by_silence, "accepted by silence")


async def say_last_days(db: Database, now: datetime) -> None:
    """Last days that could not be told at acceptance, once their year is published."""
    await _each_case(db, now, by_the_clock.without_last_day, by_the_clock.say_last_day, "last days told")


async def remind_of_promises(db: Database, now: datetime) -> None:
    """Who has promised a material by tomorrow's workday (容缺)."""
    await _each_case(db, now, by_the_clock.owing, promises.remind, "reminded of what was promised")


async def _each_case(
    db: Database,
    now: datetime,
    numbers: Callable[[Tx, datetime], Awaitable[Sequence[str]]],
    verb: Callable[[Tx, str, datetime], Awaitable[Case | None]],
    what: str,
) -> None:
    changed = 0
    for number in await db.consult(numbers, now):
        try:
            changed += await db.transact(verb, number, now) is not None
        except Problem as refusal:  # its matter is gone from the catalogue, say: staff see it in `bangban cases due`
            log.warning("a case could not be seen to", extra={"code": refusal.code})
    if changed:
        log.warning(what, extra={"cases": changed})


async def sweep_staff(db: Database, now: datetime, *, kept: StaffSettings) -> None:
    """Sessions that are over, the trail's oldest lines, keys of presses."""
    await db.transact(sessions.sweep, now, sessions.Limits.of(kept.idle_minutes, kept.session_hours))
    await db.transact(audit.sweep, now - timedelta(days=kept.audit_days))
    await db.transact(once.sweep, presses.SCOPE, now - timedelta(days=1))


async def send_notices(db: Database, now: datetime, *, api: WeChatApi) -> None:
    await notices.send_notices(db, api, now)


# ------------------------------------------------------------------------------------------------ running


def start(db: Database, jobs: Sequence[Job], now: Clock = clock.now) -> tuple[asyncio.Task[None], ...]:
    """One task a job, until `stop`."""
    return tuple(asyncio.create_task(_go_on(db, job, now), name=f"job {job.name}") for job in jobs)


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=2)


async def _go_on(db: Database, job: Job, now: Clock) -> None:
    while True:
        try:
            pause = await turn(db, job, now)
        except Exception:
            log.exception("a job's lease cannot be seen to; it is tried again", extra={"job": job.name})
            pause = RETRY_SECONDS
        await asyncio.sleep(pause * random.uniform(1.0, 1.1))  # noqa: S311 (spread, not secrecy)


async def turn(db: Database, job: Job, now: Clock) -> float:
    """Does the job if it is due and nobody else is at it; returns in how many seconds to look again."""
    began_at = now()
    free_at = await db.consult(lease.free_at, job.name)
    if free_at is not None and free_at > began_at:
        return min((free_at - began_at).total_seconds(), LOOK_SECONDS)
    holder = token_hex(8)  # of this one time: a holder may prolong its lease, and so do a job twice
    if not await db.transact(lease.take, job.name, holder, began_at, LEASE_SECONDS):
        return min(job.seconds, LOOK_SECONDS)
    prolonging = asyncio.create_task(_prolong(db, job, holder, now))
    try:
        await job.verb(db, began_at)
        next_in = job.seconds
    except Exception:
        log.exception("a job failed; it is tried again", extra={"job": job.name})
        next_in = min(job.seconds, RETRY_SECONDS)
    finally:
        prolonging.cancel()
        await asyncio.wait([prolonging])
    next_at = began_at + timedelta(seconds=next_in)
    left = max((next_at - now()).total_seconds(), 0.0)
    await db.transact(lease.take, job.name, holder, now(), left)
    return min(left, LOOK_SECONDS)


async def _prolong(db: Database, job: Job, holder: str, now: Clock) -> None:
    while True:
        await asyncio.sleep(PROLONG_SECONDS)
        try:
            await db.transact(lease.take, job.name, holder, now(), LEASE_SECONDS)
        except Exception:
            log.exception("a job's lease could not be prolonged", extra={"job": job.name})
