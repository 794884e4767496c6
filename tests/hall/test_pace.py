"""The reckoning alone, and whole mornings in virtual time: is what people are told true?"""

from dataclasses import replace

import pytest

from bench.waits import CALM, RUSH, Truth, a_morning, truth
from hall.queue.pace import (
    ENOUGH,
    NARROWEST,
    PRIOR,
    UNKNOWN,
    WIDEST,
    Event,
    Kind,
    Order,
    Outlook,
    Pace,
    Post,
    Tally,
    Waiting,
    coming,
    estimate,
    outlook,
    pace_of,
    rest,
    tallies,
    width_after,
)

A: Kind = (1, None)
B: Kind = (2, None)
STEADY = {A: Pace(300.0, 90.0, 100.0), B: Pace(600.0, 180.0, 100.0)}
ORDER = Order()
ME = Waiting(A, 0.0)


def told(line: list[Waiting], posts: list[Post], order: Order = ORDER) -> Outlook:
    found = outlook(ME, line, posts, STEADY, order)
    assert found is not None
    return found


def counters(n: int, *kinds: Kind) -> list[Post]:
    return [Post(frozenset(kinds)) for _ in range(n)]


def in_line(n: int, kind: Kind = A) -> list[Waiting]:
    return [Waiting(kind, -10.0 * (n - i)) for i in range(n)]


def test_nobody_ahead_at_a_free_counter_is_called_at_once() -> None:
    assert told([], counters(1, A)).seconds == 0


def test_each_ahead_costs_one_pace_and_counters_share_them() -> None:
    assert told(in_line(4), counters(1, A)).seconds == 1200
    assert told(in_line(4), counters(2, A)).seconds == 600
    assert told(in_line(4), counters(2, A)).before == {A: 4}


def test_counter_that_serves_others_too_calls_whoever_queued_first() -> None:
    others = in_line(2, B)
    assert told(others, counters(1, A)).seconds == 0
    seen = told(others, counters(1, A, B))
    assert (seen.seconds, seen.before.get(A, 0)) == (1200, 0)


def test_without_an_open_counter_nobody_can_say() -> None:
    assert outlook(ME, [], counters(3, B), STEADY, ORDER) is None


def test_who_is_likely_to_come_and_go_before_is_reckoned_with() -> None:
    soon = [Waiting(A, 100.0, is_privileged=True)]
    assert told(in_line(2), counters(1, A)).seconds == 600
    assert told([*in_line(2), *soon], counters(1, A)).seconds == 900


def test_no_more_go_before_in_a_row_than_the_rule_allows() -> None:
    first = [Waiting(A, -5.0, is_privileged=True) for _ in range(5)]
    allowed = outlook(Waiting(A, -60.0), first, counters(1, A), STEADY, Order(most_in_row=2))
    assert allowed is not None and allowed.seconds == 600


def test_who_has_given_enough_is_overtaken_no_more() -> None:
    first = [Waiting(A, -5.0, is_privileged=True) for _ in range(2)]
    patient = outlook(Waiting(A, -3600.0), first, counters(1, A), STEADY, Order(2, 900.0, [-1800.0, -900.0], [-900.0]))
    assert patient is not None and patient.seconds == 0


def test_booked_who_are_not_here_yet_come_around_their_slot() -> None:
    expected = coming([(A, 1800.0, 10)], {B: 1 / 600})
    of_a = [one.queued for one in expected if one.group == A]
    assert len(of_a) == 8 and min(of_a) >= 1200 and max(of_a) <= 3300
    assert len([one for one in expected if one.group == B]) == 9
    assert coming([(A, -1600.0, 10)], {}) == []


def test_longer_service_leaves_a_lognormal_rest() -> None:
    varied = Pace(300.0, 240.0, 50.0)
    assert rest(varied, 0.0) == 300
    assert 200 < rest(varied, 300.0) < 260
    assert rest(varied, 900.0) > rest(varied, 300.0)


def test_pause_ends_after_as_long_as_it_has_lasted() -> None:
    away = [Post(frozenset({A}), None, 600.0, is_paused=True)]
    assert told([], away).seconds == 600


def test_more_ahead_are_less_certain_in_minutes_and_more_in_proportion() -> None:
    few, many = told(in_line(5), counters(2, A)), told(in_line(50), counters(2, A))
    assert few.spread < many.spread
    assert few.spread / few.seconds > many.spread / many.seconds


def test_range_is_whole_minutes_outwards() -> None:
    told_now = estimate(Outlook(600.0, 120.0, {}), 5)
    assert (told_now.ahead, told_now.low, told_now.high, told_now.likely) == (5, 7, 13, 10.0)
    at_once = estimate(Outlook(0.0, 10.0, {}), 0)
    assert (at_once.low, at_once.high) == (0, 1)


def test_todays_pace_outweighs_history_as_the_day_goes_on() -> None:
    history = Tally(400, 400 * 300.0, 400 * 300.0**2)
    early, late = Tally(4, 4 * 600.0, 4 * 600.0**2), Tally(400, 400 * 600.0, 400 * 600.0**2)
    assert 300 < pace_of(early, history).seconds < 350
    assert pace_of(late, history).seconds > 570
    assert pace_of(Tally(), history).n == PRIOR


def test_without_any_call_the_pace_is_a_guess_and_known_as_one() -> None:
    guess = pace_of(Tally(), Tally())
    assert guess.seconds == UNKNOWN and guess.n < ENOUGH


def test_pace_runs_from_call_to_call_but_not_through_idle_time() -> None:
    events = [
        Event(1, 7, 0.0, is_call=True),
        Event(1, 7, 280.0, is_call=False),
        Event(1, 7, 300.0, is_call=True, queued=-50.0),  # was waiting: 300 s from call to call
        Event(1, 7, 500.0, is_call=False),
        Event(1, 8, 1200.0, is_call=True, queued=1190.0),  # nobody was there: 200 s, to the end only
        Event(2, 8, 1300.0, is_call=True),
    ]
    assert tallies(events) == {7: Tally(2, 500.0, 300.0**2 + 200.0**2)}


def test_range_widens_after_misses_and_narrows_after_hits_within_limits() -> None:
    assert width_after(0, 0) == 1.0
    assert width_after(25, 50) > 1.5
    assert width_after(50, 50) < 1.0
    assert width_after(50, 50) >= NARROWEST and width_after(0, 50) == WIDEST


# ------------------------------------------------------------------------------------------------ whole mornings


@pytest.fixture(scope="module")
def rush() -> Truth:
    """3,000 people at 12 counters: walk-ins, appointments, no-shows, transfers, pauses (bench/waits.py)."""
    return truth(a_morning(RUSH, 201).people)


def test_morning_of_three_thousand_is_told_truly(rush: Truth) -> None:
    assert rush.told > 2700
    assert rush.inside >= 0.80
    assert rush.error < 0.25


def test_range_helps_whoever_reads_it(rush: Truth) -> None:
    assert rush.width < rush.waited


def test_hall_of_an_ordinary_day_is_told_truly_too() -> None:
    mornings = [truth(a_morning(replace(CALM, name=""), seed).people) for seed in (201, 202, 203)]
    assert sum(one.inside * one.told for one in mornings) / sum(one.told for one in mornings) >= 0.80


def test_same_seed_tells_the_same_twice() -> None:
    short = replace(CALM, people=60)
    assert truth(a_morning(short, 5).people) == truth(a_morning(short, 5).people)
