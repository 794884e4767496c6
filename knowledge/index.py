"""Everything there is to compare a question with, as arrays: built from entries, never changed. Pure.

A *row* is one wording of an entry (its question or a variant), a *doc* is all an entry says, its answer included.
Both are kept as lists of tokens (knowledge.tokens) in one numbering, forward and inverted. `build` takes what has
not changed from the index before, so an edit costs what it changes.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import sleep

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import Directions, Floats, Ints, Lists
from knowledge.model import Entry
from knowledge.tokens import CHAR, KINDS, PAIR, WORD, Lexicon

OF_LANGUAGE, OF_ENTRIES = 0.35, 0.65  # how much a token weighs: rare in the language, rare among our entries
MOST_TIMES = 255
ANSWER_POINTS = 0.5  # how far the answer turns the direction of a doc
BREATH = 16  # entries read between two breaths: whoever answers questions beside a rebuild must not wait for it


class Vocabulary:
    """Numbers tokens, and knows how rare each is in the language. Only ever grows, so every index may share it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._numbers: tuple[dict[str, int], ...] = tuple({} for _ in range(KINDS))
        self._kinds = array("B")
        self._rarities = array("f")
        self._is_term = array("B")
        self._content = array("f")

    def __len__(self) -> int:
        return len(self._is_term)

    def numbered(self, tokens: Sequence[Sequence[str]]) -> Ints:
        """The numbers of tokens given by kind; those that have none get one."""
        found: list[int] = []
        for kind in range(KINDS):
            known = self._numbers[kind]
            found += [known[token] if token in known else self._new(kind, token) for token in tokens[kind]]
        return np.array(found, np.int32)

    def _new(self, kind: int, token: str) -> int:
        found = self._numbers[kind][token] = len(self._is_term)
        self._kinds.append(kind)
        self._rarities.append(self.lexicon.rarity(kind, token))
        self._content.append(self.lexicon.content(token) if kind == WORD else 0.0)
        self._is_term.append(kind == WORD and token in self.lexicon.words.terms_known)
        return found

    def numbers_of(self, kind: int, tokens: Iterable[str], size: int) -> list[int]:
        """The numbers of tokens, -1 for those that are not among the first `size`."""
        known = self._numbers[kind]
        return [number if (number := known.get(token, -1)) < size else -1 for token in tokens]

    def arrays(self, size: int) -> tuple[NDArray[np.uint8], Floats, NDArray[np.bool_], Floats]:
        """Of the first tokens: their kinds, how rare they are, whether they are terms of the trade."""
        return (
            np.array(self._kinds[:size], np.uint8),
            np.array(self._rarities[:size], np.float32),
            np.array(self._is_term[:size], np.bool_),
            np.array(self._content[:size], np.float32),
        )


@dataclass(frozen=True)
class Hints:
    """What an editor has said of an entry beyond its wordings (knowledge.model.Entry)."""

    need: tuple[tuple[str, ...], ...]
    avoid: tuple[str, ...]
    known_by: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """An entry as it was read: texts, tokens and directions of its rows; those of its doc.

    `times` says in how many of its texts each token of the doc stands; the first `asked` of them stand in its rows, the
    others in its answer only.
    """

    texts: tuple[str, ...]
    sounds: tuple[str, ...]
    rows: tuple[Ints, ...]
    row_directions: Directions
    doc: Ints
    times: NDArray[np.uint8]
    asked: int
    doc_direction: Directions


