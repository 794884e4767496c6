"""The silent board of a hall: whose number is at which counter, what waits, and the last calls. Never a name.

It is the whole state, not what changed, so a screen that comes back is right at once. Whatever changes what stands
here bumps `board:<hall>` in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, select

from hall.matters import service as matters
from hall.matters.model import Group
from hall.matters.tables import matter_groups
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import Counter, Hall, Spans, YearNotPublished
from hall.places.tables import counters
from hall.queue import lines
from hall.queue.model import PostState, State
from hall.queue.pace import Estimate
from hall.queue.rules import say
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
    """`waiting` counts all who wait and may be called here; other counters may call them too."""

    number: int
    name: str
    groups: tuple[str, ...]
    serves: str
    state: PostState
    since: datetime | None
    ticket: Shown | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Call:
    """`state`: called, serving, served, or missed."""

    ticket: str
    counter: int
    state: State
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupWaiting:
    """The wait in minutes of somebody who comes now; None where nobody can say."""

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


async def board(tx: Tx, hall_id: str, now: datetime, waits: Mapping[int, Estimate] | None = None) -> Board:
    """The board as it stands, with what those who come now are told, by group (estimates.py). Raises HallNotFound."""
    version = await _version(tx, hall_id)
    read = await _read(tx, hall_id, now, version, waits or {})
    for _ in range(READINGS - 1):
        if (newer := await _version(tx, hall_id)) == version:
            break
        version = newer
        read = await _read(tx, hall_id, now, version, waits or {})
    return read


async def _version(tx: Tx, hall_id: str) -> int:
    return await tx.value(select(versions.c.number).where(versions.c.name == version_name(hall_id))) or 0


async def _read(tx: Tx, hall_id: str, now: datetime, version: int, waits: Mapping[int, Estimate]) -> Board:
    hall = await places.hall(tx, hall_id)
    groups = sorted(await matters.groups(tx, hall_id), key=lambda group: group.letter)
    names = {group.letter: group.name for group in groups}
    waiting = await _waiting(tx, hall_id, now)
    return Board(
        version=version,
        as_of=now,
        hall_id=hall.id,
        hall_name=hall.name,
        doors=_doors(hall, await places.calendar(tx, hall_id), now),
        counters=await _counters(tx, hall_id, now, names, waiting),
        calls=await _calls(tx, hall_id, now),
        groups=tuple(_group(group, waiting, waits.get(group.id)) for group in groups),
        rule=say(await lines.rules(tx, hall_id)),
    )


Waiting = dict[tuple[str, str | None], int]  # how many wait, by letter of the group and matter (None: not said)


async def _waiting(tx: Tx, hall_id: str, now: datetime) -> Waiting:
    here = (tickets.c.hall_id == hall_id, tickets.c.on == day_of(now), tickets.c.state == State.WAITING)
    counted = (
        select(matter_groups.c.letter, tickets.c.matter_id, func.count().label("waiting"))
        .select_from(tickets.join(matter_groups, matter_groups.c.id == tickets.c.group_id))
        .where(*here)
        .group_by(matter_groups.c.letter, tickets.c.matter_id)
    )
    return {(row.letter, row.matter_id): row.waiting for row in await tx.all(counted)}


def _group(group: Group, waiting: Waiting, told: Estimate | None) -> GroupWaiting:
    """A guess is not put up for all to see."""
    count = sum(count for (letter, _), count in waiting.items() if letter == group.letter)
    if told is None or told.is_guess:
        return GroupWaiting(group.letter, group.name, count)
    return GroupWaiting(group.letter, group.name, count, told.low, told.high)


async def _counters(
    tx: Tx, hall_id: str, now: datetime, names: Mapping[str, str], waiting: Waiting
) -> tuple[CounterNow, ...]:
    here = and_(tickets.c.id == posts.c.ticket_id, tickets.c.on == day_of(now))
    shown = (tickets.c.number.label("ticket"), tickets.c.state.label("ticket_state"))
    manned = (
        select(counters.c.number, posts.c.state, posts.c.since, *shown, tickets.c.called_at, tickets.c.serving_at)
        .select_from(posts.join(counters, counters.c.id == posts.c.counter_id).outerjoin(tickets, here))
        .where(posts.c.hall_id == hall_id)
    )
    # one that a day's end forgot to close is closed
    by_number = {row.number: row for row in await tx.all(manned) if day_of(row.since) >= day_of(now)}
    return tuple(
        _counter(counter, by_number.get(counter.number), names, waiting)
        for counter in await places.counters(tx, hall_id)
    )


def _counter(counter: Counter, post: Any, names: Mapping[str, str], waiting: Waiting) -> CounterNow:
    """`post`: its row, None where nobody sits."""
    return CounterNow(
        number=counter.number,
        name=counter.name,
        groups=counter.groups,
        serves="、".join(names[letter] for letter in counter.groups if letter in names),
        state=PostState.CLOSED if post is None else PostState(post.state),
        since=None if post is None else post.since,
        ticket=None if post is None else _shown(post),
        waiting=sum(count for (letter, matter), count in waiting.items() if counter.serves(letter, matter)),
    )


def _shown(post: Any) -> Shown | None:
    since = post.serving_at if post.ticket_state == State.SERVING else post.called_at
    if post.ticket_state not in (State.CALLED, State.SERVING) or since is None:
        return None
    return Shown(post.ticket, State(post.ticket_state), since)


async def _calls(tx: Tx, hall_id: str, now: datetime) -> tuple[Call, ...]:
    """Each ticket once, at its last call; not those that wait again."""
    today = (tickets.c.hall_id == hall_id, tickets.c.on == day_of(now), tickets.c.called_at.is_not(None))
    last = (
        select(tickets.c.number, tickets.c.state, tickets.c.called_at, counters.c.number.label("counter"))
        .select_from(tickets.join(counters, counters.c.id == tickets.c.counter_id))
        .where(*today, tickets.c.state.in_([State.CALLED, State.SERVING, State.SERVED, State.MISSED]))
        .order_by(tickets.c.called_at.desc(), tickets.c.id.desc())
        .limit(LAST_CALLS)
    )
    return tuple(Call(row.number, row.counter, State(row.state), row.called_at) for row in await tx.all(last))


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
