"""Mornings of a hall in virtual time: how true the waits were that people were told.

    python -m bench.waits                 # every variant, ten seeds nothing was fitted to
    python -m bench.waits --seeds 1-5 --variant rush

Everything that makes a wait uncertain happens: counters that open late, pause and close, people who do not come when
called, who are sent on to other counters, who go before others; a day's pace that is not yesterday's and that drifts.
The estimates know what the hall's database would tell: who waits, which counters are open, today's calls so far, two
days before, and the appointments booked. The line is called by the same written order that the estimates play through.
"""

import argparse
import math
import random
import statistics
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Any

from hall.queue.pace import (
    ENOUGH,
    UNKNOWN,
    Estimate,
    Kind,
    Order,
    Pace,
    Post,
    Tally,
    Waiting,
    between,
    coming,
    estimate,
    outlook,
    pace_of,
    width_after,
)
from hall.queue.rules import Rules
from hall.queue.sight import MOST_EVENTS, RECENT, SCANTY, SETTLED

SHOWS = 0.85  # of those booked


@dataclass(frozen=True, slots=True)
class Variant:
    """A hall and its morning; times in seconds from 8:30. `seconds`: mean of a service alone."""

    name: str
    people: int
    seconds: float
    cv: float
    way: float = 8.0
    doors: float = 3.5 * 3600
    appointments: float = 0.25
    privileged: float = 0.08
    absent: float = 0.05  # do not come when called
    miss_seconds: float = 40.0
    transferred: float = 0.04
    pause_every: float = 3600.0
    pause_seconds: float = 300.0
    day_spread: float = 0.12  # a day's pace against the usual one
    drift: float = 0.10
    late: dict[int, float] = field(default_factory=lambda: {5: 1800.0})  # counters that open so long after the doors
    early: dict[int, float] = field(default_factory=dict)  # and that close before the end, unannounced


RUSH = Variant("rush: 3,000 people", 3000, 36.0, 0.7)
CALM = Variant("calm: 400 people", 400, 330.0, 0.8, way=25.0, miss_seconds=90.0)
FULL = Variant("full: 520 people", 520, 330.0, 0.8, way=25.0, miss_seconds=90.0)
WILD = replace(
    RUSH,
    name="wild: rush, odd day",
    day_spread=0.3,
    drift=0.25,
    pause_every=2400.0,
    pause_seconds=480.0,
    late={5: 1800.0, 10: 3600.0},
    early={8: 9000.0},
)
VARIANTS = {"rush": RUSH, "calm": CALM, "full": FULL, "wild": WILD}

COUNTERS = [frozenset(groups) for groups in [{0}] * 4 + [{0, 1}] * 2 + [{1}] * 2 + [{1, 2}, {2}, {2, 3}, {3}]]
DEMAND = (0.44, 0.28, 0.165, 0.115)
SLOWNESS = (0.85, 1.0, 1.2, 1.3)
RULES = Rules()


@dataclass(slots=True)
class Person:
    group: int
    taken: float
    is_privileged: bool
    is_booked: bool = False
    told: Estimate | None = None
    waited: float | None = None  # minutes until the first call


@dataclass(slots=True)
class Desk:
    groups: frozenset[int]
    is_open: bool = True
    paused: float | None = None
    busy: tuple[int, float] | None = None  # whom (group) since when
    last: tuple[int, float, float] | None = None  # the last call: group, when called, when done
    closes: float = math.inf
    pause_due: float = math.inf


