"""What every server does by the clock: one worker at a time, once in a period, and by another when one dies."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

import jobs
from hall.appointments import slots
from hall.appointments.tables import slots as slot_table
from hall.cases import progress
from hall.cases.tables import cases as case_table
from hall.matters import service as matters
from hall.places import service as places
from jobs import Job
from kit import lease
from kit.db import Database, Tx
from kit.settings import Appointments, Demo, Settings
from kit.wechat import WeChatApi
from tests.hall.builders import HALL, MONDAY, a_group, a_hall
from tests.hall.case_builders import a_case

PERIOD = 600.0


class Wall:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Work:
    """Counts how often it is done, and how many are at it at once."""

    def __init__(self, lasts: float = 0.0) -> None:
        self.done: list[datetime] = []
        self.at_it = self.most_at_it = 0
        self.lasts, self.fails = lasts, False

    async def __call__(self, db: Database, now: datetime) -> None:
        self.at_it += 1
        self.most_at_it = max(self.most_at_it, self.at_it)
        try:
            await asyncio.sleep(self.lasts)
            if self.fails:
                raise RuntimeError("the work failed")
            self.done.append(now)
        finally:
            self.at_it -= 1


@pytest.fixture
async def other(db: Database, database_url: str) -> AsyncIterator[Database]:
    """A second worker's database."""
    database = await Database(database_url, pool_size=5).open()
    yield database
    await database.close()


async def test_job_is_done_once_in_a_period_by_two_workers(db: Database, other: Database) -> None:
    wall, work = Wall(), Work()
    job = Job("count", PERIOD, work)
    for _ in range(3):
        for _ in range(4):
            await asyncio.gather(jobs.turn(db, job, wall), jobs.turn(other, job, wall))
            wall.move(PERIOD / 4)
    assert work.done == [MONDAY + timedelta(seconds=PERIOD * n) for n in range(3)]


async def test_silence_accepts_a_case_and_one_that_cannot_be_does_not_hold_up_the_others(db: Database) -> None:
    received, (stuck, _) = MONDAY, await a_case(db, now=MONDAY)
    async with db.tx() as tx:
        await tx.run(update(case_table).where(case_table.c.id == stuck.id).values(matter_id="gone"))
    case, code = await a_case(db, now=received)
    for days in (7, 8, 9):  # received on a Monday: the fifth workday is the next
        await jobs.accept_by_silence(db, MONDAY + timedelta(days=days))
        told = await db.consult(progress.progress, case.number, MONDAY + timedelta(days=days), code=code)
        assert told.case.is_deemed is (days > 7)
    assert [fact.what for fact in told.history] == ["opened", "deemed"]


async def test_control_without_the_lease_each_worker_does_it(db: Database, other: Database) -> None:
    work = Work()
    for _ in range(3):
        await asyncio.gather(work(db, MONDAY), work(other, MONDAY))
    assert len(work.done) == 6


async def test_two_workers_are_never_at_it_together(db: Database, other: Database) -> None:
    """The period is over at once, so only the lease keeps them apart."""
    wall, work = Wall(), Work(lasts=0.05)
    job = Job("slow", 0.0, work)

    async def worker(database: Database) -> None:
        for _ in range(5):
            await jobs.turn(database, job, wall)

    await asyncio.gather(worker(db), worker(other), worker(db), worker(other))
    assert work.most_at_it == 1
    assert len(work.done) >= 5


async def test_control_without_the_lease_they_are(db: Database, other: Database) -> None:
    work = Work(lasts=0.05)
    await asyncio.gather(work(db, MONDAY), work(other, MONDAY))
    assert work.most_at_it == 2


async def test_lease_of_a_dead_worker_is_taken_over(db: Database, other: Database) -> None:
    wall, work = Wall(), Work(lasts=60)
    dying = asyncio.create_task(jobs.turn(db, Job("count", PERIOD, work), wall))
    while not work.at_it:  # noqa: ASYNC110 (a test looks again and again)
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.wait([dying])
    quick = Work()
    job = Job("count", PERIOD, quick)
    wait_seconds = await jobs.turn(other, job, wall)
    assert (quick.done, wait_seconds) == ([], jobs.LEASE_SECONDS)
    wall.move(wait_seconds)
    await jobs.turn(other, job, wall)
    assert quick.done == [wall.at]


