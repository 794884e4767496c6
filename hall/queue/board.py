"""The silent board of a hall: whose number is at which counter, what waits, and the last calls. Never a name.

It is the whole state, not what changed, so a screen that comes back is right at once. Whatever changes what stands
here bumps `board:<hall>` in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, select

from hall.matters.tables import matter_groups
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import Hall, Spans, YearNotPublished
from hall.places.tables import counters
from hall.queue.model import State
from hall.queue.tables import posts, tickets
from kit.clock import day_of, instant_at, local, say_day, say_time
from kit.db import Tx
from kit.live import versions

LAST_CALLS = 6
READINGS = 3  # a state in which nothing was committed while it was read; a very busy hall is mended by its next version
ONE_DAY = timedelta(days=1)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Doors:
    """`changes_at`: when this must be said anew though nothing was called; at midnight at the latest."""

    is_open: bool
    sentence: str
    changes_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket at a counter."""

    number: str
    state: State  # called or serving
    since: datetime


@dataclass(frozen=True, slots=True)
class CounterNow:
    """`state` is open, paused or closed; `waiting` counts all who wait in the groups it serves."""

    number: int
    name: str
    groups: tuple[str, ...]
    serves: str
    state: str
    since: datetime | None
    ticket: Shown | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Call:
    ticket: str
    counter: int
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupWaiting:
    """The wait in minutes of somebody who comes now; None where nothing is estimated yet."""

    letter: str
    name: str
    waiting: int
    low_minutes: int | None = None
    high_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """`version` is never newer than the rest: it was read first. `as_of` is when."""

    version: int
    as_of: datetime
    hall_id: str
    hall_name: str
    doors: Doors
    counters: tuple[CounterNow, ...]
    calls: tuple[Call, ...]  # the newest first
    groups: tuple[GroupWaiting, ...]
    rule: tuple[str, ...]  # who is called next, in plain lines

    def as_json(self) -> dict[str, Any]:
        """Instants in ISO 8601 as a clock in the hall shows them."""
        told: dict[str, Any] = _plain(asdict(self))
        return told | {"hall": {"id": told.pop("hall_id"), "name": told.pop("hall_name")}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return local(value).isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def version_name(hall_id: str) -> str:
    return f"board:{hall_id}"


async def board(tx: Tx, hall_id: str, now: datetime) -> Board:
    """The board as it stands. Raises HallNotFound."""
    version = await _version(tx, hall_id)
    read = await _read(tx, hall_id, now, version)
    for _ in range(READINGS - 1):
        if (newer := await _version(tx, hall_id)) == version:
            break
        version = newer
        read = await _read(tx, hall_id, now, version)
    return read


async def _version(tx: Tx, hall_id: str) -> int:
    return await tx.value(select(versions.c.number).where(versions.c.name == version_name(hall_id))) or 0


async def _read(tx: Tx, hall_id: str, now: datetime, version: int) -> Board:
    hall = await places.hall(tx, hall_id)
    groups = await _groups(tx, hall_id, now)
    return Board(
        version=version,
        as_of=now,
        hall_id=hall.id,
        hall_name=hall.name,
        doors=_doors(hall, await places.calendar(tx, hall_id), now),
        counters=await _counters(tx, hall_id, now, groups),
        calls=await _calls(tx, hall_id, now),
        groups=groups,
        rule=(),
    )


async def _groups(tx: Tx, hall_id: str, now: datetime) -> tuple[GroupWaiting, ...]:
    waits = and_(
        tickets.c.hall_id == hall_id,
        tickets.c.group_id == matter_groups.c.id,
        tickets.c.on == day_of(now),
        tickets.c.state == State.WAITING,
    )
    counted = (
        select(matter_groups.c.letter, matter_groups.c.name, func.count(tickets.c.id).label("waiting"))
        .select_from(matter_groups.outerjoin(tickets, waits))
        .where(matter_groups.c.hall_id == hall_id)
        .group_by(matter_groups.c.letter, matter_groups.c.name)
        .order_by(matter_groups.c.letter)
    )
    return tuple(GroupWaiting(row.letter, row.name, row.waiting) for row in await tx.all(counted))


async def _counters(tx: Tx, hall_id: str, now: datetime, groups: Sequence[GroupWaiting]) -> tuple[CounterNow, ...]:
    here = and_(tickets.c.id == posts.c.ticket_id, tickets.c.on == day_of(now))
    manned = (
        select(
            counters.c.number, counters.c.name, counters.c.groups, posts.c.state, posts.c.since,
            tickets.c.number.label("ticket"), tickets.c.state.label("ticket_state"),
            tickets.c.called_at, tickets.c.serving_at,
        )
        .select_from(counters.outerjoin(posts, posts.c.counter_id == counters.c.id).outerjoin(tickets, here))
        .where(counters.c.hall_id == hall_id)
        .order_by(counters.c.number)
    )  # fmt: skip
    by_letter = {group.letter: group for group in groups}
    return tuple(_counter(row, by_letter) for row in await tx.all(manned))


def _counter(row: Any, groups: dict[str, GroupWaiting]) -> CounterNow:
    served = [groups[letter] for letter in row.groups if letter in groups]
    return CounterNow(
        number=row.number,
        name=row.name,
        groups=tuple(row.groups),
        serves="、".join(group.name for group in served),
        state=row.state or "closed",
        since=row.since,
        ticket=_shown(row),
        waiting=sum(group.waiting for group in served),
    )


def _shown(row: Any) -> Shown | None:
    since = row.serving_at if row.ticket_state == State.SERVING else row.called_at
    if row.ticket_state not in (State.CALLED, State.SERVING) or since is None:
        return None
    return Shown(row.ticket, State(row.ticket_state), since)


async def _calls(tx: Tx, hall_id: str, now: datetime) -> tuple[Call, ...]:
    """Each ticket once, at its last call."""
    today = (tickets.c.hall_id == hall_id, tickets.c.on == day_of(now), tickets.c.called_at.is_not(None))
    last = (
        select(tickets.c.number, tickets.c.called_at, counters.c.number.label("counter"))
        .select_from(tickets.join(counters, counters.c.id == tickets.c.counter_id))
        .where(*today)
        .order_by(tickets.c.called_at.desc(), tickets.c.id.desc())
        .limit(LAST_CALLS)
    )
    return tuple(Call(row.number, row.counter, row.called_at) for row in await tx.all(last))


def _doors(hall: Hall, calendar: Calendar, now: datetime) -> Doors:
    midnight = instant_at(day_of(now) + ONE_DAY, time(0))
    at = local(now).time()
    try:
        hours = calendar.hours(day_of(now), hall)
    except YearNotPublished:
        return Doors(False, "今年的放假安排还没有公布，开门时间请看大厅通知。", midnight)
    for opens, closes in hours:
        if opens <= at < closes:
            until = "今天办到" if closes == hours[-1][1] else "上午办到" if closes <= NOON else "先办到"
            return Doors(True, f"{until} {closes:%H:%M}", instant_at(day_of(now), closes))
    opens_at = calendar.opens_next(hall, now)
    if opens_at is None:
        return Doors(False, "现在没有开门，下次开门的时间请看大厅通知。", midnight)
    return Doors(False, _closed(hours, now, opens_at), min(opens_at, midnight))


def _closed(hours: Spans, now: datetime, opens_at: datetime) -> str:
    if day_of(opens_at) != day_of(now):
        return f"现在没有开门，{say_day(day_of(opens_at))} {say_time(opens_at)} 开门。"
    if any(closes <= local(now).time() for _, closes in hours):
        return f"现在休息，{say_time(opens_at)} 继续办理。"
    return f"还没有开门，今天 {say_time(opens_at)} 开门。"