@dataclass(frozen=True)
class Index:
    """An immutable snapshot: swap the whole of it. Rows of entry e are `first_row[e]`..`first_row[e + 1]`."""

    vocabulary: Vocabulary
    ids: tuple[str, ...]
    prints: tuple[int, ...]
    number_of: Mapping[str, int]
    hints: Mapping[int, Hints]
    texts: tuple[str, ...]
    sounds: tuple[str, ...]
    exact: Mapping[str, int]
    first_row: NDArray[np.int64]
    entry_of: Ints
    rows: Lists
    docs: Lists
    times: NDArray[np.uint8]
    asked: Ints
    row_directions: Directions
    doc_directions: Directions
    kinds: NDArray[np.uint8]
    is_term: NDArray[np.bool_]
    is_held: NDArray[np.bool_]  # by some doc
    content: Floats
    weight: Floats
    plain_idf: Floats
    row_postings: Lists
    doc_postings: Lists
    row_mass: Floats
    row_norm: Floats
    doc_norm: Floats
    doc_root: Floats  # the square root of doc_norm: long answers are held back less than cosine would
    gram_norm: Floats
    word_norm: Floats

    @classmethod
    def build(cls, entries: Iterable[Entry], vocabulary: Vocabulary, before: "Index | None" = None) -> "Index":
        """Reads what `before` has not read alike already (0.2 ms a wording), then arranges all of it anew."""
        kept = tuple(entries)
        prints = tuple(hash((entry.question, entry.variants, entry.answer)) for entry in kept)
        return _arranged(kept, prints, _gathered(_read_all(kept, prints, vocabulary, before), vocabulary), vocabulary)

    @cached_property
    def all_directions(self) -> Floats:
        return self.row_directions.astype(np.float32)

    @property
    def highest_idf(self) -> float:
        """The plain idf of a token that stands in no doc."""
        return float(np.log(1 + len(self.ids)) + 1)

    def __len__(self) -> int:
        return len(self.ids)

    def as_read(self, number: int) -> Read:
        """An entry as `build` read it."""
        first, end = int(self.first_row[number]), int(self.first_row[number + 1])
        start, stop = self.docs.starts[number], self.docs.starts[number + 1]
        return Read(
            self.texts[first:end],
            self.sounds[first:end],
            tuple(self.rows[row] for row in range(first, end)),
            self.row_directions[first:end],
            self.docs[number],
            self.times[start:stop],
            int(self.asked[number]),
            self.doc_directions[number],
        )


def _read_all(
    entries: Sequence[Entry], prints: Sequence[int], vocabulary: Vocabulary, before: Index | None
) -> Iterator[Read]:
    for count, (entry, fingerprint) in enumerate(zip(entries, prints, strict=True)):
        known = before.number_of.get(entry.id) if before else None
        if before and known is not None and before.prints[known] == fingerprint:
            yield before.as_read(known)
            continue
        if count % BREATH == 0:
            sleep(0)
        yield _read(entry, vocabulary)


def _read(entry: Entry, vocabulary: Vocabulary) -> Read:
    lexicon = vocabulary.lexicon
    normalise = lexicon.words.normalise
    texts = tuple(dict.fromkeys(filter(None, map(normalise, (entry.question, *entry.variants)))))
    told = [lexicon.read(text) for text in texts]
    rows = tuple(vocabulary.numbered(each.tokens) for each in told)
    asked, times = _united(rows)
    directions = np.array([each.direction for each in told], np.float32).reshape(len(told), lexicon.meanings.size)
    points = directions.mean(axis=0) if len(told) else np.zeros(lexicon.meanings.size, np.float32)
    doc, counts = asked, times
    if answer := normalise(entry.answer):
        said = lexicon.read(answer)
        numbers = vocabulary.numbered(said.tokens)
        counts = times + np.isin(asked, numbers)
        only = np.setdiff1d(numbers, asked)
        doc, counts = np.concatenate([asked, only]), np.concatenate([counts, np.ones(len(only), counts.dtype)])
        points = points + ANSWER_POINTS * said.direction
    length = float(np.sqrt(points @ points)) or 1.0
    return Read(
        texts,
        tuple(each.sound for each in told),
        rows,
        directions.astype(np.float16),
        doc.astype(np.int32),
        np.minimum(counts, MOST_TIMES).astype(np.uint8),
        len(asked),
        (points / length).astype(np.float16),
    )


def _united(rows: Sequence[Ints]) -> tuple[Ints, NDArray[np.intp]]:
    """The tokens of some rows, once each, and in how many of them each stands."""
    if len(rows) == 1:  # each token stands in a row once
        return rows[0], np.ones(len(rows[0]), np.intp)
    return np.unique(np.concatenate([*rows, np.zeros(0, np.int32)]), return_counts=True)


