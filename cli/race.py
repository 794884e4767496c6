"""`bangban race`: proves on a database of one's choice that no place is sold twice, and shows what fails without it.

It works in a hall of its own that it makes and takes away again; nothing else in the database is touched.
"""

import argparse
import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update

from cli.opening import check_url, opened
from cli.reading import whole
from cli.schema import NotMigrated
from hall.appointments import rule_book
from hall.appointments import service as appointments
from hall.appointments.booking import tally
from hall.appointments.model import Appointment, Form, Request, Slot, State
from hall.appointments.rush import Rush
from hall.appointments.tables import appointments as appointment_table
from hall.appointments.tables import booking_rules, slots
from hall.citizens import service as citizens
from hall.citizens.tables import citizens as citizen_table
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.matters.tables import matter_groups
from hall.matters.tables import matters as matter_table
from hall.places import service as places
from hall.places.model import Hall
from hall.places.tables import halls
from kit import clock, migrate
from kit.db import Database, Tx
from kit.errors import Problem
from kit.settings import Settings

FORM = Form("示例群众", "13800000001")
WISHES = 20  # slots one person asks for at once, with a limit of one
PAUSE_SECONDS = 0.01  # between the control's look and its booking: a page left open for a moment


class NotProven(Problem):
    status = 500
    code = "not_proven"
    sentence = "这次没有证明出来：{why}。请把上面的结果和数据库的种类、版本发给开发者。"


@dataclass(frozen=True, slots=True)
class Track:
    """The hall the races are run in."""

    matters: tuple[Matter, ...]
    slots: tuple[Slot, ...]
    people: tuple[int, ...]


def add(commands: Any) -> None:
    command = commands.add_parser("race", help="证明这个数据库上不会超卖，并演示没有保护时会怎样")
    command.add_argument("--places", type=whole(1, 5000), default=5, metavar="N", help="名额（默认5）")
    command.add_argument("--people", type=whole(1, 5000), default=60, metavar="M", help="同时来抢的人（默认60）")
    command.add_argument("--database", metavar="URL", help="在哪个数据库上试（默认用设置里的）")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    if arguments.database:
        check_url(arguments.database)
        settings = replace(settings, database=replace(settings.database, url=arguments.database))
    _check_schema(settings.database.url)
    asyncio.run(_race(settings, arguments.places, arguments.people))


async def _race(settings: Settings, n_places: int, n_people: int) -> None:
    where = replace(settings, database=replace(settings.database, pool_size=16))
    expected = min(n_places, n_people)
    failed = []
    async with opened(where) as db:
        print(f"数据库：{db.kind}；{n_places}个名额，{n_people}个人同时来。")
        for title, how in (("逐个预约", _one_by_one), ("合并处理", _gathered)):
            async with _track(db, n_places, n_people) as track:
                outcomes = await how(db, track)
                sold, said = await _sold(db, track.slots[0])
                told = dict(tally(outcomes))
                print(f"{title}：约上{sold}个，号源上记着{said}个，各人得到的答复：{_words(told)}")
                if not sold == said == expected == told.get("booked"):
                    failed.append(f"{title}应该正好约上{expected}个")
        async with _track(db, n_places, 1) as track:
            got = await _one_person(db, track)
            print(f"限约1个的人同时约{WISHES}个时段：约上{got}个")
            if got != 1:
                failed.append("每人限约1个没有守住")
        async with _track(db, n_places, n_people) as track:
            await asyncio.gather(*(_unguarded(db, track, person) for person in track.people))
            sold, _ = await _sold(db, track.slots[0])
            print(f"对照（先看有没有、再约上，没有保护）：卖出{sold}个" + ("，超卖了。" if sold > expected else "。"))
            if sold <= n_places < n_people:
                failed.append("对照没有超卖，人数太少或名额太多，比不出来")
    if failed:
        raise NotProven(why="；".join(failed))
    print("有保护：一个不多，一个不少。")


def _check_schema(url: str) -> None:
    """An empty database is given its tables; an older one is somebody's, and left alone. Raises NotMigrated."""
    if migrate.current(url) is None:
        migrate.upgrade(url)
    elif not migrate.is_current(url):
        raise NotMigrated()


def _words(told: dict[str, int]) -> str:
    names = {"booked": "约上了", "slot_full": "已约满", "limit_reached": "超过限次", "unavailable": "系统忙"}
    return "、".join(f"{names.get(code, code)} {count}" for code, count in sorted(told.items()))


@asynccontextmanager
async def _track(db: Database, n_places: int, n_people: int) -> AsyncIterator[Track]:
    hall_id = f"race-{secrets.token_hex(4)}"
    async with db.tx() as tx:
        track = await _lay(tx, hall_id, n_places, n_people, clock.now())
    try:
        await _warm(db)
        yield track
    finally:
        async with db.tx() as tx:
            await _take_away(tx, hall_id, track.people)


