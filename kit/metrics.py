"""What operators watch, in Prometheus' text format. Each worker counts for itself; labels never name a person."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client import Counter as Counter

registry = CollectorRegistry()

callbacks = Counter("bangban_callbacks", "WeChat callbacks by outcome", ["outcome"], registry=registry)
turns = Counter(
    "bangban_turns", "Turns of conversation by intent and kind of answer", ["intent", "kind"], registry=registry
)
turn_seconds = Histogram(
    "bangban_turn_seconds",
    "From a callback's arrival to its answer",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4.5),
    registry=registry,
)
late_answers = Counter("bangban_late_answers", "Answers sent as customer messages", ["outcome"], registry=registry)
questions_lost = Counter("bangban_questions_lost", "Questions not kept, too many at once", registry=registry)
guesses = Counter("bangban_guesses", "Guesses at query codes and sign-ins, by outcome", ["outcome"], registry=registry)
live_age = Gauge("bangban_live_age_seconds", "Since the version table was last read", registry=registry)
screens = Gauge("bangban_screens", "Screens that follow a board", registry=registry)


def page() -> bytes:
    """The exposition of this worker's numbers."""
    return generate_latest(registry)