@dataclass(frozen=True)
class _Gathered:
    """All that was read, end to end."""

    texts: tuple[str, ...]
    sounds: tuple[str, ...]
    counts: list[int]  # rows of each entry
    rows: Lists
    docs: Lists
    times: NDArray[np.uint8]
    asked: Ints
    row_directions: Directions
    doc_directions: Directions


def _gathered(read: Iterable[Read], vocabulary: Vocabulary) -> _Gathered:
    """Takes what is read apart as it comes, so that it is not held twice while it is arranged."""
    width = vocabulary.lexicon.meanings.size
    texts: list[str] = []
    sounds: list[str] = []
    counts: list[int] = []
    rows: list[Ints] = []
    docs: list[Ints] = []
    times: list[NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
    asked: list[int] = []
    of_rows: list[Directions] = [np.zeros((0, width), np.float16)]
    of_docs: list[Directions] = []
    for each in read:
        texts += each.texts
        sounds += each.sounds
        counts.append(len(each.texts))
        rows += each.rows
        docs.append(each.doc)
        times.append(each.times)
        asked.append(each.asked)
        of_rows.append(each.row_directions)
        of_docs.append(each.doc_direction)
    return _Gathered(
        tuple(texts),
        tuple(sounds),
        counts,
        Lists.of(rows),
        Lists.of(docs),
        np.concatenate(times),
        np.array(asked, np.int32),
        np.concatenate(of_rows),
        np.array(of_docs, np.float16).reshape(len(of_docs), width),
    )


def _arranged(entries: Sequence[Entry], prints: tuple[int, ...], read: _Gathered, vocabulary: Vocabulary) -> Index:
    size = len(vocabulary)
    kinds, rarities, is_term, content = vocabulary.arrays(size)
    rows, docs, times, texts, counts = read.rows, read.docs, read.times, read.texts, read.counts
    entry_of = np.repeat(np.arange(len(entries), dtype=np.int32), counts)
    exact: dict[str, int] = {}
    for text, entry in zip(texts, entry_of.tolist(), strict=True):
        exact.setdefault(text, entry)
    holding = np.bincount(docs.tokens, minlength=size)
    among = np.clip(np.log((len(entries) + 1) / (holding + 0.5)) / np.log(len(entries) + 2), 0, 1)
    weight = (OF_LANGUAGE * rarities + OF_ENTRIES * among).astype(np.float32)
    plain_idf = (np.log((1 + len(entries)) / (1 + holding)) + 1).astype(np.float32)
    by_times = plain_idf[docs.tokens] * times
    is_gram, is_word = kinds <= PAIR, kinds == WORD
    assert CHAR < PAIR
    doc_norm = docs.norm(weight[docs.tokens])
    return Index(
        vocabulary=vocabulary,
        ids=tuple(entry.id for entry in entries),
        prints=prints,
        number_of={entry.id: number for number, entry in enumerate(entries)},
        hints={n: Hints(e.need, e.avoid, e.known_by) for n, e in enumerate(entries) if e.need or e.avoid or e.known_by},
        texts=texts,
        sounds=read.sounds,
        exact=exact,
        first_row=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
        entry_of=entry_of,
        rows=rows,
        docs=docs,
        times=times,
        asked=read.asked,
        row_directions=read.row_directions,
        doc_directions=read.doc_directions,
        kinds=kinds,
        is_term=is_term,
        is_held=np.append(holding > 0, False),  # the last stands for what has no number
        content=content,
        weight=weight,
        plain_idf=plain_idf,
        row_postings=rows.inverted(size),
        doc_postings=docs.inverted(size),
        row_mass=rows.mass(weight, kinds),
        row_norm=rows.norm(weight[rows.tokens]),
        doc_norm=doc_norm,
        doc_root=np.sqrt(doc_norm),
        gram_norm=docs.norm(by_times * is_gram[docs.tokens]),
        word_norm=docs.norm(by_times * is_word[docs.tokens]),
    )