async def test_long_job_keeps_its_lease(db: Database, other: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PROLONG_SECONDS", 0.02)
    wall, work, quick = Wall(), Work(lasts=0.4), Work()
    long = asyncio.create_task(jobs.turn(db, Job("count", PERIOD, work), wall))
    await asyncio.sleep(0.1)
    wall.move(jobs.LEASE_SECONDS - 1)
    await asyncio.sleep(0.1)  # prolonged meanwhile, more than once
    wall.move(5)
    await jobs.turn(other, Job("count", PERIOD, quick), wall)
    await long
    assert (len(work.done), quick.done) == (1, [])


async def test_failed_job_is_logged_and_tried_again_soon(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    wall, work = Wall(), Work()
    job = Job("count", PERIOD, work)
    work.fails = True
    with caplog.at_level(logging.ERROR, logger="jobs"):
        wait_seconds = await jobs.turn(db, job, wall)
    assert [record.getMessage() for record in caplog.records] == ["a job failed; it is tried again"]
    assert wait_seconds == jobs.RETRY_SECONDS
    work.fails = False
    wall.move(wait_seconds)
    assert await jobs.turn(db, job, wall) == jobs.LOOK_SECONDS
    assert work.done == [wall.at]


async def test_job_that_outlasts_its_period_begins_again_at_once(db: Database) -> None:
    wall, work = Wall(), Work()

    async def slow(database: Database, now: datetime) -> None:
        await work(database, now)
        wall.move(5)

    assert await jobs.turn(db, Job("slow", 1.0, slow), wall) == 0
    assert await db.consult(lease.free_at, "slow") == wall.at


async def test_jobs_go_on_until_they_are_stopped(db: Database) -> None:
    work, failing = Work(), Work()
    failing.fails = True
    running = jobs.start(db, [Job("often", 0.01, work), Job("failing", 0.01, failing)])
    while len(work.done) < 3:  # noqa: ASYNC110 (a test looks again and again)
        await asyncio.sleep(0.01)
    await jobs.stop(running)
    assert all(task.done() for task in running)
    done = len(work.done)
    await asyncio.sleep(0.05)
    assert len(work.done) == done


async def test_stopping_does_not_wait_for_a_long_job(db: Database) -> None:
    work = Work(lasts=60)
    running = jobs.start(db, [Job("long", PERIOD, work)])
    while not work.at_it:  # noqa: ASYNC110 (a test looks again and again)
        await asyncio.sleep(0.01)
    await jobs.stop(running)
    assert (all(task.done() for task in running), work.done) == (True, [])


async def test_slots_ahead_are_made_for_every_hall_by_its_own_calendar(db: Database) -> None:
    async def world(tx: Tx) -> None:
        await a_hall(tx)
        east = type(HALL)("east", "东区大厅", None, None, HALL.hours, True)
        await places.found(tx, east)
        for group in (await a_group(tx), await matters.add_group(tx, east.id, "A", "A类")):
            await slots.set_plan(tx, group, 30, 3, 1, "张三", MONDAY)
        await places.set_day(tx, east.id, (MONDAY + timedelta(days=1)).date(), (), "停电", "张三", MONDAY)

    await db.transact(world)
    (job,) = [job for job in jobs.every_job(Settings(appointments=Appointments(3))) if job.name == "slots ahead"]
    await job.verb(db, MONDAY)
    counted = select(slot_table.c.hall_id, func.min(slot_table.c.on), func.count()).group_by(slot_table.c.hall_id)
    rows = await db.consult(Tx.all, counted.order_by(slot_table.c.hall_id))
    assert [tuple(map(str, row)) for row in rows] == [("east", "2026-11-25", "39"), ("test", "2026-11-24", "39")]


def test_in_the_demo_only_what_makes_something_for_later_runs() -> None:
    assert [job.name for job in jobs.every_job(Settings(demo=Demo(on=True)))] == [
        "slots ahead",
        "staff's sessions and trail",
    ]
    assert all(job.seconds > 0 for job in jobs.every_job(Settings()))
    names = [job.name for job in jobs.every_job(Settings())]
    assert len(set(names)) == len(names)


async def test_holds_places_waits_and_no_shows_are_seen_to_by_the_clock(db: Database) -> None:
    await db.transact(a_hall)
    every = jobs.every_job(Settings(), WeChatApi("", "", "http://127.0.0.1:9"))
    assert [(job.name, job.seconds) for job in every[1:]] == [
        ("holds that run out", 10),
        ("freed places", 10),
        ("waiting list", 30),
        ("no-shows", 60),
        ("the queue's day", 600),
        ("rating invitations", 300),
        ("late replies", 600),
        ("old ratings", 3600),
        ("silence accepts", 600),
        ("last days of cases", 600),
        ("promised materials", 600),
        ("staff's sessions and trail", 3600),
        ("notices", 5),
    ]
    for job in every:
        await job.verb(db, MONDAY)
