"""Buckets: a burst, then a steady rate, each key for itself, in bounded memory."""

import pytest

from kit.limits import Buckets


def test_burst_goes_through_and_then_one_a_second() -> None:
    buckets = Buckets(burst=3, per_second=1.0)
    assert [buckets.take("a", 100.0) for _ in range(4)] == [0.0, 0.0, 0.0, pytest.approx(1.0)]
    assert buckets.take("a", 100.5) == pytest.approx(0.5)
    assert [buckets.take("a", 101.0), buckets.take("a", 101.0) > 0] == [0.0, True]


def test_refused_attempts_do_not_make_the_wait_longer() -> None:
    buckets = Buckets(burst=1, per_second=0.5)
    assert buckets.take("a", 0.0) == 0.0
    assert [buckets.take("a", 1.0) for _ in range(50)] == [pytest.approx(1.0)] * 50
    assert buckets.take("a", 2.0) == 0.0


def test_one_key_does_not_slow_another() -> None:
    buckets = Buckets(burst=1, per_second=0.1)
    assert [buckets.take(key, 5.0) for key in ("a", "a", "b")] == [0.0, pytest.approx(10.0), 0.0]


def test_rested_bucket_is_full_and_no_fuller() -> None:
    buckets = Buckets(burst=2, per_second=1.0)
    buckets.take("a", 0.0)
    assert [buckets.take("a", 1000.0) > 0 for _ in range(3)] == [False, False, True]


def test_memory_stays_bounded_however_many_come() -> None:
    buckets = Buckets(burst=2, per_second=0.001, most=100)
    assert {buckets.take(number, 0.0) for number in range(5000)} == {0.0}
    assert len(buckets._full_at) <= 100


def test_newcomers_push_out_those_who_have_rested_first() -> None:
    buckets = Buckets(burst=1, per_second=1.0, most=4)
    for key in ("rested", "b", "c"):
        buckets.take(key, 0.0)
    buckets.take("busy", 10.0)
    buckets.take("new", 10.0)
    assert buckets.take("busy", 10.0) > 0