async def _lay(tx: Tx, hall_id: str, n_places: int, n_people: int, now: datetime) -> Track:
    await places.found(tx, Hall(hall_id, "抢号演练", None, None, ((time(9), time(12)),), is_sample=True))
    group = await matters.add_group(tx, hall_id, "R", "抢号演练")
    made = [_matter(hall_id, group.id, n) for n in range(WISHES)]
    for matter in made:
        await matters.add(tx, matter)
    starts_at = [now + timedelta(days=1, minutes=30 * n) for n in range(WISHES)]
    count = {"capacity": n_places, "booked": 0, "reserve": 0, "reserve_booked": 0}
    facts = {"hall_id": hall_id, "group_id": group.id, **count}
    cut = [{"on": clock.day_of(at), "starts_at": at, "ends_at": at + timedelta(minutes=30)} for at in starts_at]
    await tx.insert_all(slots, [facts | one for one in cut])
    found = await appointments.nearest(tx, hall_id, group.id, None, now, n=WISHES)
    people = [(await citizens.meet(tx, f"{hall_id}:{n}", now)).id for n in range(n_people)]
    one_each = {"limit": [{"most": 1, "per": "at_once", "by": ["citizen"]}]}
    await rule_book.set_rules(tx, hall_id, one_each, "race", now)
    return Track(tuple(made), found, tuple(people))


def _matter(hall_id: str, group_id: int, n: int) -> Matter:
    return Matter(
        id=f"race-{n}", hall_id=hall_id, group_id=group_id, name=f"抢号演练{n}", aliases=(), department="", theme="",
        handling="即办件", legal_days=None, promised_days=None, days_unit=None, on_the_spot=True, fee="", result="",
        steps=(), materials=(), basis=(), legal_note=None, window_type="", is_typical=True, is_open_to_booking=True,
    )  # fmt: skip


async def _take_away(tx: Tx, hall_id: str, people: Sequence[int]) -> None:
    of_hall = select(slots.c.id).where(slots.c.hall_id == hall_id)
    await tx.run(delete(appointment_table).where(appointment_table.c.slot_id.in_(of_hall)))
    for table in (slots, booking_rules, matter_table, matter_groups):
        await tx.run(delete(table).where(table.c.hall_id == hall_id))
    await tx.run(delete(halls).where(halls.c.id == hall_id))
    for start in range(0, len(people), 500):
        await tx.run(delete(citizen_table).where(citizen_table.c.id.in_(people[start : start + 500])))


async def _warm(db: Database) -> None:
    """Opens the links of the pool first: a pool that opens one at a time would let people in one by one."""

    async def hold() -> None:
        async with db.read() as tx:
            await tx.value(select(literal(1)))
            await asyncio.sleep(PAUSE_SECONDS)

    await asyncio.gather(*(hold() for _ in range(16)))


async def _one_by_one(db: Database, track: Track) -> list[Appointment | Problem]:
    return await _each(db.transact(appointments.book, wish, clock.now()) for wish in _wishes(track))


async def _gathered(db: Database, track: Track) -> list[Appointment | Problem]:
    rush = Rush(db)
    return await _each(rush.book(wish, clock.now()) for wish in _wishes(track))


def _wishes(track: Track) -> list[Request]:
    return [Request(person, track.slots[0].id, track.matters[0], FORM) for person in track.people]


async def _each(attempts: Any) -> list[Appointment | Problem]:
    outcomes: Sequence[Any] = await asyncio.gather(*attempts, return_exceptions=True)
    for outcome in outcomes:
        if not isinstance(outcome, Appointment | Problem):
            raise outcome
    return list(outcomes)


async def _one_person(db: Database, track: Track) -> int:
    wishes = [Request(track.people[0], s.id, m, FORM) for s, m in zip(track.slots, track.matters, strict=True)]
    ways: list[Awaitable[Appointment]] = [db.transact(appointments.book, wish, clock.now()) for wish in wishes]
    return dict(tally(await _each(ways))).get("booked", 0)


async def _unguarded(db: Database, track: Track, person: int) -> None:
    """What most booking systems do: look, and if there is a place, take it."""
    slot, now = track.slots[0], clock.now()
    async with db.read() as tx:
        seen = await appointments.slot(tx, slot.id)
    await asyncio.sleep(PAUSE_SECONDS)
    if seen is None or seen.left <= 0:
        return
    async with db.tx() as tx:
        await tx.run(update(slots).where(slots.c.id == slot.id).values(booked=slots.c.booked + 1))
        row = {"number": f"R{secrets.token_hex(8)}", "citizen_id": person, "slot_id": slot.id, "state": State.BOOKED}
        what = {"matter_id": track.matters[0].id, "matter_name": "抢号演练", "relation": "self", "is_reserve": False}
        await tx.run(insert(appointment_table).values(booked_at=now, changed_at=now, **row, **what))


async def _sold(db: Database, slot: Slot) -> tuple[int, int]:
    """How many appointments there are, and how many places the slot says are gone."""
    async with db.read() as tx:
        live = (appointment_table.c.slot_id == slot.id, appointment_table.c.state == State.BOOKED)
        sold = await tx.value(select(func.count()).select_from(appointment_table).where(*live))
        return sold, await tx.value(select(slots.c.booked).where(slots.c.id == slot.id))
