"""Which entry a question is about. Pure: entries in, hits out.

The seam: `Index.build(entries, words)`, `index.search(text)` → hits with a score in 0..1, `decide(hits)`. Issue 3 puts
a trained combiner where `_score` is; nothing outside this file knows how a score comes about.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Literal

from rapidfuzz import fuzz

from knowledge.model import Entry
from knowledge.words import Words

ROWS_RESCORED = 32
ANSWER_AT, LEAD = 0.60, 0.03
SUGGEST_AT = 0.42
# An entry whose needed words are all there may score less, when it stands out from the rest.
TOPICAL_ANSWER_AT, TOPICAL_LEAD = 0.42, 0.12
# Where it needs words of two kinds and the question has both, less still: the wording is new, the subject is not.
SETTLED_ANSWER_AT, SETTLED_LEAD = 0.26, 0.10
TOPICAL_SUGGEST_AT = 0.22
ANSWER_TEXT_WEIGHT = 0.6
MISSING_NEED, WRONG_WORD = 0.5, 0.5
Decision = Literal["answer", "suggest", "ask_back", "unknown"]


@dataclass(frozen=True)
class Hit:
    """An entry with how well it fits; `row` is the wording that fits best, `unmatched` what of the question is left.

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
class _Row:
    text: str
    entry: int
    grams: Mapping[str, float]
    norm: float


def grams(text: str) -> list[str]:
    """Characters and pairs of neighbours."""
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]


