"""How long one will wait: the line played through over the open counters. Pure; seconds from now (decision 0013).

A group's pace is the time from call to call at a counter with people waiting: the way, the service, misses and short
pauses are all in it. Today's calls come first, the last workdays stand behind them as `PRIOR` calls would. The waiting
are then called in the hall's own order, each counter free again a mean pace later; those who will come and go before
(appointments, elderly, disabled, soldiers) are played in at the times they are likely to come. The range is as wide as
that many services vary, widened or narrowed by how the last estimates came true.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from statistics import NormalDist

PRIOR = 25.0  # history counts like this many of today's calls: days differ by a good tenth, calls by 0.8 of their mean
UNKNOWN = 360.0  # seconds from call to call where there is neither history nor a call today: said to be a guess
GUESS_WEIGHT = 2.0
ENOUGH = 6.0  # calls known of, today or before, for no guess to be needed
LONG_PAUSE = 1200.0  # a longer time from the end of one to the call of the next is no part of the pace
LEAST_CV = 0.3  # fewer calls than this tell nothing of the spread
USUAL_CV = 0.8
DOUBT = 0.12  # of the wait: the pace of the coming half hour is not that of the last one
Z = 1.45  # half widths: 85 % of a normal spread, for 80 % to be sure
PAUSE_AT_LEAST = 150.0  # a counter that paused is back after as long as it has been away, and not before this
MOST_STEPS = 3000  # calls played through at most

AHEAD = 5400.0  # how far those who will go before are foreseen
SHOWS = 0.85  # of those booked
COME_EARLY, COME_LATE = 600.0, 1500.0  # they come between so long before and after the start of their slot

TARGET = 0.86  # of the last estimates, the share that should have held
GAIN = 3.0
NARROWEST, WIDEST = 0.7, 2.0

Kind = tuple[int, str | None]  # of people: their group, with the matter where counters serve only some of a group's

_standard = NormalDist()


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over times from call to call, in seconds; `n` may be weighted."""

    n: float = 0.0
    seconds: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.n + other.n, self.seconds + other.seconds, self.squares + other.squares)

    def weighing(self, n: float) -> "Tally":
        """The same times, counted as `n` of them where there are more."""
        share = min(1.0, n / self.n) if self.n else 0.0
        return Tally(self.n * share, self.seconds * share, self.squares * share)


@dataclass(frozen=True, slots=True)
class Event:
    """At a counter, in seconds: a ticket of `group` that queued at `queued` is called, or is done there."""

    counter: int
    group: int
    at: float
    is_call: bool
    queued: float = 0.0


def between(called: float, ended: float, following: float, queued: float) -> float:
    """From a call to the next; only to its end where nobody had queued by then, or the counter was left for long."""
    is_idle = queued > ended or following - ended > LONG_PAUSE
    return (ended if is_idle else following) - called


def tallies(events: Iterable[Event]) -> dict[int, Tally]:
    """By group, from what happened at a hall's counters, in the order of time."""
    sums: dict[int, Tally] = {}
    last: dict[int, tuple[int, float, float | None]] = {}  # by counter: whom it called, when, and the end
    for event in events:
        before = last.get(event.counter)
        if not event.is_call:
            if before is not None:
                last[event.counter] = (*before[:2], event.at)
            continue
        if before is not None:
            group, called, ended = before
            took = between(called, event.at if ended is None else ended, event.at, event.queued)
            sums[group] = sums.get(group, Tally()) + Tally(1.0, took, took * took)
        last[event.counter] = (event.group, event.at, None)
    return sums


@dataclass(frozen=True, slots=True)
class Pace:
    """Mean and spread (standard deviation) of the seconds from call to call, and how many calls stand behind them."""

    seconds: float
    spread: float
    n: float


def pace_of(today: Tally, history: Tally, guess: float = UNKNOWN) -> Pace:
    """Today's pace with history behind it; with little of both, a guess as well, seen in its small `n`."""
    known = today + history.weighing(PRIOR)
    w = GUESS_WEIGHT
    every = known if known.n >= ENOUGH else known + Tally(w, w * guess, w * guess**2 * (1 + USUAL_CV**2))
    mean = every.seconds / every.n
    spread = math.sqrt(max(every.squares / every.n - mean * mean, (LEAST_CV * mean) ** 2))
    return Pace(mean, spread, every.n)


