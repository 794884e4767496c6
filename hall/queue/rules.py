"""The one rule by which people are called, as data, and the order that follows from it. Pure.

Words. A ticket stands *in turn* by `queued_at`, the earlier number first among equals. It is *privileged* when its kind
is listed in the rule; an appointment only from `early_minutes` before its slot begins, so that coming hours early
overtakes nobody. To call a privileged ticket while someone not privileged, who queued before it, waits is to call it
*before its turn*.

The rule. Next is the privileged ticket that has been privileged longest, if
  1. fewer than `most_in_row` privileged tickets have just been called in a row while others waited, and
  2. none of those it would overtake has *given* `most_minutes` already;
else, next is whoever has queued longest, privileged or not. Nobody waits for the sake of the rule itself: with only
privileged people there, or only others, it is the order of queueing.

What a ticket has *given*: the minutes since it queued, times the share of calls before their turn among all calls made
since then. Of 60 minutes with 40 calls, 6 of them before their turn, 9 minutes were given. It is the waiting that
people who came later have cost it; counted generously, since one or other of the 6 may have queued before it.

All of it is counted over the groups that the calling counter serves: the row of calls by the counters that serve a
group, the share among the calls from those groups.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from hall.queue.model import BadRules, Privilege, Ticket

STEP = timedelta(milliseconds=1)  # the finest instant there is
KINDS = (Privilege.APPOINTMENT, Privilege.ELDERLY, Privilege.DISABLED, Privilege.SOLDIER)


@dataclass(frozen=True, slots=True)
class Rules:
    privileged: tuple[Privilege, ...] = KINDS
    most_in_row: int = 2  # 0: nobody is called before their turn
    most_minutes: int = 15
    early_minutes: int = 15  # before its slot begins, from when on an appointment is privileged
    calls_before_missed: int = 3
    back_behind: int = 3  # people, when someone comes back after a miss
    soon_ahead: int = 3  # people ahead, when someone is told that their turn is near


PRIVILEGED = "哪些人优先"
LIMITS = {
    "most_in_row": ("最多连续优先几位", 0, 20),
    "most_minutes": ("最多让出几分钟", 0, 240),
    "early_minutes": ("预约提前几分钟起优先", 0, 240),
    "calls_before_missed": ("叫几次没有人来算过号", 1, 10),
    "back_behind": ("过号后排在几位后面", 1, 50),
    "soon_ahead": ("前面还有几位时提醒", 0, 50),
}


def read(given: Mapping[str, Any]) -> Rules:
    """Checked rules from plain data; what is left out is as in `Rules()`. Raises BadRules, naming all that is wrong."""
    known = {field.name for field in fields(Rules)}
    wrong = [f"没有“{name}”这一项，可写的有：{'、'.join(sorted(known))}。" for name in given if name not in known]
    for name, (meaning, least, most) in LIMITS.items():
        value = given.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            wrong.append(f"{name}（{meaning}）要是{least}到{most}的整数，现在写的是{value!r}。")
    kinds = given.get("privileged", [])
    if not isinstance(kinds, list | tuple) or not all(isinstance(k, str) and k in set(Privilege) for k in kinds):
        wrong.append(f"privileged（{PRIVILEGED}）要是一列，可选的有：{'、'.join(Privilege)}，现在写的是{kinds!r}。")
    elif len(set(kinds)) < len(kinds):
        wrong.append("privileged（哪些人优先）里有重复的。")
    if wrong:
        raise BadRules(errors=wrong, lines="\n".join(wrong))
    listed = {"privileged": tuple(map(Privilege, kinds))} if "privileged" in given else {}
    return Rules(**(dict(given) | listed))


def plain(rules: Rules) -> dict[str, Any]:
    """As it is kept and edited; `read` takes it back."""
    return asdict(rules) | {"privileged": list(rules.privileged)}


def say(rules: Rules) -> tuple[str, ...]:
    """The rule in plain lines, as everybody in the hall may read it."""
    last = (
        f"叫号{rules.calls_before_missed}次没有人到窗口，就算过号。",
        f"过号不用重新取号：说一声就排到前面{rules.back_behind}位普通号之后，不足{rules.back_behind}位就排在最后；不再优先。",
    )
    if not (rules.privileged and rules.most_in_row):
        return ("按取号先后叫号，没有优先。", *last)
    lines = [f"{'、'.join(kind.chinese for kind in rules.privileged)}优先，其余按取号先后叫号。"]
    if Privilege.APPOINTMENT in rules.privileged:
        lines.append(f"预约的从约定时间前{rules.early_minutes}分钟起优先，来得更早的先按取号先后排。")
    lines.append(f"有普通号在等时，最多连叫{rules.most_in_row}位优先号，接着叫排队最久的一位。")
    lines.append(f"普通号为优先号一共最多让{rules.most_minutes}分钟，让够了就不会再有后来的人先叫。")
    return (*lines, *last)


def told(rules: Rules) -> dict[str, Any]:
    """Each line of the rule by what it means, as the audit trail tells it."""
    return {PRIVILEGED: [kind.chinese for kind in rules.privileged]} | {
        meaning: getattr(rules, name) for name, (meaning, _, _) in LIMITS.items()
    }


@dataclass(frozen=True, slots=True)
class Flow:
    """What was called: `run` is of privileged tickets in a row while others waited; instants of calls are sorted."""

    run: int = 0
    calls: Sequence[datetime] = ()
    early: Sequence[datetime] = ()  # those of `calls` that were before their turn


def turn(ticket: Ticket) -> tuple[datetime, int]:
    """By which tickets stand in turn."""
    return ticket.queued_at, ticket.id


def privileged_from(ticket: Ticket, rules: Rules) -> datetime | None:
    """The instant from which a ticket is privileged; None: never."""
    if ticket.privilege is None or ticket.privilege not in rules.privileged or rules.most_in_row == 0:
        return None
    if ticket.privilege is Privilege.APPOINTMENT and ticket.starts_at is not None:
        return max(ticket.queued_at, ticket.starts_at - timedelta(minutes=rules.early_minutes))
    return ticket.queued_at


def is_privileged(ticket: Ticket, rules: Rules, now: datetime) -> bool:
    since = privileged_from(ticket, rules)
    return since is not None and since <= now


def given(ticket: Ticket, flow: Flow, now: datetime) -> timedelta:
    """The waiting that calls before their turn have cost a ticket so far."""
    calls = len(flow.calls) - bisect_left(flow.calls, ticket.queued_at)
    early = len(flow.early) - bisect_left(flow.early, ticket.queued_at)
    return (now - ticket.queued_at) * early / calls if early else timedelta()


def has_given_enough(ticket: Ticket, rules: Rules, flow: Flow, now: datetime) -> bool:
    """Whether nobody who came later is called before it any more."""
    return given(ticket, flow, now) >= timedelta(minutes=rules.most_minutes)


def order(waiting: Sequence[Ticket], rules: Rules, flow: Flow, now: datetime) -> list[Ticket]:
    """The tickets as they will be called, were nobody to come or go: the first is who is called next."""
    line = sorted(waiting, key=turn)
    privileged = {ticket.id for ticket in line if is_privileged(ticket, rules, now)}
    first = sorted(
        (ticket for ticket in line if ticket.id in privileged),
        key=lambda ticket: (privileged_from(ticket, rules), ticket.id),
    )
    others = [ticket for ticket in line if ticket.id not in privileged]
    if not first or not others:
        return line
    return _merge(line, first, others, _patient(others, rules, flow, now), rules, flow.run)


def _patient(others: list[Ticket], rules: Rules, flow: Flow, now: datetime) -> list[Ticket]:
    """Those who have given enough. Nobody has given more than all of their waiting, and asking that is cheap."""
    if not flow.early and rules.most_minutes:
        return []
    came_before = now - timedelta(minutes=rules.most_minutes)
    long = (ticket for ticket in others if ticket.queued_at <= came_before)
    return [ticket for ticket in long if has_given_enough(ticket, rules, flow, now)]


def _merge(
    line: list[Ticket], first: list[Ticket], others: list[Ticket], patient: list[Ticket], rules: Rules, run: int
) -> list[Ticket]:
    """`line` in turn, `first` the privileged by privilege, `others` not, `patient` those of them who have given enough.

    Each list is walked once: those already called are stepped over.
    """
    called: list[Ticket] = []
    gone: set[int] = set()
    at_line = at_first = at_others = at_patient = 0
    while len(called) < len(line):
        at_line, at_first = _skip(line, at_line, gone), _skip(first, at_first, gone)
        at_others, at_patient = _skip(others, at_others, gone), _skip(patient, at_patient, gone)
        following = line[at_line]
        somebody_waits = at_others < len(others)
        if at_first < len(first) and run < rules.most_in_row and somebody_waits:
            candidate = first[at_first]
            if at_patient == len(patient) or turn(candidate) < turn(patient[at_patient]):
                following = candidate
        if somebody_waits and following.id == others[at_others].id:
            run = 0
        elif somebody_waits:
            run += 1
        called.append(following)
        gone.add(following.id)
    return called


def _skip(tickets: list[Ticket], at: int, gone: set[int]) -> int:
    while at < len(tickets) and tickets[at].id in gone:
        at += 1
    return at


def run_after(ticket: Ticket, waiting: Sequence[Ticket], rules: Rules, run: int, now: datetime) -> int:
    """The run once `ticket`, one of those waiting, has been called; with only privileged ones there it stays."""
    if not is_privileged(ticket, rules, now):
        return 0
    return run + any(not is_privileged(other, rules, now) for other in waiting)


def is_before_its_turn(ticket: Ticket, waiting: Sequence[Ticket], rules: Rules, now: datetime) -> bool:
    """Whether calling `ticket` now overtakes somebody who is not privileged."""
    return any(turn(other) < turn(ticket) and not is_privileged(other, rules, now) for other in waiting)


def back_at(waiting: Sequence[Ticket], rules: Rules, now: datetime) -> datetime:
    """`queued_at` of someone who comes back after a miss and is privileged no more: their call is spent.

    Right behind the next `back_behind` who stand in turn (and behind whoever came back to that place before); at the
    end where there are fewer.
    """
    in_turn = sorted((one for one in waiting if not is_privileged(one, rules, now)), key=turn)
    if len(in_turn) < rules.back_behind:
        return now
    at, taken = in_turn[rules.back_behind - 1].queued_at + STEP, {one.queued_at for one in in_turn}
    while at in taken:
        at += STEP
    return at


def minutes(since: datetime, now: datetime) -> int:
    """Whole minutes gone by."""
    return max(0, math.floor((now - since) / timedelta(minutes=1)))
