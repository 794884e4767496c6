"""Everything there is to compare a question with, as arrays: built from entries, never changed. Pure.

A *row* is one wording of an entry (its question or a variant), a *doc* is all an entry says, its answer included.
Both are kept as lists of tokens (knowledge.tokens) in one numbering, forward and inverted. `build` takes what has
not changed from the index before, so an edit costs what it changes.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import sqrt
from threading import Lock
from time import sleep

import numpy as np
from numpy.typing import NDArray

from knowledge import meanings
from knowledge.arrays import TINY, Directions, Floats, Growing, Ints, Lists
from knowledge.hearing import as_meant
from knowledge.model import Entry
from knowledge.tokens import CHAR, KINDS, PAIR, WORD, Lexicon, Told
from knowledge.words import joined

OF_LANGUAGE, OF_ENTRIES = 0.35, 0.65  # how much a token weighs: rare in the language, rare among our entries
EVERYWHERE = 0.3  # what a word that stands in every entry still says of a meaning; the rarest says 1 more
TURNED, MOST_TURNED = 0.5, 8_000  # how far its entries turn a word; entries from which on that would take too long
MOST_TIMES = 255
ANSWER_POINTS = 0.5  # how far the answer turns the direction of a doc
BREATH = 16  # entries read between two breaths: whoever answers questions beside a rebuild must not wait for it


class _Numbers(dict[str, int]):
    """Those of one kind of tokens: one that is looked up and has none gets one."""

    def __init__(self, vocabulary: "Vocabulary", kind: int) -> None:
        super().__init__()
        self.vocabulary, self.kind = vocabulary, kind

    def __missing__(self, token: str) -> int:
        number = self[token] = self.vocabulary.add(self.kind, token)
        return number


class Vocabulary:
    """Numbers tokens, and knows how rare each is in the language. Only ever grows, so every index may share it.

    What has no number gets one while an index is built, so one is built at a time (`growing`): editors who type at the
    same moment each have one made, in threads.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.growing = Lock()
        self._numbers = tuple(_Numbers(self, kind) for kind in range(KINDS))
        self._kinds = array("B")
        self._rarities = array("f")
        self._is_term = array("B")
        self._telling = array("f")
        self._points = array("i")
        self._directions: Floats = np.zeros((64, lexicon.meanings.size), np.float32)
        self._words = 0
        self._content = array("f")
        self._alike: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._is_term)

    def numbered(self, tokens: Sequence[Sequence[str]]) -> list[int]:
        """The numbers of tokens given by kind; those that have none get one."""
        found: list[int] = []
        for known, of_kind in zip(self._numbers, tokens, strict=True):
            found.extend(map(known.__getitem__, of_kind))
        return found

    def words(self, told: Told) -> list[int]:
        """The numbers of the words of a text that was numbered."""
        return list(dict.fromkeys(map(self._numbers[WORD].__getitem__, told.words)))

    @property
    def alike(self) -> Mapping[str, Sequence[str]]:
        """Words of the dictionary, of two characters or more, by how they sound; none by what only begins words."""
        return self._alike

    def add(self, kind: int, token: str) -> int:
        """The number of a token that is new."""
        if kind == WORD and len(token) > 1 and self.lexicon.words.tokenizer.FREQ.get(token):
            sound = token.translate(self.lexicon.sounds)
            for end in range(2, len(sound)):
                self._alike.setdefault(sound[:end], [])
            self._alike.setdefault(sound, []).append(token)
        self._kinds.append(kind)
        self._rarities.append(self.lexicon.rarity(kind, token))
        self._content.append(self.lexicon.content(token) if kind == WORD else 0.0)
        self._is_term.append(kind == WORD and token in self.lexicon.words.terms_known)
        self._telling.append(meanings.telling(self.lexicon.telling(token)) if kind == WORD else 0.0)
        self._points.append(self._point(token) if kind == WORD else 0)
        return len(self._is_term) - 1

    def _point(self, word: str) -> int:
        """Where its direction stands. Those of our words stand close together: what is near is read in a third of the
        time.
        """
        if self._words == len(self._directions):  # an index holds the old one
            self._directions = np.concatenate([self._directions, np.zeros_like(self._directions)])
        self._directions[self._words] = self.lexicon.meanings.word(word)
        self._words += 1
        return self._words - 1

    def numbers_of(self, kind: int, tokens: Iterable[str], size: int) -> list[int]:
        """The numbers of tokens, -1 for those that are not among the first `size`."""
        known = self._numbers[kind]
        return [number if (number := known.get(token, -1)) < size else -1 for token in tokens]

    def arrays(self, size: int) -> tuple[NDArray[np.uint8], Floats, NDArray[np.bool_], Floats, Floats, Ints, Floats]:
        """Of the first tokens: their kinds, how rare they are, whether they are terms of the trade, how much each says,
        how telling each word is of a meaning, which of the directions that follow is its own.
        """
        return (
            np.array(self._kinds[:size], np.uint8),
            np.array(self._rarities[:size], np.float32),
            np.array(self._is_term[:size], np.bool_),
            np.array(self._content[:size], np.float32),
            np.array(self._telling[:size], np.float32),
            np.array(self._points[:size], np.int32),
            self._directions,
        )


