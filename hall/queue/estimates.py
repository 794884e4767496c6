"""How long people are likely to wait, what each was told, and how true it became. The reckoning itself is pace.py's.

One look at the hall is six statements, a seventh while fewer than `SCANTY` calls of the last hour tell the pace of a
group (early in the day, or where few come): then the workdays before are read as well.
"""

import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from hall.appointments.model import State as AppointmentState
from hall.appointments.tables import appointments, slots
from hall.matters.tables import matter_groups
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

_at_counters = (What.CALLED, What.SERVED, What.MISSED, What.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of the tickets that were told a range and called: how many, how often it held, how far off (`error`: the median
    of |likely - true| / true), how wide, and how long they waited, in minutes. Shares are None where there are none.
    """

    tickets: int
    inside: float | None
    error: float | None
    width: float | None
    waited: float | None


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
    line: Mapping[int, Waiting]  # by ticket
    coming: Sequence[Waiting]
    paces: Mapping[int, Pace]
    calls: Sequence[float]
    early: Sequence[float]
    width: float

    def kind(self, group_id: int, matter_id: str | None) -> Kind:
        """People of a group are one kind, unless some counter serves only certain matters."""
        return group_id, matter_id if any(desk.only is not None for desk in self.desks) else None

    def tell_ticket(self, ticket: Ticket) -> Estimate:
        kind = self.kind(ticket.group_id, ticket.matter_id)
        others = [one for ticket_id, one in self.line.items() if ticket_id != ticket.id]
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
            waiting = sum(one.group[0] == group_id for one in others)
            return Estimate(waiting, None, None, None)
        best = min(seen, key=lambda found: found.seconds)
        ahead = sum(count for kind, count in best.before.items() if kind[0] == group_id)
        return pace.estimate(best, ahead, self.width, is_guess=self.paces[group_id].n < pace.ENOUGH)


# ------------------------------------------------------------------------------------------------ what people are told


async def before_taking(tx: Tx, hall_id: str, now: datetime) -> Scene | None:
    """What `record` reckons from; None while no counter is open, since nobody can say then.

    Read before the line is locked: many take tickets at once, and none should wait for another's estimate.
    """
    desks = await _desks(tx, hall_id, now)
    return await _look(tx, hall_id, desks, now) if desks else None


async def record(tx: Tx, ticket: Ticket, scene: Scene | None) -> Estimate | None:
    """Keeps what a ticket just taken is told, to be compared with what becomes true; nothing where nobody can say.

    Raises Duplicate when it has been told before.
    """
    told = None if scene is None else scene.tell_ticket(ticket)
    if told is None or told.likely is None:
        return None
    row = {"ticket_id": ticket.id, "hall_id": ticket.hall_id, "group_id": ticket.group_id, "on": ticket.on}
    minutes = {"low_minutes": told.low, "high_minutes": told.high, "likely_minutes": told.likely}
    await tx.run(insert(estimates).values(**row, ahead=told.ahead, **minutes))
    return told


async def settle(tx: Tx, ticket: Ticket, now: datetime) -> None:
    """At its first call: how long it really waited. Later calls change nothing."""
    waited = (now - ticket.taken_at) / timedelta(minutes=1)
    mine = (estimates.c.ticket_id == ticket.id, estimates.c.waited_minutes.is_(None))
    await tx.run(update(estimates).where(*mine).values(waited_minutes=waited))


async def for_ticket(tx: Tx, ticket: Ticket, now: datetime) -> Estimate:
    """The range as it is now. A ticket that does not wait any more has nobody ahead and nothing left to wait."""
    return (await for_tickets(tx, ticket.hall_id, [ticket], now))[0]


async def for_tickets(tx: Tx, hall_id: str, those: Sequence[Ticket], now: datetime) -> list[Estimate]:
    """As `for_ticket`, for several of a hall at one look."""
    over = Estimate(0, 0, 0, 0.0)
    if all(ticket.state is not State.WAITING for ticket in those):
        return [over] * len(those)
    scene = await _look(tx, hall_id, await _desks(tx, hall_id, now), now)
    return [scene.tell_ticket(ticket) if ticket.state is State.WAITING else over for ticket in those]


async def for_someone(tx: Tx, hall_id: str, group_id: int, now: datetime) -> Estimate:
    """For someone who would take a ticket of the group now."""
    return (await _for_groups(tx, hall_id, now, [group_id]))[group_id]


async def by_group(tx: Tx, hall_id: str, now: datetime) -> dict[int, Estimate]:
    """For someone who would take a ticket now, by group."""
    return await _for_groups(tx, hall_id, now, None)


async def _for_groups(tx: Tx, hall_id: str, now: datetime, wanted: Sequence[int] | None) -> dict[int, Estimate]:
    scene = await _look(tx, hall_id, await _desks(tx, hall_id, now), now)
    every = scene.paces if wanted is None else wanted
    return {group: scene.tell([Waiting((group, None), 0.0)], scene.line.values()) for group in every}


async def accuracy(tx: Tx, hall_id: str, since_on: date, until_on: date) -> Accuracy:
    """How true the estimates of these days became, both days included."""
    here = (estimates.c.hall_id == hall_id, estimates.c.on >= since_on, estimates.c.on <= until_on)
    columns = (
        estimates.c.low_minutes,
        estimates.c.high_minutes,
        estimates.c.likely_minutes,
        estimates.c.waited_minutes,
    )
    rows = await tx.all(select(*columns).where(*here, estimates.c.waited_minutes.is_not(None)))
    if not rows:
        return Accuracy(0, None, None, None, None)
    second = 1 / 60  # whoever is called at once waited that long
    return Accuracy(
        tickets=len(rows),
        inside=sum(low <= waited <= high for low, high, _, waited in rows) / len(rows),
        error=statistics.median(abs(likely - waited) / max(waited, second) for _, _, likely, waited in rows),
        width=statistics.fmean(high - low for low, high, _, _ in rows),
        waited=statistics.fmean(waited for *_, waited in rows),
    )


# ------------------------------------------------------------------------------------------------ a look at the hall


async def _look(tx: Tx, hall_id: str, desks: Sequence[_Desk], now: datetime) -> Scene:
    on = day_of(now)
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
    inside = sum(row.low_minutes <= row.waited_minutes <= row.high_minutes for row in settled)
    return Scene(
        now=now,
        rules=rules,
        letters={group: letter for letter, group in groups.items()},
        desks=desks,
        line=await _line(tx, hall_id, on, rules, now, is_choosy),
        coming=pace.coming(await _booked(tx, hall_id, rules, now), _rates(events, now)),
        paces={g: pace.pace_of(today.get(g, Tally()), before.get(g, Tally()), guess) for g in groups.values()},
        calls=[(row.at - now).total_seconds() for row in calls],
        early=[(row.at - now).total_seconds() for row in calls if row.note == lines.BEFORE_ITS_TURN],
        width=pace.width_after(inside, len(settled)),
    )


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


async def _line(tx: Tx, hall_id: str, on: date, rules: Rules, now: datetime, is_choosy: bool) -> dict[int, Waiting]:
    asked = (
        select(tickets.c.id, tickets.c.group_id, tickets.c.matter_id, tickets.c.privilege, tickets.c.queued_at)
        .add_columns(slots.c.starts_at)
        .outerjoin(appointments, appointments.c.id == tickets.c.appointment_id)
        .outerjoin(slots, slots.c.id == appointments.c.slot_id)
        .where(tickets.c.hall_id == hall_id, tickets.c.on == on, tickets.c.state == State.WAITING)
    )
    return {
        row.id: _as_waiting((row.group_id, row.matter_id if is_choosy else None), row, rules, now)[-1]
        for row in await tx.all(asked)
    }


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