def rest(pace: Pace, elapsed: float) -> float:
    """How much longer a service takes that has gone on for `elapsed`: what a lognormal time has left, on average."""
    if elapsed <= 0:
        return pace.seconds
    variance = math.log(1 + (pace.spread / pace.seconds) ** 2)
    sigma = math.sqrt(variance)
    middle = (math.log(pace.seconds / elapsed) - variance / 2) / sigma
    longer = _standard.cdf(middle)
    if longer < 1e-3:
        return pace.seconds
    return max(0.0, pace.seconds * _standard.cdf(middle + sigma) / longer - elapsed)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One in the line. `queued` is negative for those who are here, positive for those who are likely to come."""

    group: Kind
    queued: float
    is_privileged: bool = False
    people: int = 1  # in a long line several stand as one
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """An open counter. `busy` is the group of whom it serves, None: free; `since` seconds ago. A pause: `is_paused`."""

    groups: frozenset[Kind]
    busy: Kind | None = None
    since: float = 0.0
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """The hall's written rule (hall/queue/rules.py), with the calls it goes by: when they were, negative and sorted."""

    most_in_row: int = 2
    most_seconds: float = 900.0  # what anybody gives to those who came later
    calls: Sequence[float] = ()
    early: Sequence[float] = ()  # those of `calls` that were before their turn


def coming(booked: Iterable[tuple[Kind, float, int]], rates: Mapping[Kind, float]) -> list[Waiting]:
    """Those who are likely to come and go before: `booked` as (group, seconds until the slot, how many are not here
    yet), `rates` of others in a group by the second. Each expected person once, evenly over the time they come in.
    """
    expected: list[Waiting] = []
    for group, starts, count in booked:
        since, until = max(0.0, starts - COME_EARLY), min(starts + COME_LATE, AHEAD)
        gone = min(1.0, max(0.0, (COME_EARLY - starts) / (COME_EARLY + COME_LATE)))
        share = SHOWS * (1 - gone) / (1 - SHOWS * gone)
        share *= max(0.0, until - since) / max(1.0, starts + COME_LATE - since)
        expected += _evenly(group, since, until, count * share)
    for group, rate in rates.items():
        expected += _evenly(group, 0.0, AHEAD, rate * AHEAD)
    return expected


def _evenly(group: Kind, since: float, until: float, count: float) -> list[Waiting]:
    return [Waiting(group, since + (until - since) * (n + 0.5) / count, True) for n in range(round(count))]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds until the call and their spread; of each kind, how many who are here now are called before."""

    seconds: float
    spread: float
    before: Mapping[Kind, int]


def frees(posts: Sequence[Post], paces: Mapping[Kind, Pace]) -> list[float]:
    """When each counter is likely to call again.

    Counters alike do not all end after the mean of what they have left, but one by one: over 0 to twice the mean.
    """
    alike: dict[frozenset[Kind], list[tuple[float, int]]] = {}
    ends = [0.0] * len(posts)
    for place, post in enumerate(posts):
        if post.is_paused:
            ends[place] = max(PAUSE_AT_LEAST, post.since)
        elif post.busy is not None:
            alike.setdefault(post.groups, []).append((rest(paces[post.busy], post.since), place))
    for busy in alike.values():
        for nth, (left, place) in enumerate(sorted(busy), 1):
            ends[place] = left * 2 * nth / (len(busy) + 1)
    return ends


def linked(group: Kind, posts: Iterable[Post]) -> frozenset[Kind]:
    """The groups whose people may take a counter from this one's, directly or through others."""
    found, before, posts = {group}, 0, list(posts)
    while len(found) > before:
        before = len(found)
        for post in posts:
            if found & post.groups:
                found |= post.groups
    return frozenset(found)