@dataclass(frozen=True)
class Index:
    """An immutable snapshot: swap the whole of it."""

    entries: tuple[Entry, ...]
    words: Words
    _rows: tuple[_Row, ...]
    _exact: Mapping[str, int]
    _postings: Mapping[str, tuple[tuple[int, float], ...]]
    _idf: Mapping[str, float]
    _vocabulary: tuple[Mapping[str, float], ...]
    _texts: tuple[str, ...]
    _unknown_idf: float

    @classmethod
    def build(cls, entries: Iterable[Entry], words: Words) -> "Index":
        """Built once per snapshot: about 0.2 ms a wording."""
        kept = tuple(entries)
        asked = [[words.normalise(text) for text in (entry.question, *entry.variants)] for entry in kept]
        answers = [words.normalise(entry.answer) for entry in kept]
        idf = _idf(["".join(texts) + answer for texts, answer in zip(asked, answers, strict=True)])
        rows: list[_Row] = []
        exact: dict[str, int] = {}
        postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, texts in enumerate(asked):
            for text in dict.fromkeys(filter(None, texts)):
                row = _row(text, number, idf)
                for gram, weight in row.grams.items():
                    postings[gram].append((len(rows), weight / row.norm))
                rows.append(row)
                exact.setdefault(text, number)
        vocabulary = tuple(_vocabulary(texts, answer) for texts, answer in zip(asked, answers, strict=True))
        joined = tuple("|".join([*texts, answer]) for texts, answer in zip(asked, answers, strict=True))
        frozen = {gram: tuple(numbers) for gram, numbers in postings.items()}
        return cls(kept, words, tuple(rows), exact, frozen, idf, vocabulary, joined, math.log(1 + len(kept)) + 1)

    def search(self, text: str, n: int = 5) -> list[Hit]:
        """The best entries for a question as it was typed, best first."""
        query = self.words.normalise(text)
        if not query:
            return []
        number = self._exact.get(query)
        hits = self._score(query)
        if number is not None:
            entry = self.entries[number]
            first = Hit(entry.id, 1.0, query, "", exact=True)
            hits = [first, *(hit for hit in hits if hit.entry_id != entry.id)]
        return hits[:n]

    def _candidates(self, weights: Mapping[str, float]) -> list[int]:
        """The rows that share most weight with the question."""
        shared = [0.0] * len(self._rows)
        for gram, weight in weights.items():
            for row, share in self._postings.get(gram, ()):
                shared[row] += weight * share
        best = nlargest(ROWS_RESCORED, range(len(shared)), key=shared.__getitem__)
        return [row for row in best if shared[row]]

    def _score(self, query: str) -> list[Hit]:
        weights = {gram: self._idf.get(gram, self._unknown_idf) * n for gram, n in Counter(grams(query)).items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        rare = self._weighty_words(query)
        best: dict[int, tuple[float, str]] = {}
        for number in self._candidates(weights):
            row = self._rows[number]
            cosine = sum(w * row.grams.get(gram, 0.0) for gram, w in weights.items()) / (norm * row.norm)
            alike = 0.6 * cosine + 0.4 * fuzz.ratio(query, row.text) / 100
            if alike > best.get(row.entry, (0.0, ""))[0]:
                best[row.entry] = (alike, row.text)
        hits = [self._hit(query, weights, rare, entry, alike, row) for entry, (alike, row) in best.items()]
        return sorted(hits, key=lambda hit: hit.score, reverse=True)

    def _hit(
        self, query: str, weights: Mapping[str, float], rare: Mapping[str, float], number: int, alike: float, row: str
    ) -> Hit:
        entry, vocabulary, text = self.entries[number], self._vocabulary[number], self._texts[number]
        total = sum(weights.values()) or 1.0
        covered = sum(weight * vocabulary.get(gram, 0.0) for gram, weight in weights.items()) / total
        left = {word: weight for word, weight in rare.items() if word not in text}
        word, penalty = max(left.items(), key=lambda pair: pair[1], default=("", 0.0))
        lacks = any(not any(option in query for option in group) for group in entry.need)
        is_wrong = any(option in query for option in entry.avoid)
        is_named = any(name in query for name in entry.known_by)
        is_topical = (is_named or (bool(entry.need) and not lacks)) and not is_wrong
        is_settled = is_topical and not lacks and len(entry.need) > 1
        blame = (0.10 * penalty + 0.02 * len(left)) if is_topical else (0.22 * penalty + 0.06 * max(0, len(left) - 1))
        score = 0.5 * covered + 0.5 * alike + 0.12 * (row == query) - blame
        score *= (MISSING_NEED if lacks else 1.0) * (WRONG_WORD if is_wrong else 1.0)
        return Hit(entry.id, round(max(0.0, min(0.99, score)), 4), row, word, False, is_topical, is_settled)

    def _weighty_words(self, query: str) -> dict[str, float]:
        """The words of the question that say what it is about, with how rare they are in the language."""
        found = {word for word in self.words.cut(query) if len(word) > 1 and word not in self.words.shape}
        return {word: self.words.rarity(word) for word in found if not re.fullmatch(r"[\d.%万元年月日号]+", word)}

    def is_thin(self, text: str) -> bool:
        """Whether there is nothing in it to answer to: single characters, words that only shape a question."""
        query = self.words.normalise(text)
        if query in self._exact:
            return False
        return not any(len(w) > 1 and w not in self.words.shape and not w.isdigit() for w in self.words.cut(query))

    def is_number(self, text: str) -> bool:
        """Whether it is only digits and letters, and none of ours (12366): the number of a case, or a slip."""
        query = self.words.normalise(text)
        return query.isascii() and query not in self._exact


def decide(hits: Sequence[Hit]) -> Decision:
    """Answer only what clearly fits and stands out; else offer two or three; else say we do not know."""
    if not hits:
        return "unknown"
    first = hits[0]
    lead = first.score - (hits[1].score if len(hits) > 1 else 0.0)
    if first.exact or (first.score >= ANSWER_AT and lead >= LEAD):
        return "answer"
    if first.is_topical and first.score >= TOPICAL_ANSWER_AT and lead >= TOPICAL_LEAD:
        return "answer"
    if first.is_settled and first.score >= SETTLED_ANSWER_AT and lead >= SETTLED_LEAD:
        return "answer"
    may_offer = first.score >= SUGGEST_AT or (first.is_topical and first.score >= TOPICAL_SUGGEST_AT)
    return "suggest" if may_offer else "unknown"


def _idf(texts: Sequence[str]) -> dict[str, float]:
    df = Counter(gram for text in texts for gram in set(grams(text)))
    return {gram: math.log((1 + len(texts)) / (1 + n)) + 1 for gram, n in df.items()}


def _row(text: str, entry: int, idf: Mapping[str, float]) -> _Row:
    weighted = {gram: idf[gram] * n for gram, n in Counter(grams(text)).items()}
    return _Row(text, entry, weighted, math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0)


def _vocabulary(texts: Sequence[str], answer: str) -> dict[str, float]:
    weak = dict.fromkeys(grams(answer), ANSWER_TEXT_WEIGHT)
    return weak | dict.fromkeys((gram for text in texts for gram in grams(text)), 1.0)
