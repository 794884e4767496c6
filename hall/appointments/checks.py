"""Whether the rules let someone book, move or cancel, and what their lapses lead to. Pure: history in, a fact out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hall.appointments.model import NOON_HOUR, Slot, State, half_day
from hall.appointments.refusals import (
    Banned,
    LimitReached,
    NeedsKey,
    OutsideWindow,
    PastCutoff,
    SlotGone,
    SlotNotForMatter,
)
from hall.appointments.rules import (
    KEY_FIELDS,
    SCOPE_NAMES,
    Cutoff,
    Key,
    Lapse,
    Limit,
    Of,
    Per,
    Rules,
    Threshold,
    Window,
)
from hall.places.model import Spans, YearNotPublished
from kit.clock import day_of, instant_at, local, say_day, say_time
from kit.errors import Problem

IsWorkday = Callable[[date], bool]
Hours = Callable[[date], Spans]
LONGEST_LOOK_DAYS = 90  # working days are sought no further: no window is as long


@dataclass(frozen=True, slots=True)
class Past:
    """One booking of someone's history. `is_own_lapse`: cancelled by themselves or missed, and not excused by staff."""

    id: int  # of the appointment; 0 while it is not yet written
    slot_id: int
    group_id: int
    matter_id: str
    on: date
    starts_at: datetime
    ends_at: datetime
    state: State
    booked_at: datetime
    ended_at: datetime | None
    is_own_lapse: bool
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ban:
    """A pause in force for one mark; `group_id` and `matter_id` narrow what it stops."""

    id: int
    mark: str
    group_id: int | None
    matter_id: str | None
    rule: str
    until_at: datetime

    @property
    def scope(self) -> Of:
        return Of.MATTER if self.matter_id else Of.GROUP if self.group_id else Of.HALL


@dataclass(frozen=True, slots=True)
class Wish:
    """A place someone wants. `marks`: what the form lets them be counted by."""

    slot: Slot
    matter_id: str
    marks: Mapping[Key, str]


def unfit(slot: Slot | None, hall_id: str, group_id: int, matter_name: str, now: datetime) -> Problem | None:
    """Why nobody can have a place in the slot for this matter, whatever the rules: SlotGone, SlotNotForMatter."""
    if slot is None or slot.starts_at <= now or slot.closure_id is not None:
        return SlotGone()
    return SlotNotForMatter(matter=matter_name) if (slot.hall_id, slot.group_id) != (hall_id, group_id) else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says to a wish. `rule` in words; `counted`: the bookings it counted."""

    rule: str
    said: Problem | None
    counted: tuple[Past, ...] = ()


NO_PAUSE = "没有停约"


def verdicts(
    rules: Rules, wish: Wish, history: Sequence[Past], bans: Iterable[Ban], is_workday: IsWorkday, now: datetime
) -> Iterator[Verdict]:
    """Every rule in the order in which it is asked. A day that nobody can know is refused, and raises nothing: others
    in the same batch are not concerned."""
    yield Verdict(NO_PAUSE, banned(bans, wish, now))
    yield Verdict(rules.window.say(), outside_window(rules, wish.slot.on, is_workday, now))
    for limit in rules.limits:
        yield _over_limit(limit, rules, wish, history, is_workday, now)


def refusal(
    rules: Rules, wish: Wish, history: Sequence[Past], bans: Iterable[Ban], is_workday: IsWorkday, now: datetime
) -> Problem | None:
    """The first rule that says no, None when all let it be."""
    every = verdicts(rules, wish, history, bans, is_workday, now)
    return next((one.said for one in every if one.said is not None), None)


def banned(bans: Iterable[Ban], wish: Wish, now: datetime) -> Banned | None:
    held = set(wish.marks.values())
    for ban in bans:
        is_about = ban.group_id in (None, wish.slot.group_id) and ban.matter_id in (None, wish.matter_id)
        if ban.mark in held and is_about and now < ban.until_at:
            until = f"{say_day(day_of(ban.until_at))}"
            until_at = local(ban.until_at).isoformat()
            return Banned(rule=ban.rule, until=until_at, until_words=until, scope=SCOPE_NAMES[ban.scope])
    return None


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The days that can be booked now; `last_on` None: as far as slots are out."""

    first_on: date
    last_on: date | None

    def hold(self, on: date) -> bool:
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)

    def say(self) -> str:
        if self.last_on is None:
            return f"{say_day(self.first_on)}和以后"
        is_one = self.first_on == self.last_on
        return say_day(self.first_on) if is_one else f"{say_day(self.first_on)}到{say_day(self.last_on)}"


