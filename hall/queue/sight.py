"""A hall at one instant, as far as waiting depends on it: read from the database, reckoned with by pace.py.

A look is eight statements, and a ninth while fewer than `SCANTY` calls of the last hour tell the pace of a group (early
in the day, or where few come): then the workdays before are read as well.
"""

import math
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, func, null, select

from hall.appointments.model import State as AppointmentState
from hall.appointments.tables import appointments, slots
from hall.matters.tables import matter_groups
from hall.places import service as places
from hall.places.model import Spans
from hall.places.tables import counters
from hall.queue import lines, pace
from hall.queue.model import PostState, Privilege, State, Ticket, What
from hall.queue.pace import Estimate, Event, Kind, Order, Pace, Post, Tally, Waiting
from hall.queue.rules import Rules
from hall.queue.tables import estimates, posts, ticket_facts, tickets
from kit.clock import day_of, instant_at
from kit.db import Tx

RECENT = timedelta(hours=1)  # today's calls that tell the pace
MOST_EVENTS = 800  # the newest of them: about 400 calls, an hour of all but the busiest halls
SCANTY = 120  # calls
HISTORY = timedelta(days=14)  # how far back at most
MOST_BEFORE = 800  # events of the days before, the newest: about 400 calls
SETTLED = 50  # of the last estimates that came true or not, by which the range is widened or narrowed
LATE, SOON = timedelta(minutes=25), timedelta(minutes=90)  # slots whose people may still come before others

MOST_SINGLE = 400  # who wait in a hall one by one; in a longer line as many stand as one as it takes

