"""What the figures mean: each counted on a handful of outcomes that can be counted by hand."""

import pytest

from knowledge.index import Index, Vocabulary
from knowledge.matching import Search
from knowledge.measuring import Labelled, Outcome, calibrate, summed
from knowledge.model import Entry
from knowledge.reading import load_lexicon
from knowledge.shelf import load_weights


def outcome(ids: str, found: str, sure: float, done: str = "answer") -> Outcome:
    return Outcome(Labelled("问", frozenset(ids.split())), sure, tuple(found.split()), done, 1.0)


def test_figures_are_what_the_contract_says_they_are() -> None:
    made = summed(
        [
            outcome("a", "a b", 0.9),  # answered rightly
            outcome("b", "a b", 0.8),  # answered wrongly
            outcome("c", "b d c", 0.4, "suggest"),  # offered with the right one
            outcome("d", "a b c e d", 0.1, "unknown"),
            outcome("", "a", 0.7),  # nothing answers it, answered all the same
            outcome("", "b", 0.2, "unknown"),
        ]
    )
    assert (made.n_in, made.n_out, made.top1, made.recall3) == (4, 2, 0.25, 0.75)
    assert made.mrr3 == pytest.approx((1 + 1 / 2 + 1 / 3) / 4)
    assert (made.answered, made.answered_right) == (0.5, pytest.approx(1 / 3))
    assert (made.wrong_answers, made.right_answers) == (pytest.approx(2 / 6), 0.25)
    assert (made.suggested_right, made.refused_right) == (0.25, 0.5)
    assert made.coverage_at_95 == 0.25  # only the surest one can be answered with all answers right
    assert made.auroc == pytest.approx(5 / 8)


def test_equally_sure_answers_stand_or_fall_together() -> None:
    made = summed([outcome("a", "a", 0.9), outcome("b", "a", 0.9), outcome("c", "c", 0.5)])
    assert made.coverage_at_95 == 0.0


def test_nothing_asked_is_nothing_measured() -> None:
    made = summed([])
    assert (made.n_in, made.top1, made.auroc, made.coverage_at_95) == (0, 0.0, 0.0, 0.0)


def test_calibration_keeps_the_precision_it_promises() -> None:
    entries = [
        Entry("hours", "大厅几点上班？"),
        Entry("licence", "营业执照怎么办？"),
        Entry("fund", "公积金怎么提取？"),
    ]
    search = Search(Index.build(entries, Vocabulary(load_lexicon())), load_weights())
    asked = [
        Labelled("几点开门", frozenset({"hours"})),
        Labelled("办执照", frozenset({"licence"})),
        Labelled("公积金提出来", frozenset({"fund"})),
        Labelled("公积金贷款利率", frozenset()),
        Labelled("今天天气", frozenset()),
    ]
    made = calibrate(search, asked, precision=1.0)
    assert (made.precision, made.refused_right, made.is_enough) == (1.0, 1.0, False)
    assert made.least_precision < made.precision
    assert made.suggest_at <= made.answer_at
