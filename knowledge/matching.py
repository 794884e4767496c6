"""Which entries a sentence is about, how sure that is, and what to do with it: answer, offer, ask back, say
unknown. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from knowledge import features
from knowledge.arrays import Floats
from knowledge.combiner import HINTS, Weights, chances
from knowledge.index import Hints, Index
from knowledge.second_look import SecondLook

Decision: TypeAlias = Literal["answer", "suggest", "ask_back", "unknown"]
OFFERED = 3
WEIGHTY = 2  # characters or letters that are not only the shape of a question


@dataclass(frozen=True)
class Hit:
    """An entry with the chance, 0..1, that it is meant; `row` is its wording that fits best, `unmatched` the weightiest
    word of the question it lacks.

    `is_topical`: the question names the entry, or has a word of every group it needs, and none of the wrong ones.
    `is_settled`: topical with words of two kinds or more.
    """

    entry_id: str
    score: float
    row: str
    unmatched: str
    exact: bool = False
    is_topical: bool = False
    is_settled: bool = False


@dataclass(frozen=True)
class Search:
    """An index with what it is searched by."""

    index: Index
    weights: Weights
    second: SecondLook | None = None  # at what the weights leave unsure

    def find(self, text: str, n: int = 5) -> list[Hit]:
        """The best entries for a question as it was typed, best first."""
        index = self.index
        lexicon = index.vocabulary.lexicon
        query = lexicon.words.normalise(text)
        if not query or not len(index):
            return []
        exact = index.exact.get(query)
        hits = self._hits(query, n)
        if exact is None:
            return hits
        first = Hit(index.ids[exact], 1.0, query, "", exact=True)
        return [first, *(hit for hit in hits if hit.entry_id != first.entry_id)][:n]

    def _hits(self, query: str, n: int) -> list[Hit]:
        index = self.index
        asked = features.question(index, index.read(query))
        rows = features.recall(index, asked)
        if not len(rows):
            return []
        compared = features.compare(index, asked, rows)
        entries = compared.entries.tolist()
        hints = np.zeros((len(entries), len(HINTS)), np.float32)
        for place, entry in enumerate(entries):
            if known := index.hints.get(entry):
                hints[place] = hinted(known, query)
        sure, none = chances(self.weights, compared, hints)
        if self.second:
            sure = self.second.chances(query, [index.texts[row] for row in compared.best_rows.tolist()], sure, none)
        return [
            self._hit(entries[place], compared, place, float(sure[place]), hints[place])
            for place in np.argsort(-sure)[:n].tolist()
        ]

    def _hit(self, entry: int, compared: features.Compared, place: int, sure: float, hints: Floats) -> Hit:
        row = self.index.texts[compared.best_rows[place]]
        _, is_wrong, is_named, _, has_needs, has_all = (bool(each) for each in hints)
        is_topical = (is_named or has_needs) and not is_wrong
        return Hit(
            self.index.ids[entry], round(min(0.999, sure), 4), row, compared.missing[place], False,
            is_topical, is_topical and has_all,
        )  # fmt: skip

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """Answer only what is likely enough; else offer two or three; else say we do not know."""
        if not hits:
            return "unknown"
        if hits[0].exact or hits[0].score >= self.weights.answer_at:
            return "answer"
        return "suggest" if sum(hit.score for hit in hits[:OFFERED]) >= self.weights.suggest_at else "unknown"

    def is_thin(self, text: str) -> bool:
        """Whether there is nothing in it to answer to: single characters, words that only shape a question."""
        words = self.index.vocabulary.lexicon.words
        query = words.normalise(text)
        if query in self.index.exact:
            return False
        cut = [word for word in words.cut(query) if word not in words.shape and not word.isdigit()]
        return not any(len(word) > 1 for word in cut) and len("".join(cut)) < WEIGHTY

    def is_number(self, text: str) -> bool:
        """Whether it is only digits and letters, and none of ours (12366): the number of a case, or a slip."""
        query = self.index.vocabulary.lexicon.words.normalise(text)
        return query.isascii() and query not in self.index.exact


def hinted(hints: Hints, query: str) -> tuple[bool, ...]:
    """In the order of HINTS: what an editor's words for an entry say of a normalised question."""
    lacks = any(not any(word in query for word in group) for group in hints.need)
    is_wrong = any(word in query for word in hints.avoid)
    is_named = any(name in query for name in hints.known_by)
    has_needs = bool(hints.need) and not lacks
    is_unnamed = bool(hints.known_by) and not is_named
    return lacks, is_wrong, is_named, is_unnamed, has_needs, has_needs and len(hints.need) > 1
