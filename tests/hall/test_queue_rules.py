"""The one written rule: what it says, and that the order really keeps it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.queue.model import BadRules, Privilege, Ticket
from hall.queue.rules import (
    Flow,
    Rules,
    back_at,
    has_given_enough,
    is_before_its_turn,
    is_privileged,
    order,
    plain,
    read,
    run_after,
    say,
    turn,
)
from hall.queue.rules import given as minutes_given
from tests.hall.lines import a_ticket, after

E, A = Privilege.ELDERLY, Privilege.APPOINTMENT
NOW = after(60)


def a_queue(kinds: str) -> list[Ticket]:
    """One ticket a minute from 10:00 on: `.` in turn, `e` elderly."""
    return [a_ticket(n, after(n), E if kind == "e" else None) for n, kind in enumerate(kinds, 1)]


def called(waiting: list[Ticket], rules: Rules | None = None, flow: Flow | None = None) -> list[int]:
    return [ticket.id for ticket in order(waiting, rules or Rules(), flow or Flow(), NOW)]


def test_usual_rule_is_said_in_plain_words() -> None:
    assert say(Rules()) == (
        "预约、老人、残疾人、军人优先，其余按取号先后叫号。",
        "预约的从约定时间前15分钟起优先，来得更早的先按取号先后排。",
        "有普通号在等时，最多连叫2位优先号，接着叫排队最久的一位。",
        "普通号为优先号一共最多让15分钟，让够了就不会再有后来的人先叫。",
        "叫号3次没有人到窗口，就算过号。",
        "过号不用重新取号：说一声就排到前面3位普通号之后，不足3位就排在最后；不再优先。",
    )


@pytest.mark.parametrize("rules", [Rules(privileged=()), Rules(most_in_row=0)])
def test_hall_without_privilege_says_so_and_calls_in_turn(rules: Rules) -> None:
    assert say(rules)[0] == "按取号先后叫号，没有优先。"
    assert called(a_queue("..ee."), rules) == [1, 2, 3, 4, 5]


def test_rules_survive_being_kept() -> None:
    rules = Rules(privileged=(E, Privilege.TRANSFERRED), most_in_row=1, most_minutes=30)
    assert read(plain(rules)) == rules
    assert read({"most_in_row": 1}) == Rules(most_in_row=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"most_in_row": 99}, "most_in_row（最多连续优先几位）要是0到20的整数，现在写的是99。"),
        ({"most_minutes": "15"}, "most_minutes（最多让出几分钟）要是0到240的整数，现在写的是'15'。"),
        ({"calls_before_missed": True}, "calls_before_missed（叫几次没有人来算过号）要是1到10的整数，现在写的是True。"),
        ({"back_behind": 0}, "back_behind（过号后排在几位后面）要是1到50的整数，现在写的是0。"),
        ({"privileged": ["elderly", "vip"]}, "privileged（哪些人优先）要是一列，可选的有：appointment、elderly、"),
        ({"privileged": ["elderly", "elderly"]}, "privileged（哪些人优先）里有重复的。"),
        ({"faster": 1}, "没有“faster”这一项，可写的有：back_behind、"),
    ],
)
def test_bad_rules_are_refused_with_what_is_wrong(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRules) as refused:
        read(wrong)
    assert said in refused.value.message
    assert len(refused.value.details["errors"]) == 1


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(BadRules) as refused:
        read({"most_in_row": -1, "back_behind": None, "privileged": "elderly"})
    assert len(refused.value.details["errors"]) == 3


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("....", [1, 2, 3, 4]),
        ("eeee", [1, 2, 3, 4]),
        ("..e.", [3, 1, 2, 4]),
        ("..eee.", [3, 4, 1, 5, 2, 6]),  # two in a row, then who has waited longest
        ("eee.", [1, 2, 3, 4]),  # the third came before the other, so it overtakes nobody
        ("..eeeeee", [3, 4, 1, 5, 6, 2, 7, 8]),
    ],
)
def test_at_most_two_privileged_are_called_in_a_row(kinds: str, expected: list[int]) -> None:
    assert called(a_queue(kinds)) == expected


def test_row_goes_on_from_what_was_called_before() -> None:
    assert called(a_queue("..ee"), flow=Flow(run=1)) == [3, 1, 4, 2]
    assert called(a_queue("..ee"), flow=Flow(run=2)) == [1, 3, 4, 2]


def test_appointment_is_privileged_only_shortly_before_its_slot() -> None:
    waiting = [a_ticket(1, after(0)), a_ticket(2, after(1), A, starts_at=NOW + timedelta(minutes=16))]
    assert called(waiting) == [1, 2]
    waiting[1] = a_ticket(2, after(1), A, starts_at=NOW + timedelta(minutes=15))
    assert called(waiting) == [2, 1]


def test_appointments_that_came_early_are_called_by_their_slots() -> None:
    late = a_ticket(2, after(1), A, starts_at=after(70))
    soon = a_ticket(3, after(2), A, starts_at=after(60))
    assert called([a_ticket(1, after(0)), late, soon]) == [3, 2, 1]


def test_given_is_the_share_of_calls_before_their_turn() -> None:
    calls = [after(minute) for minute in range(10, 50)]
    flow = Flow(0, calls, calls[:6])
    assert minutes_given(a_ticket(1, after(0)), flow, NOW) == timedelta(minutes=9)  # 60 minutes, 6 of 40 calls
    assert minutes_given(a_ticket(1, after(20)), flow, NOW) == timedelta()  # the six were before it came


def test_who_has_given_enough_is_overtaken_no_more() -> None:
    calls = [after(minute) for minute in range(10, 50)]
    waiting = a_queue("..ee")
    assert called(waiting, Rules(most_minutes=9), Flow(0, calls, calls[:6])) == [3, 4, 1, 2]  # 8 minutes 51 seconds
    assert called(waiting, Rules(most_minutes=8), Flow(0, calls, calls[:6])) == [1, 2, 3, 4]


def test_coming_back_is_behind_the_next_three_in_turn() -> None:
    waiting = a_queue("..e..")
    back = a_ticket(9, back_at(waiting, Rules(), NOW))
    assert called([*waiting, back]) == [3, 1, 2, 4, 9, 5]
    again = a_ticket(8, back_at([*waiting, back], Rules(), NOW))
    assert called([*waiting, back, again]) == [3, 1, 2, 4, 9, 8, 5]  # not before who came back first


def test_coming_back_to_a_short_line_is_at_its_end() -> None:
    assert back_at(a_queue(".ee."), Rules(), NOW) == NOW


# ------------------------------------------------------------------------------------------------ for any queue

kinds = st.sampled_from([None, None, E, Privilege.SOLDIER, A])
people = st.lists(st.tuples(st.integers(0, 120), kinds, st.integers(0, 150)), min_size=1, max_size=40)
rule = st.builds(Rules, most_in_row=st.integers(0, 3), most_minutes=st.integers(0, 20))


def a_crowd(drawn: list[tuple[int, Privilege | None, int]]) -> list[Ticket]:
    return [
        a_ticket(n, after(came - 60), kind, starts_at=after(slot - 60) if kind is A else None)
        for n, (came, kind, slot) in enumerate(drawn, 1)
    ]


@settings(max_examples=300, deadline=None)
@given(people, rule, st.integers(0, 3), st.lists(st.tuples(st.integers(0, 120), st.booleans()), max_size=60))
def test_order_keeps_the_rule_for_any_queue(
    drawn: list[tuple[int, Privilege | None, int]], rules: Rules, run: int, calls: list[tuple[int, bool]]
) -> None:
    waiting = a_crowd(drawn)
    calls = sorted(calls)
    flow = Flow(run, [after(at - 60) for at, _ in calls], [after(at - 60) for at, early in calls if early])
    ordered = order(waiting, rules, flow, NOW)
    assert sorted(ticket.id for ticket in ordered) == [ticket.id for ticket in waiting]
    others = [ticket for ticket in ordered if not is_privileged(ticket, rules, NOW)]
    assert others == sorted(others, key=turn)  # among themselves nobody overtakes
    left = list(ordered)
    while left:
        following = left.pop(0)
        overtaken = [one for one in left if turn(one) < turn(following) and one in others]
        if overtaken:
            assert is_privileged(following, rules, NOW)
            assert is_before_its_turn(following, left, rules, NOW)
            assert run < rules.most_in_row
            assert not any(has_given_enough(one, rules, flow, NOW) for one in overtaken)
        run = run_after(following, left, rules, run, NOW)


@settings(max_examples=100, deadline=None)
@given(people, rule, st.integers(0, 3))
def test_order_is_what_calling_one_by_one_gives(
    drawn: list[tuple[int, Privilege | None, int]], rules: Rules, run: int
) -> None:
    waiting = a_crowd(drawn)
    foretold, one_by_one = order(waiting, rules, Flow(run), NOW), []
    while waiting:
        following = order(waiting, rules, Flow(run), NOW)[0]
        waiting.remove(following)
        one_by_one.append(following)
        run = run_after(following, waiting, rules, run, NOW)
    assert one_by_one == foretold
