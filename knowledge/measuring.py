"""How well questions find their entries, and which thresholds to answer at. Pure but for the clock and the memory
it reads.

A question counts as answered when the entry is told outright, as suggested when two or three are offered. A thin
question ("在哪里办") is asked back, whatever its best entry. Definitions as in the contract: see `Measured`.
"""

import resource
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from knowledge.combiner import Weights
from knowledge.index import Index, Vocabulary
from knowledge.matching import OFFERED, Hit, Search
from knowledge.model import Entry
from knowledge.second_look import SecondLook
from knowledge.tokens import Lexicon

PRECISION = 0.95
ENOUGH, ENOUGH_FOREIGN = 200, 0.15  # labelled questions, and the share of them that nothing answers (retrieval.md §4)


@dataclass(frozen=True)
class Labelled:
    """A question and the ids any of which answers it; none: nothing does."""

    text: str
    ids: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What became of a question: how sure, its best entries, what would be done at the shipped thresholds."""

    asked: Labelled
    sure: float
    found: tuple[str, ...]
    done: str
    spent_ms: float

    @property
    def is_right(self) -> bool:
        return bool(self.found) and self.found[0] in self.asked.ids


@dataclass(frozen=True)
class Measured:
    """`top1`, `recall3`, `mrr3`: of questions in scope. `answered`: of all questions, told outright at the
    shipped thresholds; `answered_right`: of those, the right ones. `suggested_right`: of those in scope, offered
    with the right one among them. `wrong_answers`: of all, answered outright and wrongly. `right_answers`: of
    those in scope, answered outright and rightly. `refused_right`: of those out of scope, not answered outright.
    `coverage_at_95`: of those in scope, answered rightly at the threshold that keeps 95 % of everything answered
    right. `auroc`: of how sure, in scope against out of scope.
    """

    n_in: int
    n_out: int
    top1: float
    recall3: float
    mrr3: float
    answered: float
    answered_right: float
    suggested_right: float
    wrong_answers: float
    right_answers: float
    refused_right: float
    coverage_at_95: float
    auroc: float
    p50_ms: float
    p99_ms: float
    build_s: float
    rss_mb: float

    def as_json(self) -> dict[str, float]:
        return {key: round(value, 4) for key, value in asdict(self).items()}


def evaluate(
    entries: Iterable[Entry],
    questions: Sequence[Labelled],
    lexicon: Lexicon,
    weights: Weights,
    second: SecondLook | None = None,
) -> Measured:
    """Builds an index of these entries alone and asks it everything, each question timed in processor time."""
    started = time.process_time()
    search = Search(Index.build(entries, Vocabulary(lexicon)), weights, second)
    spent = time.process_time() - started
    return summed([ask(search, each) for each in questions], spent)


def ask(search: Search, asked: Labelled) -> Outcome:
    """One question, as the library asks it."""
    started = time.process_time()
    told = _told(search, asked, search.find(asked.text))
    return replace(told, spent_ms=(time.process_time() - started) * 1000)


def _told(search: Search, asked: Labelled, hits: Sequence[Hit]) -> Outcome:
    """What becomes of a question with these hits at the thresholds of this search."""
    done = search.decide(hits)
    if search.is_number(asked.text) or (done != "answer" and search.is_thin(asked.text)):
        done = "ask_back"
    sure = hits[0].score if hits and done != "ask_back" else 0.0
    return Outcome(asked, sure, tuple(hit.entry_id for hit in hits), done, 0.0)


def summed(outcomes: Sequence[Outcome], build_s: float = 0.0) -> Measured:
    """The figures of these outcomes; shares of nothing are 0."""
    inside = [each for each in outcomes if each.asked.ids]
    outside = [each for each in outcomes if not each.asked.ids]
    answered = [each for each in outcomes if each.done == "answer"]
    right = sum(each.is_right for each in answered)
    times = [each.spent_ms for each in outcomes] or [0.0]
    best = [_rank(each) for each in inside]
    offered = [e for e in inside if e.done == "suggest" and e.asked.ids & set(e.found[:OFFERED])]
    return Measured(
        n_in=len(inside),
        n_out=len(outside),
        top1=_share(sum(rank == 1 for rank in best), inside),
        recall3=_share(sum(0 < rank <= OFFERED for rank in best), inside),
        mrr3=_share(sum(1 / rank for rank in best if 0 < rank <= OFFERED), inside),
        answered=_share(len(answered), outcomes),
        answered_right=_share(right, answered),
        suggested_right=_share(len(offered), inside),
        wrong_answers=_share(len(answered) - right, outcomes),
        right_answers=_share(right, inside),
        refused_right=_share(sum(each.done != "answer" for each in outside), outside),
        coverage_at_95=_coverage(outcomes, len(inside)),
        auroc=_auroc([each.sure for each in inside], [each.sure for each in outside]),
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
        build_s=build_s,
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _rank(outcome: Outcome) -> int:
    """The place of the first right entry, 0 when there is none."""
    return next((place for place, each in enumerate(outcome.found, 1) if each in outcome.asked.ids), 0)


def _share(part: float, of: Sequence[object]) -> float:
    return part / len(of) if of else 0.0


def _coverage(outcomes: Sequence[Outcome], inside: int) -> float:
    return max((right for _, right, precision in _sweep(outcomes) if precision >= PRECISION), default=0) / (inside or 1)


def _sweep(outcomes: Sequence[Outcome]) -> Iterable[tuple[float, int, float]]:
    """For each threshold that makes a difference, from high to low: it, how many answered rightly, of how many in 1."""
    ranked = sorted(outcomes, key=lambda each: -each.sure)
    right = 0
    for place, each in enumerate(ranked, 1):
        right += each.is_right
        if place == len(ranked) or ranked[place].sure < each.sure:
            yield each.sure, right, right / place


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    if not inside or not outside:
        return 0.0
    one, other = np.array(inside)[:, None], np.array(outside)[None, :]
    return float(((one > other) + 0.5 * (one == other)).mean())


# ------------------------------------------------------------------------------------------------ thresholds


@dataclass(frozen=True)
class Calibrated:
    """Thresholds for labelled questions: what to expect of them, and whether the questions were enough to believe it.

    `least_precision` is the lower end of a 95 % interval (Wilson) for `precision`.
    """

    answer_at: float
    suggest_at: float
    precision: float
    least_precision: float
    answered_right: float
    suggested_right: float
    refused_right: float
    questions: int
    is_enough: bool

    def as_json(self) -> Mapping[str, float]:
        return {key: round(value, 4) for key, value in asdict(self).items()}


def calibrate(search: Search, questions: Sequence[Labelled], precision: float = PRECISION) -> Calibrated:
    """The lowest `answer_at` that keeps this share of everything answered right, and a `suggest_at` that goes with it.

    `suggest_at` is where offering three helps in every second case: the lowest chance of the best three, taken
    together, of which at least half hold the right one.
    """
    asked = [(each, search.find(each.text)) for each in questions]
    outcomes = [_told(search, each, hits) for each, hits in asked]
    fitting = [(sure, right) for sure, right, share in _sweep(outcomes) if share >= precision and sure > 0]
    answer_at = min((sure for sure, _ in fitting), default=1.0)
    suggest_at = _suggest_at(asked, answer_at)
    calibrated = replace(search, weights=replace(search.weights, answer_at=answer_at, suggest_at=suggest_at))
    again = [_told(calibrated, each, hits) for each, hits in asked]
    made = summed(again)
    answered = sum(each.done == "answer" for each in again)
    foreign = made.n_out / max(1, len(questions))
    return Calibrated(
        answer_at=answer_at,
        suggest_at=suggest_at,
        precision=made.answered_right,
        least_precision=_least(made.answered_right, answered),
        answered_right=made.right_answers,
        suggested_right=made.suggested_right,
        refused_right=made.refused_right,
        questions=len(questions),
        is_enough=len(questions) >= ENOUGH and foreign >= ENOUGH_FOREIGN,
    )


def _suggest_at(asked: Iterable[tuple[Labelled, Sequence[Hit]]], answer_at: float) -> float:
    seen = []
    for each, hits in asked:
        best = hits[:OFFERED]
        if best and best[0].score < answer_at:
            seen.append((sum(hit.score for hit in best), bool(each.ids & {hit.entry_id for hit in best})))
    helped, lowest = 0, answer_at
    for place, (chance, is_helped) in enumerate(sorted(seen, reverse=True), 1):
        helped += is_helped
        if 2 * helped >= place:
            lowest = min(lowest, chance)
    return lowest


def _least(share: float, of: int, z: float = 1.96) -> float:
    if not of:
        return 0.0
    spread = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return float((share + z * z / (2 * of) - spread) / (1 + z * z / of))
