"""What operators read from /metrics."""

import re

from kit import metrics


def read(line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", metrics.page().decode(), re.M)
    return float(found[1]) if found else 0.0


def test_counts_are_shown_by_outcome() -> None:
    before = read('bangban_callbacks_total{outcome="refused"}')
    metrics.callbacks.labels("refused").inc()
    assert read('bangban_callbacks_total{outcome="refused"}') == before + 1


def test_times_are_shown_up_to_the_deadline() -> None:
    before = read('bangban_turn_seconds_bucket{le="4.5"}')
    metrics.turn_seconds.observe(3)
    assert read('bangban_turn_seconds_bucket{le="4.5"}') == before + 1


def test_no_label_can_name_a_person() -> None:
    labels = set(re.findall(r'(\w+)="', metrics.page().decode()))
    assert labels <= {"outcome", "intent", "kind", "le"}