_ReadLine = Callable[[Tx, str, Rules, datetime, bool], Awaitable[list[Waiting]]]
_at_counters = (What.CALLED, What.SERVED, What.MISSED, What.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class _Desk:
    letters: frozenset[str]
    only: frozenset[str] | None
    busy: int | None
    since: float
    is_paused: bool

    def serves(self, letter: str, matter: str | None) -> bool:
        return letter in self.letters and (self.only is None or matter is None or matter in self.only)


@dataclass(frozen=True, slots=True)
class Scene:
    """A hall at one instant, as far as waiting depends on it; seconds from now."""

    now: datetime
    rules: Rules
    letters: Mapping[int, str]  # by group
    desks: Sequence[_Desk]
    line: Sequence[Waiting]
    coming: Sequence[Waiting]
    paces: Mapping[int, Pace]
    calls: Sequence[float]
    early: Sequence[float]
    width: float
    rests: Sequence[tuple[float, float]] = ()  # breaks of the hall to come: when each begins, and how long it lasts

    def kind(self, group_id: int, matter_id: str | None) -> Kind:
        """People of a group are one kind, unless some counter serves only certain matters."""
        return group_id, matter_id if any(desk.only is not None for desk in self.desks) else None

    def tell_ticket(self, ticket: Ticket) -> Estimate:
        kind = self.kind(ticket.group_id, ticket.matter_id)
        others = [one for one in self.line if one.ticket != ticket.id]
        return self.tell(_as_waiting(kind, ticket, self.rules, self.now), others)

    def tell(self, mine: Sequence[Waiting], others: Collection[Waiting]) -> Estimate:
        """`mine` is one person, in turn and, where they become privileged later, as that too."""
        line = [*others, *self.coming]
        kinds = {one.group for one in (*mine, *line)}
        here = [
            Post(
                groups=frozenset(kind for kind in kinds if desk.serves(self.letters[kind[0]], kind[1])),
                busy=None if desk.busy is None else (desk.busy, None),
                since=desk.since,
                is_paused=desk.is_paused,
            )
            for desk in self.desks
        ]
        kinds |= {post.busy for post in here if post.busy}
        paces = {kind: self.paces[kind[0]] for kind in kinds}
        order = Order(self.rules.most_in_row, self.rules.most_minutes * 60.0, self.calls, self.early)
        seen = [found for one in mine if (found := pace.outlook(one, line, here, paces, order))]
        group_id = mine[0].group[0]
        if not seen:
            waiting = sum(one.people for one in others if one.group[0] == group_id)
            return Estimate(waiting, None, None, None)
        best = min(seen, key=lambda found: found.seconds)
        ahead = sum(count for kind, count in best.before.items() if kind[0] == group_id)
        is_guess = self.paces[group_id].n < pace.ENOUGH
        return pace.estimate(best, ahead, self.width, is_guess=is_guess, rests=self.rests)


async def of_each(tx: Tx, hall_id: str, now: datetime) -> Scene:
    """With everyone in line, for those who stand in it."""
    return await _look(tx, hall_id, await _desks(tx, hall_id, now), now, _line)


async def of_crowd(tx: Tx, hall_id: str, now: datetime, *, even_closed: bool = True) -> Scene | None:
    """With the line as somebody who comes now must know of it; None, unless asked for, while no counter is open."""
    desks = await _desks(tx, hall_id, now)
    return await _look(tx, hall_id, desks, now, _crowd) if desks or even_closed else None


async def _look(tx: Tx, hall_id: str, desks: Sequence[_Desk], now: datetime, read_line: _ReadLine) -> Scene:
    letters = select(matter_groups.c.letter, matter_groups.c.id).where(matter_groups.c.hall_id == hall_id)
    groups: dict[str, int] = {row.letter: row.id for row in await tx.all(letters)}
    rules = await lines.rules(tx, hall_id)
    events = await _events(tx, hall_id, now)
    is_choosy = any(desk.only is not None for desk in desks)
    today = _tally(events, now)
    before: Mapping[int, Tally] = {}
    if any(today.get(group, Tally()).n < SCANTY for group in groups.values()):
        before = await _before(tx, hall_id, now)
    known = sum((today.get(group, Tally()) for group in groups.values()), Tally())
    guess = known.seconds / known.n if known.n >= pace.ENOUGH else pace.UNKNOWN
    calls = [row for row in events if row.what == What.CALLED]
    settled = [row for row in calls if row.waited_minutes is not None][-SETTLED:]
    called_at = calls[-1].at if calls else None
    inside = sum(row.low_minutes <= row.waited_minutes <= row.high_minutes for row in settled)
    return Scene(
        now=now,
        rules=rules,
        letters={group: letter for letter, group in groups.items()},
        desks=desks,
        line=await read_line(tx, hall_id, rules, now, is_choosy),
        coming=pace.coming(await _booked(tx, hall_id, rules, now), _rates(events, now)),
        paces={g: pace.pace_of(today.get(g, Tally()), before.get(g, Tally()), guess) for g in groups.values()},
        calls=[(row.at - now).total_seconds() for row in calls],
        early=[(row.at - now).total_seconds() for row in calls if row.note == lines.BEFORE_ITS_TURN],
        width=pace.width_after(inside, len(settled)),
        rests=_rests(await places.hours_on(tx, hall_id, day_of(now)), called_at, now),
    )


def _rests(hours: Spans, called_at: datetime | None, now: datetime) -> list[tuple[float, float]]:
    """The breaks between today's hours; the one that lasts now, from now on. One in which people are called is none."""
    found = []
    for (_, closes), (opens, _) in pairwise(hours):
        begins_at, ends_at = (instant_at(day_of(now), at) for at in (closes, opens))
        if now < ends_at and not (begins_at <= now and called_at is not None and called_at >= begins_at):
            from_at = max(begins_at, now)
            found.append(((from_at - now).total_seconds(), (ends_at - from_at).total_seconds()))
    return found


async def _desks(tx: Tx, hall_id: str, now: datetime) -> list[_Desk]:
    begins = instant_at(day_of(now), time())  # a post that yesterday's end forgot to close is closed
    asked = (
        select(
            posts.c.state, posts.c.since, counters.c.groups, counters.c.matters, tickets.c.group_id, tickets.c.called_at
        )
        .join(counters, counters.c.id == posts.c.counter_id)
        .outerjoin(tickets, tickets.c.id == posts.c.ticket_id)
        .where(posts.c.hall_id == hall_id, posts.c.state != PostState.CLOSED, posts.c.since >= begins)
    )
    return [
        _Desk(
            letters=frozenset(row.groups),
            only=None if row.matters is None else frozenset(row.matters),
            busy=row.group_id,
            since=(now - (row.called_at or row.since)).total_seconds(),
            is_paused=row.state == PostState.PAUSED,
        )
        for row in await tx.all(asked)
    ]


async def _line(tx: Tx, hall_id: str, rules: Rules, now: datetime, is_choosy: bool) -> list[Waiting]:
    """Everyone who waits, one by one."""
    asked = _of_waiting(select(*_kind(is_choosy), tickets.c.id, tickets.c.queued_at, slots.c.starts_at), hall_id, now)
    return [
        replace(_as_waiting((row.group_id, row.matter_id), row, rules, now)[-1], ticket=row.id)
        for row in await tx.all(asked)
    ]


async def _crowd(tx: Tx, hall_id: str, rules: Rules, now: datetime, is_choosy: bool) -> list[Waiting]:
    """Everyone who waits, as somebody who comes now must know of them: how many of each kind, and since when. So that
    thousands who take tickets at once do not each read all the others; in a long line several stand as one.
    """
    by = (*_kind(is_choosy), slots.c.starts_at)
    since = (func.min(tickets.c.queued_at).label("first"), func.max(tickets.c.queued_at).label("last"))
    asked = _of_waiting(select(*by, func.count().label("people"), *since), hall_id, now).group_by(*by)
    rows = await tx.all(asked)
    as_one = 1 + sum(row.people for row in rows) // MOST_SINGLE
    found: list[Waiting] = []
    for row in rows:
        parts = math.ceil(row.people / as_one)
        for part in range(parts):
            queued_at = row.first + (row.last - row.first) * ((part + 0.5) / parts)
            people = row.people // parts + (part < row.people % parts)
            one = _Stands(row.privilege, queued_at, row.starts_at)
            found.append(replace(_as_waiting((row.group_id, row.matter_id), one, rules, now)[-1], people=people))
    return found


def _kind(is_choosy: bool) -> tuple[Any, ...]:
    matter = tickets.c.matter_id if is_choosy else null().label("matter_id")
    return tickets.c.group_id, matter, tickets.c.privilege


def _of_waiting(asked: Select[Any], hall_id: str, now: datetime) -> Select[Any]:
    return (
        asked.select_from(tickets)
        .outerjoin(appointments, appointments.c.id == tickets.c.appointment_id)
        .outerjoin(slots, slots.c.id == appointments.c.slot_id)
        .where(tickets.c.hall_id == hall_id, tickets.c.on == day_of(now), tickets.c.state == State.WAITING)
    )


@dataclass(frozen=True, slots=True)
class _Stands:
    """What of a ticket says where it stands."""

    privilege: str | None
    queued_at: datetime
    starts_at: datetime | None


def _as_waiting(kind: Kind, row: Any, rules: Rules, now: datetime) -> list[Waiting]:
    """A ticket in turn, or as privileged; both, where it is in turn until its appointment is near."""
    queued = (row.queued_at - now).total_seconds()
    if row.privilege is None or row.privilege not in rules.privileged or not rules.most_in_row:
        return [Waiting(kind, queued)]
    if row.privilege != Privilege.APPOINTMENT or row.starts_at is None:
        return [Waiting(kind, queued, is_privileged=True)]
    first = (row.starts_at - now).total_seconds() - rules.early_minutes * 60
    if first <= 0:
        return [Waiting(kind, max(queued, first), is_privileged=True)]
    return [Waiting(kind, queued), Waiting(kind, first, is_privileged=True)]


async def _events(tx: Tx, hall_id: str, now: datetime) -> list[Any]:
    """What happened at the counters lately, in the order of time; with what those called had been told."""
    told = (estimates.c.low_minutes, estimates.c.high_minutes, estimates.c.waited_minutes)
    who = (tickets.c.group_id, tickets.c.queued_at, tickets.c.privilege)
    asked = (
        select(ticket_facts.c.counter_id, ticket_facts.c.what, ticket_facts.c.at, ticket_facts.c.note, *who, *told)
        .join(tickets, tickets.c.id == ticket_facts.c.ticket_id)
        .outerjoin(estimates, estimates.c.ticket_id == tickets.c.id)
        .where(ticket_facts.c.hall_id == hall_id, ticket_facts.c.what.in_(_at_counters))
        .where(ticket_facts.c.at >= max(now - RECENT, instant_at(day_of(now), time())), ticket_facts.c.at <= now)
        .order_by(ticket_facts.c.at.desc(), ticket_facts.c.id.desc())
        .limit(MOST_EVENTS)
    )
    return (await tx.all(asked))[::-1]


async def _before(tx: Tx, hall_id: str, now: datetime) -> dict[int, Tally]:
    """The pace of the workdays before, the newest calls of them."""
    begins = instant_at(day_of(now), time())
    asked = (
        select(ticket_facts.c.counter_id, ticket_facts.c.what, ticket_facts.c.at)
        .add_columns(tickets.c.group_id, tickets.c.queued_at)
        .join(tickets, tickets.c.id == ticket_facts.c.ticket_id)
        .where(ticket_facts.c.hall_id == hall_id, ticket_facts.c.what.in_(_at_counters))
        .where(ticket_facts.c.at >= begins - HISTORY, ticket_facts.c.at < begins)
        .order_by(ticket_facts.c.at.desc(), ticket_facts.c.id.desc())
        .limit(MOST_BEFORE)
    )
    return _tally((await tx.all(asked))[::-1], now)


def _tally(rows: Iterable[Any], now: datetime) -> dict[int, Tally]:
    events = (
        Event(
            counter=row.counter_id,
            group=row.group_id,
            at=(row.at - now).total_seconds(),
            is_call=row.what == What.CALLED,
            queued=(row.queued_at - now).total_seconds(),
        )
        for row in rows
        if row.counter_id is not None  # what a job ended tells nothing
    )
    return pace.tallies(events)


def _rates(events: Sequence[Any], now: datetime) -> dict[Kind, float]:
    """Who goes before others without having booked, by group and second: those called lately, and those sent on."""
    if not events:
        return {}
    span = max(900.0, (now - events[0].at).total_seconds())
    counts: Counter[int] = Counter()
    for row in events:
        is_first = row.what == What.CALLED and row.privilege not in (None, Privilege.APPOINTMENT)
        counts[row.group_id] += is_first or row.what == What.TRANSFERRED
    return {(group, None): count / span for group, count in counts.items()}


async def _booked(tx: Tx, hall_id: str, rules: Rules, now: datetime) -> list[tuple[Kind, float, int]]:
    if Privilege.APPOINTMENT not in rules.privileged or not rules.most_in_row:
        return []
    asked = (
        select(slots.c.group_id, slots.c.starts_at, func.count().label("booked"))
        .join(appointments, appointments.c.slot_id == slots.c.id)
        .where(slots.c.hall_id == hall_id, appointments.c.state == AppointmentState.BOOKED)
        .where(slots.c.on == day_of(now), slots.c.starts_at > now - LATE, slots.c.starts_at < now + SOON)
        .group_by(slots.c.group_id, slots.c.starts_at)
    )
    return [((row.group_id, None), (row.starts_at - now).total_seconds(), row.booked) for row in await tx.all(asked)]