@dataclass(frozen=True)
class Hints:
    """What an editor has said of an entry beyond its wordings (knowledge.model.Entry)."""

    need: tuple[tuple[str, ...], ...]
    avoid: tuple[str, ...]
    known_by: tuple[str, ...]


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
    words: Lists  # of each row, without the shorter ones inside them
    docs: Lists
    times: NDArray[np.uint8]
    asked: Ints
    row_directions: Directions
    doc_directions: Directions
    kinds: NDArray[np.uint8]
    is_term: NDArray[np.bool_]
    is_held: NDArray[np.bool_]  # by some doc
    content: Floats
    tells: Floats  # two rows: what each word says of a meaning, what each token weighs
    points: Ints  # of each word its row of `directions`
    directions: Floats
    weight: Floats
    plain_idf: Floats
    row_postings: Lists
    doc_postings: Lists
    row_mass: Floats
    row_norm: Floats
    doc_norm: Floats
    doc_root: Floats  # the square root of doc_norm: long answers are held back less than cosine would
    idf_norms: Floats  # of each doc by the plain idf, as many times as it says a token: of its grams, of its words

    @classmethod
    def build(cls, entries: Iterable[Entry], vocabulary: Vocabulary, before: "Index | None" = None) -> "Index":
        """Reads what `before` has not read alike already (0.2 ms a wording), then arranges all of it anew."""
        kept = tuple(entries)
        prints = tuple(hash((entry.question, entry.variants, entry.answer)) for entry in kept)
        with vocabulary.growing:
            return _arranged(kept, prints, _gathered(kept, prints, vocabulary, before), vocabulary)

    @cached_property
    def all_directions(self) -> Floats:
        return self.row_directions.astype(np.float32)

    def read(self, text: str) -> Told:
        """A normalised question with its slips set right, by words that stand in these entries."""
        vocabulary, lexicon = self.vocabulary, self.vocabulary.lexicon

        def holds(word: str) -> bool:
            return bool(self.is_held[vocabulary.numbers_of(WORD, [word], len(self.weight))[0]])

        words = as_meant(text, text.translate(lexicon.sounds), lexicon.words, vocabulary.alike, holds)
        meant = "".join(words)
        return lexicon.told(meant, joined(words) if meant == text else lexicon.words.cut(meant))

    @property
    def highest_idf(self) -> float:
        """The plain idf of a token that stands in no doc."""
        return float(np.log(1 + len(self.ids)) + 1)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class _Gathered:
    """All that entries say, end to end, as it is read: buffers that grow, since small arrays would be left in holes.

    `counts` are the rows of each entry. `times` says in how many of an entry's texts each token of its doc stands; the
    first `asked` of them stand in its rows, the others in its answer only.
    """

    vocabulary: Vocabulary
    row_directions: Directions  # as many rows as there may be
    doc_directions: Directions
    texts: list[str] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)
    counts: "array[int]" = field(default_factory=lambda: array("i"))
    rows: Growing = field(default_factory=Growing)
    words: Growing = field(default_factory=Growing)
    docs: Growing = field(default_factory=Growing)
    times: bytearray = field(default_factory=bytearray)
    asked: "array[int]" = field(default_factory=lambda: array("i"))

    def read(self, entries: Sequence[Entry]) -> None:
        lexicon = self.vocabulary.lexicon
        normalise = lexicon.words.normalise
        wordings = [dict.fromkeys(filter(None, map(normalise, (e.question, *e.variants)))) for e in entries]
        answers = [normalise(entry.answer) if entry.answer else "" for entry in entries]
        told = iter(lexicon.read([*chain(*wordings), *filter(None, answers)]))
        by_entry = [[next(told) for _ in texts] for texts in wordings]
        for each, answer in zip(by_entry, answers, strict=True):
            self._add(each, next(told) if answer else None)

    def _add(self, told: Sequence[Told], answer: Told | None) -> None:
        rows = [self.vocabulary.numbered(each.tokens) for each in told]
        for each, row in zip(told, rows, strict=True):
            self.row_directions[len(self.texts)] = each.direction
            self.texts.append(each.text)
            self.sounds.append(each.sound)
            self.rows.add(row)
            self.words.add(self.vocabulary.words(each))
        if len(told) == 1 and not answer:  # the doc is its row; of a hundred thousand entries most are so
            self._add_doc(rows[0], b"\x01" * len(rows[0]), len(rows[0]), told[0].direction)
        else:
            self._unite(rows, [each.direction for each in told], answer)
        self.counts.append(len(told))

    def _unite(self, rows: Sequence[list[int]], directions: Sequence[Floats], answer: Told | None) -> None:
        every = [np.array(row, np.int32) for row in (*rows, [])]
        doc, times = np.unique(np.concatenate(every), return_counts=True)
        asked = len(doc)
        points = np.mean(directions, axis=0) if rows else np.zeros(self.doc_directions.shape[1], np.float32)
        if answer:
            numbers = self.vocabulary.numbered(answer.tokens)
            times = times + np.isin(doc, numbers)
            only = np.setdiff1d(np.array(numbers, np.int32), doc)
            doc, times = np.concatenate([doc, only]), np.concatenate([times, np.ones(len(only), times.dtype)])
            points = points + ANSWER_POINTS * answer.direction
        length = sqrt(points @ points) or 1.0
        self._add_doc(doc.tolist(), np.minimum(times, MOST_TIMES).astype(np.uint8).tobytes(), asked, points / length)

    def _add_doc(self, doc: list[int], times: bytes, asked: int, direction: Floats) -> None:
        self.doc_directions[len(self.counts)] = direction
        self.docs.add(doc)
        self.times += times
        self.asked.append(asked)

    def copy(self, index: Index, first: int, end: int) -> None:
        """Entries first..end - 1 of an index, as they were read."""
        here, there = len(self.counts), len(self.texts)
        row, last = int(index.first_row[first]), int(index.first_row[end])
        self.row_directions[there : there + last - row] = index.row_directions[row:last]
        self.doc_directions[here : here + end - first] = index.doc_directions[first:end]
        self.texts += index.texts[row:last]
        self.sounds += index.sounds[row:last]
        self.counts.extend(np.diff(index.first_row[first : end + 1]).tolist())
        self.rows.copy(index.rows, row, last)
        self.words.copy(index.words, row, last)
        self.docs.copy(index.docs, first, end)
        self.times += index.times[index.docs.starts[first] : index.docs.starts[end]].tobytes()
        self.asked.extend(index.asked[first:end].tolist())