def open_days(rules: Rules, is_workday: IsWorkday, now: datetime) -> OpenDays:
    """Working days are counted from today, which is day 0 whether it is worked or not. Raises YearNotPublished.

    Where the calendar is not published to the end of the window, the window ends with it: in the last days of December
    tomorrow can still be booked.
    """
    window, today = rules.window, day_of(now)
    if window == Window():
        return OpenDays(today, None)
    days, not_published = _workdays(today, is_workday, max(window.last or 0, window.first))
    if window.first > len(days):
        assert not_published is not None, "the days end early where a year is not published"
        raise not_published
    first_on = today if window.first == 0 else days[window.first - 1]
    if window.last is None:
        return OpenDays(first_on, None)
    last_on = ([today, *days])[min(window.last, len(days))]
    is_early = window.release is not None and local(now).time() < window.release
    if is_early and first_on <= last_on:
        last_on = ([today, *days])[min(max(window.last - 1, 0), len(days))]
    return OpenDays(first_on, last_on)


def outside_window(rules: Rules, on: date, is_workday: IsWorkday, now: datetime) -> Problem | None:
    """Why a day cannot be booked now: OutsideWindow or YearNotPublished; None when it can."""
    try:
        opened = open_days(rules, is_workday, now)
        return None if opened.hold(on) else _outside(rules, opened, on, is_workday)
    except YearNotPublished as not_published:
        return not_published


def _outside(rules: Rules, opened: OpenDays, on: date, is_workday: IsWorkday) -> OutsideWindow:
    last_on = opened.last_on and opened.last_on.isoformat()
    said = {"rule": rules.window.say(), "days": opened.say(), "first_on": opened.first_on.isoformat()}
    if on < opened.first_on:
        return OutsideWindow(**said, last_on=last_on, opens_at=None, next="请选里面的一天；急事可以到大厅现场取号。")
    opens_at = _opens_at(rules, on, is_workday)
    when = f"{say_day(day_of(opens_at))}{say_time(opens_at)}" if rules.window.release else say_day(day_of(opens_at))
    next_step = f"您选的{say_day(on)}从{when}起可以约。"
    return OutsideWindow(**said, last_on=last_on, opens_at=local(opens_at).isoformat(), next=next_step)


def _opens_at(rules: Rules, on: date, is_workday: IsWorkday) -> datetime:
    day, left = on, rules.window.last or 0
    while left:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return instant_at(day, rules.window.release or time(0))


def _workdays(after: date, is_workday: IsWorkday, n: int) -> tuple[list[date], YearNotPublished | None]:
    """The next `n` workdays; fewer, and why, where the calendar is not published that far."""
    day, found = after, list[date]()
    while len(found) < n:
        day += timedelta(days=1)
        try:
            found += [day] if is_workday(day) else []
        except YearNotPublished as not_published:
            return found, not_published
    return found, None


def _over_limit(
    limit: Limit, rules: Rules, wish: Wish, history: Sequence[Past], is_workday: IsWorkday, now: datetime
) -> Verdict:
    held_by = [wish.marks[key] for key in limit.by if key in wish.marks]
    if not held_by:
        needed = NeedsKey(fields=list(limit.by), what="或".join(KEY_FIELDS[key] for key in limit.by))
        return Verdict(limit.say(), needed)
    in_span = _span_of(limit, rules, wish, is_workday, now)
    most: tuple[Past, ...] = ()
    for mark in held_by:
        held = tuple(past for past in history if mark in past.marks and _is_of(limit.of, past, wish) and in_span(past))
        if len(held) >= limit.most:
            until, hint = _when_it_would_do(limit, wish, now)
            reached = LimitReached(rule=limit.say(), held=len(held), until=until, next=hint)
            return Verdict(limit.say(), reached, held)
        most = max(most, held, key=len)
    return Verdict(limit.say(), None, most)


def _is_of(of: Of, past: Past, wish: Wish) -> bool:
    if of is Of.MATTER:
        return past.matter_id == wish.matter_id
    return of is Of.HALL or past.group_id == wish.slot.group_id


def _span_of(limit: Limit, rules: Rules, wish: Wish, is_workday: IsWorkday, now: datetime) -> Callable[[Past], bool]:
    if limit.per is Per.AT_ONCE:
        return lambda past: past.state is State.BOOKED and past.ends_at > now
    if limit.per is Per.WINDOW:
        today, last = day_of(now), rules.window.last
        last_on = None if last is None else ([today, *_workdays(today, is_workday, last)[0]])[-1]
        return lambda past: (
            past.state is not State.CANCELLED and today <= past.on and (last_on is None or past.on <= last_on)
        )
    if limit.counts_made:
        span = _spans(limit.per, now)
        return lambda past: _spans(limit.per, past.booked_at) == span
    span = _spans(limit.per, wish.slot.starts_at)
    return lambda past: past.state is not State.CANCELLED and _spans(limit.per, past.starts_at) == span