class Morning:
    """One morning from the first ticket until the last is called."""

    def __init__(self, variant: Variant, seed: int, history: dict[int, Tally], *, is_told: bool = True) -> None:
        self.v, self.chance, self.history, self.is_told = variant, random.Random(seed), history, is_told
        chance = self.chance
        self.paces = [variant.seconds * s * math.exp(chance.gauss(0, variant.day_spread)) for s in SLOWNESS]
        self.phase = chance.uniform(0, 2 * math.pi)
        self.desks = [Desk(groups) for groups in COUNTERS]
        self.lines: dict[tuple[int, bool], deque[tuple[float, Person]]] = {
            (group, first): deque() for group in range(4) for first in (True, False)
        }
        self.run = 0
        self.calls: dict[int, list[float]] = {group: [] for group in range(4)}
        self.overtaking: dict[int, list[float]] = {group: [] for group in range(4)}
        self.events: list[tuple[float, int, str, Any]] = []
        self.people: list[Person] = []
        self.gaps: deque[tuple[float, int, float]] = deque()  # when it was over, group, seconds from call to call
        self.sums = dict.fromkeys(range(4), Tally())
        self.settled: deque[bool] = deque(maxlen=SETTLED)
        self.booked: list[tuple[float, int]] = []  # slot and group of those who are not here yet
        self.firsts: dict[int, list[float]] = {
            group: [] for group in range(4)
        }  # when somebody unbooked who goes before was called or sent on
        self.ordinal, self.now = 0, 0.0
        self._invite()

    def later(self, at: float, what: str, about: Any) -> None:
        self.ordinal += 1
        heappush(self.events, (at, self.ordinal, what, about))

    def _invite(self) -> None:
        """Walk-ins come in a crowd at the doors and one by one later; appointments around their half hours."""
        chance, v = self.chance, self.v
        for _ in range(v.people):
            group = chance.choices(range(4), DEMAND)[0]
            if chance.random() < v.appointments:
                slot = 1800.0 * chance.randrange(int(v.doors // 1800))
                self.booked.append((slot, group))
                at = slot + chance.triangular(-600, 1500, 300)
                if chance.random() < SHOWS:
                    self.later(max(0.0, at), "comes", (group, True, slot))
            else:
                at = v.doors * (chance.betavariate(1.1, 1.9) if chance.random() > 0.04 else 0.0)
                self.later(at, "comes", (group, chance.random() < v.privileged, None))
        for number, desk in enumerate(self.desks):
            if number in v.late:
                desk.is_open = False
                self.later(v.late[number], "opens", desk)
            desk.closes = v.early.get(number, math.inf)
            desk.pause_due = chance.expovariate(1 / v.pause_every)

    def pass_by(self) -> "Morning":
        while self.events:
            self.now, _, what, about = heappop(self.events)
            getattr(self, f"_{what}")(about)
        return self

    # ------------------------------------------------------------------------------------------ what happens

    def _comes(self, who: tuple[int, bool, float | None]) -> None:
        group, is_privileged, slot = who
        person = Person(group, self.now, is_privileged, slot is not None)
        if slot is not None:
            self.booked.remove((slot, group))
        if self.is_told:
            person.told = self.estimate_for(person)
        self.people.append(person)
        self.lines[group, is_privileged].append((self.now, person))
        self._wake(group)

    def _opens(self, desk: Desk) -> None:
        desk.is_open, desk.paused = True, None
        self._call(desk)

    def _wake(self, group: int) -> None:
        free = [d for d in self.desks if d.is_open and d.paused is None and d.busy is None and group in d.groups]
        if free:
            self._call(self.chance.choice(free))

    def _call(self, desk: Desk) -> None:
        if desk.busy is not None:
            return
        if self.now >= desk.closes:
            desk.is_open = False
            return
        if self.now >= desk.pause_due:
            desk.pause_due = math.inf
            desk.paused = self.now
            away = self.chance.lognormvariate(math.log(self.v.pause_seconds) - 0.32, 0.8)
            self.later(self.now + away, "opens", desk)
            desk.pause_due = self.now + away + self.chance.expovariate(1 / self.v.pause_every)
            return
        found = self._next(desk.groups)
        if found is None:
            return
        queued, person = found
        self._note_gap(desk, queued)
        if person.waited is None:
            person.waited = (self.now - person.taken) / 60
            if person.told is not None and person.told.low is not None and person.told.high is not None:
                self.settled.append(person.told.low <= person.waited <= person.told.high)
        desk.busy = (person.group, self.now)
        self.later(self.now + self._seconds(person), "ends", (desk, person, queued))

    def _seconds(self, person: Person) -> float:
        chance, v = self.chance, self.v
        if chance.random() < v.absent:
            return v.miss_seconds
        mean = self.paces[person.group] * (1 + v.drift * math.sin(2 * math.pi * self.now / v.doors + self.phase))
        sigma2 = math.log(1 + v.cv**2)
        return chance.expovariate(1 / v.way) + chance.lognormvariate(math.log(mean) - sigma2 / 2, math.sqrt(sigma2))

    def _ends(self, what: tuple[Desk, Person, float]) -> None:
        desk, person, queued = what
        assert desk.busy is not None
        desk.last = (*desk.busy, self.now)
        desk.busy = None
        if self.chance.random() < self.v.transferred:
            others = [g for g in range(4) if g != person.group]
            group = self.chance.choices(others, [DEMAND[g] for g in others])[0]
            self.firsts[group].append(self.now)
            sent = replace(person, group=group)
            line = self.lines[group, person.is_privileged]
            line.appendleft((queued, sent))  # it keeps its place
            self._call(desk)
            self._wake(group)
        else:
            self._call(desk)

    def _next(self, groups: frozenset[int]) -> tuple[float, Person] | None:
        """The rule of hall/queue/rules.py, exactly."""

        def head(first: bool) -> tuple[float, Person] | None:
            return min((q[0] for g in groups if (q := self.lines[g, first])), key=lambda one: one[0], default=None)

        first, usual = head(True), head(False)
        chosen = first or usual
        if first is not None and usual is not None:
            may = self.run < RULES.most_in_row and self._given(usual[0], groups) < RULES.most_minutes * 60
            chosen = first if may or first[0] < usual[0] else usual
        if chosen is None:
            return None
        person = chosen[1]
        if usual is not None:
            self.run = self.run + 1 if chosen is first else 0
        is_early = chosen is first and usual is not None and usual[0] < chosen[0]
        self.calls[person.group].append(self.now)
        if is_early:
            self.overtaking[person.group].append(self.now)
        if person.is_privileged and not person.is_booked:
            self.firsts[person.group].append(self.now)
        self.lines[person.group, person.is_privileged].popleft()
        return chosen

    def _given(self, queued: float, groups: frozenset[int]) -> float:
        calls, early = (
            sum(len(of[g]) - bisect_left(of[g], queued) for g in groups) for of in (self.calls, self.overtaking)
        )
        return (self.now - queued) * early / calls if early else 0.0

    # ------------------------------------------------------------------------------------------ what is told

    def _note_gap(self, desk: Desk, queued: float) -> None:
        if desk.last is not None:
            group, called, ended = desk.last
            took = between(called, ended, self.now, queued)
            self.gaps.append((self.now, group, took))
            self.sums[group] += Tally(1.0, took, took * took)

    def lately(self) -> dict[int, Tally]:
        """The calls of the last hour; sums kept going, where the database is read anew each time."""
        since = self.now - RECENT.total_seconds()
        while self.gaps and (self.gaps[0][0] < since or len(self.gaps) > MOST_EVENTS // 2):
            _, group, took = self.gaps.popleft()
            self.sums[group] += Tally(-1.0, -took, -took * took)
        return self.sums

    def estimate_for(self, person: Person) -> Estimate:
        """As hall/queue/estimates.py does from the database."""
        today = self.lately()
        is_scanty = any(today[g].n < SCANTY for g in range(4))
        before = self.history if is_scanty else {}
        known = sum(today.values(), Tally())
        guess = known.seconds / known.n if known.n >= ENOUGH else UNKNOWN
        paces: dict[Kind, Pace] = {(g, None): pace_of(today[g], before.get(g, Tally()), guess) for g in range(4)}
        posts = [self._post(desk) for desk in self.desks if desk.is_open]
        line = [
            Waiting((group, None), queued - self.now, first)
            for (group, first), waiting in self.lines.items()
            for queued, _ in waiting
        ]
        mine = Waiting((person.group, None), 0.0, person.is_privileged)
        since = self.now - RECENT.total_seconds()
        calls, early = (
            sorted(at - self.now for of in kind.values() for at in of[bisect_left(of, since) :])
            for kind in (self.calls, self.overtaking)
        )
        order = Order(RULES.most_in_row, RULES.most_minutes * 60.0, calls[-MOST_EVENTS // 2 :], early)
        seen = outlook(mine, line + self._coming(), posts, paces, order)
        if seen is None:
            return Estimate(len(line), None, None, None)
        return estimate(seen, seen.before[mine.group], width_after(sum(self.settled), len(self.settled)))

    def _post(self, desk: Desk) -> Post:
        groups: frozenset[Kind] = frozenset((group, None) for group in desk.groups)
        if desk.busy is not None:
            return Post(groups, (desk.busy[0], None), self.now - desk.busy[1])
        return Post(groups, None, self.now - (desk.paused or self.now), desk.paused is not None)

    def count_lately(self, instants: list[float]) -> int:
        return len(instants) - bisect_left(instants, self.now - RECENT.total_seconds())

    def _coming(self) -> list[Waiting]:
        """Those who will go before: the booked who are not here yet, others at today's rate."""
        slots = Counter(self.booked)
        span = max(900.0, min(self.now, RECENT.total_seconds()))
        rates: dict[Kind, float] = {(g, None): self.count_lately(of) / span for g, of in self.firsts.items()}
        return coming([((group, None), slot - self.now, n) for (slot, group), n in slots.items()], rates)


@dataclass(frozen=True, slots=True)
class Truth:
    told: int
    inside: float
    error: float
    width: float
    waited: float


def truth(people: Sequence[Person], least: float = 0.0) -> Truth:
    """Shares and medians over the tickets that were told a range and waited `least` minutes or more."""
    kept = [(p.told, p.waited) for p in people if p.told and p.told.likely is not None and p.waited is not None]
    kept = [(told, waited) for told, waited in kept if waited >= least]
    if not kept:
        return Truth(0, 0, 0, 0, 0)
    inside = sum((t.low or 0) <= w <= (t.high or 0) for t, w in kept) / len(kept)
    error = statistics.median(abs((t.likely or 0) - w) / max(w, 1 / 60) for t, w in kept)
    width = statistics.fmean((t.high or 0) - (t.low or 0) for t, _ in kept)
    return Truth(len(kept), inside, error, width, statistics.fmean(w for _, w in kept))


def a_morning(variant: Variant, seed: int) -> Morning:
    """The morning of a seed, with the two workdays before it as its history."""
    history: dict[int, Tally] = {}
    for day in (1, 2):
        before = Morning(variant, seed * 1000 + day, {}, is_told=False).pass_by().lately()
        history = {g: history.get(g, Tally()) + before[g] for g in range(4)}
    return Morning(variant, seed * 1000, history).pass_by()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", default="101-110")
    asked.add_argument("--variant", choices=list(VARIANTS))
    options = asked.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    print(
        "| variant | seed | tickets | inside | median error | mean width | mean wait | 5 min or more: inside | error |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name in [options.variant] if options.variant else VARIANTS:
        every: list[Person] = []
        for seed in seeds:
            people = a_morning(VARIANTS[name], seed).people
            every += people
            _show(VARIANTS[name].name, str(seed), people)
        _show(VARIANTS[name].name, "all", every)


def _show(name: str, seed: str, people: Sequence[Person]) -> None:
    all_of_them, long = truth(people), truth(people, 5.0)
    print(
        f"| {name} | {seed} | {all_of_them.told:,} | {all_of_them.inside:.3f} | {all_of_them.error:.3f} "
        f"| {all_of_them.width:.1f} | {all_of_them.waited:.1f} | {long.inside:.3f} | {long.error:.3f} |"
    )


if __name__ == "__main__":
    main()
