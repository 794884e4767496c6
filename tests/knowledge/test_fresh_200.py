"""Two hundred questions by somebody who saw the entries' questions and none of their wordings, asked after these were
written. Nothing was tuned to them: bench/seed.py prints what they get, with the worst ten."""

from pathlib import Path

from bench.seed import measure
from knowledge.library import Library

QUESTIONS = Path(__file__).parent / "fresh_200.toml"


def test_fresh_questions_are_mostly_answered_and_seldom_wrongly(library: Library) -> None:
    made = measure(library, QUESTIONS)
    assert (made.asked, made.foreign) == (200, 40)
    assert (made.top1 >= 0.80, made.answered_rightly >= 0.63, made.answered_wrongly <= 0.12) == (True,) * 3
    assert made.foreign_answered <= 2


def test_none_of_them_is_a_wording_of_ours(library: Library) -> None:
    assert [case.asked for case in measure(library, QUESTIONS).cases if case.is_ours] == []