def _spans(per: Per, instant: datetime) -> object:
    day = day_of(instant)
    if per is Per.HALF_DAY:
        return half_day(instant)
    if per is Per.WEEK:
        return day.isocalendar()[:2]
    return (day.year, day.month) if per is Per.MONTH else day


def _when_it_would_do(limit: Limit, wish: Wish, now: datetime) -> tuple[str | None, str]:
    """The day from which the limit lets the next one be (ISO), and how to say it."""
    day = day_of(now) if limit.counts_made else wish.slot.on
    if limit.per in (Per.AT_ONCE, Per.WINDOW):
        return None, "请先取消一个用不上的，再约这个。"
    if limit.per is Per.HALF_DAY and not limit.counts_made:
        return day.isoformat(), "请换个半天，或改动已经约好的那个。"
    if limit.per is Per.WEEK:
        until = day + timedelta(days=7 - day.weekday())
    elif limit.per is Per.MONTH:
        until = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        until = day + timedelta(days=1)
    if limit.counts_made:
        return until.isoformat(), f"{say_day(until)}起可以再约；急事可以到大厅现场取号。"
    return until.isoformat(), f"请选{say_day(until)}以后的号，或改动已经约好的那个。"


# ------------------------------------------------------------------------------------------------ moving, cancelling


def past_cutoff(
    cutoff: Cutoff, starts_at: datetime, hours: Hours, is_workday: IsWorkday, now: datetime
) -> PastCutoff | None:
    """Whether it is too late to move or cancel what begins at `starts_at`."""
    until = last_change_at(cutoff, starts_at, hours, is_workday)
    if now < until:
        return None
    words = f"{say_day(day_of(until))}{say_time(until)}"
    return PastCutoff(rule=cutoff.say(), until=local(until).isoformat(), until_words=words)


def last_change_at(cutoff: Cutoff, starts_at: datetime, hours: Hours, is_workday: IsWorkday) -> datetime:
    """The instant from which on a change is too late."""
    if not cutoff.half_workdays:
        return starts_at - timedelta(hours=cutoff.hours)
    day, is_afternoon = half_day(starts_at)
    left = cutoff.half_workdays
    for _ in range(LONGEST_LOOK_DAYS * 2):
        day, is_afternoon = (day, False) if is_afternoon else (day - timedelta(days=1), True)
        opens = _half_opens(hours(day), is_afternoon) if is_workday(day) else None
        left -= opens is not None
        if opens is not None and left == 0:
            return instant_at(day, opens)
    return starts_at


def _half_opens(spans: Spans, is_afternoon: bool) -> time | None:
    return next((opens for opens, _ in spans if (opens.hour >= NOON_HOUR) == is_afternoon), None)


# ------------------------------------------------------------------------------------------------ lapses


@dataclass(frozen=True, slots=True)
class Count:
    """How many lapses one person has under one threshold, with the last one."""

    threshold: Threshold
    mark: str
    held: int

    @property
    def is_reached(self) -> bool:
        return self.held >= self.threshold.most

    @property
    def is_warning(self) -> bool:
        """One more and booking stops; with a threshold of one there is nothing to warn of."""
        return 0 < self.held == self.threshold.most - 1


STATE_OF = {Lapse.NO_SHOW: State.NO_SHOW, Lapse.CANCEL: State.CANCELLED}


def counts(
    rules: Rules,
    lapse: Lapse,
    marks: Mapping[Key, str],
    group_id: int,
    matter_id: str,
    past: Sequence[Past],
    now: datetime,
) -> list[Count]:
    """Every threshold that a fresh lapse bears on, with the lapses counted under it, the fresh one among them."""
    found = []
    for threshold in rules.thresholds:
        if lapse not in threshold.counts:
            continue
        since = threshold.within.back_from(now)
        states = {STATE_OF[kind] for kind in threshold.counts}
        for mark in (marks[key] for key in threshold.by if key in marks):
            held = sum(
                1
                for one in past
                if one.is_own_lapse and one.state in states and mark in one.marks
                and one.ended_at is not None and since <= one.ended_at <= now
                and (threshold.scope is not Of.GROUP or one.group_id == group_id)
                and (threshold.scope is not Of.MATTER or one.matter_id == matter_id)
            )  # fmt: skip
            found.append(Count(threshold, mark, held))
    return found