class _Line:
    """The line as it is called from: by kind, those in turn and those privileged, the oldest last."""

    def __init__(self, line: Iterable[Waiting], order: Order) -> None:
        self.order, self.run = order, 0
        self.calls, self.early = list(order.calls), list(order.early)
        self.queues: dict[tuple[Kind, bool], list[Waiting]] = {}
        for one in line:
            self.queues.setdefault((one.group, one.is_privileged), []).append(one)
        for queue in self.queues.values():
            queue.sort(key=lambda one: one.queued, reverse=True)

    def of(self, groups: Iterable[Kind], is_privileged: bool) -> "_Queues":
        kinds = sorted(groups, key=lambda kind: (kind[0], kind[1] or ""))  # sets are in another order in each process
        return [queue for kind in kinds if (queue := self.queues.get((kind, is_privileged)))]

    def next(self, privileged: "_Queues", others: "_Queues", at: float) -> Waiting | None:
        """Whom a counter with these queues calls at this time; None: nobody is there yet."""
        first, usual = _oldest(privileged), _oldest(others)
        if first is not None and first[-1].queued > at:
            first = None
        if first is not None and usual is not None:
            is_early = usual[-1].queued < first[-1].queued
            may = self.run < self.order.most_in_row and not self._has_given(usual[-1].queued, at)
            chosen = first if may or not is_early else usual
            self.run = self.run + 1 if chosen is first else 0
            if chosen is first and is_early:
                self.early.append(at)
        elif usual is not None:
            chosen, self.run = usual, 0
        elif first is not None:
            chosen = first
        else:
            return None
        self.calls.append(at)
        return chosen.pop()

    def _has_given(self, queued: float, at: float) -> bool:
        """Waiting, times the share of calls before their turn since then: what `rules.given` counts."""
        if at - queued < self.order.most_seconds:
            return False
        early = len(self.early) - bisect_left(self.early, queued)
        calls = len(self.calls) - bisect_left(self.calls, queued)
        return early > 0 and (at - queued) * early >= self.order.most_seconds * calls


_Queues = list[list[Waiting]]


def _oldest(queues: _Queues) -> list[Waiting] | None:
    """The queue whose head has waited longest."""
    found: list[Waiting] | None = None
    for queue in queues:
        if queue and (found is None or queue[-1].queued < found[-1].queued):
            found = queue
    return found


def outlook(
    mine: Waiting, line: Iterable[Waiting], posts: Sequence[Post], paces: Mapping[Kind, Pace], order: Order
) -> Outlook | None:
    """Plays the calling through until `mine` is called. None: no counter that is open serves the group."""
    those = linked(mine.group, posts)
    here = [post for post in posts if post.groups & those]
    serving = [bool(mine.group in post.groups) for post in here]
    if not any(serving):
        return None
    calls = _Line([mine, *(one for one in line if one.group in those)], order)
    queues = [(calls.of(post.groups, True), calls.of(post.groups, False)) for post in here]
    free = [(at, place) for place, at in enumerate(frees(here, paces))]
    heapify(free)
    before: Counter[Kind] = Counter()
    variance = at = 0.0
    for _ in range(MOST_STEPS):
        if not free:
            break
        at, place = heappop(free)
        called = calls.next(*queues[place], at)
        if called is mine:
            break
        if called is None:
            if later := _oldest(queues[place][0]):
                heappush(free, (later[-1].queued, place))
            continue
        pace = paces[called.group]
        if serving[place]:
            variance += called.people * (pace.spread**2 + (pace.seconds**2 if called.queued > 0 else 0.0))
        if called.queued <= 0:
            before[called.group] += called.people
        heappush(free, (at + called.people * pace.seconds, place))
    counters = sum(serving)
    own = paces[mine.group]
    variance += own.spread**2 * sum(post.busy is not None for post, does in zip(here, serving, strict=True) if does) / 3
    doubt = (DOUBT**2 + (own.spread / own.seconds) ** 2 / own.n) * at * at
    return Outlook(at, math.sqrt(variance / counters**2 + doubt), before)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes until the call, and how many of the same group are ahead.

    `low`, `high` and `likely` are None where no open counter serves the group: nobody can say then. `is_guess`: hardly
    a call is known to reckon with, today or before.
    """

    ahead: int
    low: int | None
    high: int | None
    likely: float | None
    is_guess: bool = False


def estimate(
    seen: Outlook, ahead: int, width: float = 1.0, *, is_guess: bool = False, rests: Sequence[tuple[float, float]] = ()
) -> Estimate:
    """Whole minutes outwards: 8.2 to 11.4 is told as 8 to 12. `rests`: as `across` takes them."""
    half = Z * width * seen.spread
    low = max(0, math.floor(across(seen.seconds - half, rests) / 60))
    high = max(1, math.ceil(across(seen.seconds + half, rests) / 60))
    return Estimate(ahead, low, high, across(seen.seconds, rests) / 60, is_guess)


def across(seconds: float, rests: Sequence[tuple[float, float]]) -> float:
    """When so many seconds of work are over, with the breaks on the way: each begins at a second and lasts so long."""
    for begins, lasts in rests:
        seconds += lasts if seconds > begins else 0.0
    return seconds


def width_after(inside: int, settled: int) -> float:
    """How much wider than the spread alone, from how many of the last settled estimates held. Few tell little."""
    if not settled:
        return 1.0
    held = (inside + TARGET * 10) / (settled + 10)
    return min(WIDEST, max(NARROWEST, 1.0 + GAIN * (TARGET - held)))
