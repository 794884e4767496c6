"""Makes knowledge/data/second_look.toml: `make second-look` (two minutes; needs the extra `semantic`).

Five weights, learned from the same questions as the combiner's (tools/weights.py): those of tax2022, and one division
of our own library into wordings kept and wordings asked. What the combiner made of each is taken as it ships.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import features, second_look  # noqa: E402
from knowledge.combiner import HINTS, Weights, chances  # noqa: E402
from knowledge.index import Index  # noqa: E402
from knowledge.policies import DATA  # noqa: E402
from knowledge.reading import load_lexicon  # noqa: E402
from knowledge.second_look import LOOKED_AT, NAMES, SecondLook  # noqa: E402
from knowledge.shelf import load_weights  # noqa: E402
from knowledge.tokens import Lexicon  # noqa: E402
from tools import weights as learning  # noqa: E402
from tools.weights import Asked, Learn, Sample  # noqa: E402

ANSWER_AT = 0.74  # set by hand: as many wrong answers to tax2022 as without a second look, cross-validated


def main() -> None:
    lexicon, look = load_lexicon(), SecondLook(second_look.model(), second_look.NOTHING_LEARNED)
    learn = learner(look, load_weights())
    samples = [*of_tax(lexicon, learn, learning.tax_questions()), *learning.held_out(lexicon, 1, learn)]
    rows = [f"answer_at = {ANSWER_AT}"]
    rows += [f"{name} = {weight:.3f}" for name, weight in zip(NAMES, fitted(samples).tolist(), strict=True)]
    head = f"# Made by `make second-look` from {len(samples)} labelled questions; see knowledge/second_look.py."
    (DATA / "second_look.toml").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def of_tax(lexicon: Lexicon, learn: Learn, asked: Sequence[Asked]) -> Iterator[Sample]:
    """Each question of tax2022 twice: to entries with all their wordings, where words say most of it, and to their bare
    questions, where the sentence has to.
    """
    for is_bare in (False, True):
        yield from learn(learning.tax_index(lexicon, is_bare=is_bare), asked, learning.LABELLED_COUNTS)


def learner(look: SecondLook, weights: Weights) -> Learn:
    """What makes of questions what there is to learn from them."""

    def samples_of(index: Index, asked: Sequence[Asked], counts: float) -> Iterator[Sample]:
        for text, ids in asked:
            query = index.vocabulary.lexicon.words.normalise(text)
            question = features.question(index, index.read(query)) if query else None
            rows = features.recall(index, question) if question else ()
            if not question or not len(rows):
                continue
            compared = features.compare(index, question, rows)
            sure, none = chances(weights, compared, np.zeros((len(compared.entries), len(HINTS)), np.float32))
            best = np.argsort(-sure)[:LOOKED_AT]
            found = [index.ids[entry] for entry in compared.entries[best].tolist()]
            right = -1 if ids is None else next((n for n, each in enumerate(found) if each in ids), -2)
            if right > -2:
                texts = [index.texts[row] for row in compared.best_rows[best].tolist()]
                yield *look.numbers(query, texts, sure[best], none), right, counts

    return samples_of


def fitted(samples: Sequence[Sample]) -> np.ndarray:
    """The weights these samples teach, in the order of NAMES."""
    return np.asarray(learning.fit(samples, learning.PENALTY), np.float32)


if __name__ == "__main__":
    main()