def _gathered(
    entries: Sequence[Entry], prints: Sequence[int], vocabulary: Vocabulary, before: Index | None
) -> _Gathered:
    width, most = vocabulary.lexicon.meanings.size, sum(1 + len(entry.variants) for entry in entries)
    made = _Gathered(vocabulary, np.empty((most, width), np.float16), np.empty((len(entries), width), np.float16))
    known = [_known(entry, each, before) for entry, each in zip(entries, prints, strict=True)]
    at = 0
    while at < len(entries):
        end = at + 1
        if before and known[at] >= 0:
            while end < len(entries) and known[end] == known[end - 1] + 1:
                end += 1
            made.copy(before, known[at], known[at] + end - at)
        else:
            while end < len(entries) and end - at < BREATH and (not before or known[end] < 0):
                end += 1
            sleep(0)
            made.read(entries[at:end])
        at = end
    return made


def _known(entry: Entry, fingerprint: int, before: Index | None) -> int:
    """Its number in the index before, if it was read alike there; else -1."""
    number = before.number_of.get(entry.id, -1) if before else -1
    return number if before and number >= 0 and before.prints[number] == fingerprint else -1


def _arranged(entries: Sequence[Entry], prints: tuple[int, ...], read: _Gathered, vocabulary: Vocabulary) -> Index:
    size = len(vocabulary)
    kinds, rarities, is_term, content, telling, points, directions = vocabulary.arrays(size)
    rows, docs, texts, counts = read.rows.lists(), read.docs.lists(), tuple(read.texts), np.array(read.counts, np.int32)
    times = np.frombuffer(bytes(read.times), np.uint8)
    entry_of = np.repeat(np.arange(len(entries), dtype=np.int32), counts)
    exact: dict[str, int] = {}
    for text, entry in zip(texts, entry_of.tolist(), strict=True):
        exact.setdefault(text, entry)
    holding = np.bincount(docs.tokens, minlength=size)
    among = np.clip(np.log((len(entries) + 1) / (holding + 0.5)) / np.log(len(entries) + 2), 0, 1)
    weight = (OF_LANGUAGE * rarities + OF_ENTRIES * among).astype(np.float32)
    plain_idf = (np.log((1 + len(entries)) / (1 + holding)) + 1).astype(np.float32)
    by_times = plain_idf[docs.tokens] * times
    assert CHAR < PAIR
    doc_norm = docs.norm(weight[docs.tokens])
    return Index(
        vocabulary=vocabulary,
        ids=tuple(entry.id for entry in entries),
        prints=prints,
        number_of={entry.id: number for number, entry in enumerate(entries)},
        hints={n: Hints(e.need, e.avoid, e.known_by) for n, e in enumerate(entries) if e.need or e.avoid or e.known_by},
        texts=texts,
        sounds=tuple(read.sounds),
        exact=exact,
        first_row=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
        entry_of=entry_of,
        rows=rows,
        words=read.words.lists(),
        docs=docs,
        times=times,
        asked=np.array(read.asked, np.int32),
        row_directions=read.row_directions[: len(texts)],
        doc_directions=read.doc_directions,
        kinds=kinds,
        is_term=is_term,
        is_held=np.append(holding > 0, False),  # the last stands for what has no number
        content=content,
        tells=np.stack([telling * (among + EVERYWHERE), weight]).astype(np.float32),
        points=points,
        directions=_turned(directions, points, docs, kinds == WORD, read.doc_directions),
        weight=weight,
        plain_idf=plain_idf,
        row_postings=rows.inverted(size),
        doc_postings=docs.inverted(size),
        row_mass=rows.mass(weight, kinds),
        row_norm=rows.norm(weight[rows.tokens]),
        doc_norm=doc_norm,
        doc_root=np.sqrt(doc_norm),
        idf_norms=np.stack(
            [docs.norm(by_times * some[docs.tokens]) for some in (kinds <= PAIR, kinds == WORD)], axis=1
        ),
    )


def _turned(directions: Floats, points: Ints, docs: Lists, is_word: NDArray[np.bool_], of_docs: Directions) -> Floats:
    """Words turned to where the entries that say them point: what is said of the same things means alike here, whatever
    it means elsewhere.
    """
    at = np.flatnonzero(is_word[docs.tokens])
    if not len(at) or len(docs) > MOST_TURNED:
        return directions
    at = at[np.argsort(docs.tokens[at], kind="stable")]
    words = docs.tokens[at]
    firsts = np.flatnonzero(np.concatenate([[True], words[1:] != words[:-1]]))
    centred = of_docs.astype(np.float32)
    centred -= centred.mean(axis=0)
    sums = np.add.reduceat(centred[docs.owners()[at]], firsts, axis=0)
    counts = np.diff(np.append(firsts, len(words)))
    own = points[words[firsts]]
    made = directions.copy()
    made[own] += TURNED * sums / (counts + 1)[:, None]
    made[own] /= np.sqrt((made[own] ** 2).sum(axis=1, keepdims=True)) + TINY
    return made
