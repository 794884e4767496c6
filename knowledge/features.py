"""How a question and the entries that may fit it compare: numbers for the combiner to weigh. Pure.

`recall` picks a few dozen rows through the inverted lists; `compare` measures each of their entries. The larger a
number, the better the fit; most are in 0..1, and those of what is left unexplained in -1..0. An entry has the
best of its rows in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import sqrt
from operator import add

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.arrays import TINY, Floats, Ints, Lists
from knowledge.index import EVERYWHERE, OF_ENTRIES, OF_LANGUAGE, Index
from knowledge.meanings import telling
from knowledge.tokens import ASKED, CHAR, CONCEPT, KINDS, PAIR, SOUND, WORD, Told

ROWS, DOCS = 20, 8  # rows compared, entries compared for all they say
ROWS_BY_MEANING, MOST_ROWS_BY_MEANING = 6, 8_000  # looking at every row is dear
MOST_POSTINGS = 40_000
BLOCKS = 2_048  # among more values than this the largest are looked for above the largest of blocks
EVERY_KIND = np.arange(KINDS)
CONTENT = 1  # the row of `lost` that says how much a word says
KIND_SHARE = np.array([1.0, 1.0, 1.0, 0.5, 0.3, 1.0], np.float32)  # in recall: a sound says less than a character
HEARD, MEANT = 0.8, 0.9  # how much of a word is there that is there by its sound only, by a synonym only
IN_ANSWER = 0.6  # and how much of a token that stands in the answer only
LITTLE_CONTENT = 0.3  # a question whose words say less than this in all says nothing
FULL_OF_WORDS = 3.0  # words of weight from which on a question counts as full of content

KIND_NAMES = ("char", "pair", "word", "sound", "asked", "concept")
BY_ROW = (*(f"both_{kind}" for kind in KIND_NAMES), "row_char", "ratio", "sequence", "sound_ratio", "row_cosine",
          "row_meaning", "meant_query", "meant_row", "meant_both", "near_query", "near_row", "near_both",
          "same_asked", "extra_term", "extra_rare")  # fmt: skip
BY_DOC = (*(f"doc_{kind}" for kind in KIND_NAMES), "doc_cosine", "doc_grams", "doc_words", "doc_meaning",
          "missing_word", "missing_rare", "missing_rares", "missing_term", "content")  # fmt: skip
NAMES = (*BY_ROW, *BY_DOC, "conflict", "swapped", "rows_agree")
EXTRA_TERM, EXTRA_RARE, COSINE, RATIO, NEAR = map(
    BY_ROW.index, ("extra_term", "extra_rare", "row_cosine", "ratio", "near_both")
)
MISSING_TERM, MISSING_RARE = BY_DOC.index("missing_term"), BY_DOC.index("missing_rare")
NULL_NAMES = ("none", "none_short", "none_unknown", "none_unknown_word", "none_content", "none_empty",
              "best_near", "second_near")  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question by its tokens: numbers (-1: in no entry), kinds, weights.

    `aligned` are the places of the words it is cut into, `meant` their directions, `told_by` the share each has of what
    is meant, by what it tells and by how rare it is. By word: `words` its place among the tokens, `parts` those of the
    pairs and of the sounds it is made of (the last one repeated to fill the column), `means` that of its concept or of
    itself, `lost` what is lost where it lacks: its weight, how much it says (content), whether it is one of the trade.
    """

    told: Told
    numbers: NDArray[np.int64]
    kinds: NDArray[np.intp]
    weight: Floats
    mass: Floats
    length: float  # of its weights as a vector
    by_kind: Floats  # the weights, a column a kind, and their squares in one more
    idf_by_kind: Floats  # a column for characters and pairs, one for words; each of length one
    place: Ints  # of each token of the index among those of the question, counted from 1; 0 for none
    words: slice
    aligned: NDArray[np.intp]
    meant: Floats
    told_by: Floats
    parts: NDArray[np.intp]
    means: NDArray[np.intp]
    lost: Floats

    @property
    def content(self) -> Floats:
        made: Floats = self.lost[CONTENT]
        return made


@dataclass(frozen=True)
class Compared:
    """Entries measured, one row an entry and a column for each of NAMES; the best row of each; columns NULL_NAMES."""

    entries: NDArray[np.intp]
    numbers: Floats
    best_rows: NDArray[np.intp]
    none: Floats
    missing: tuple[str, ...]


def question(index: Index, told: Told) -> Question:
    """Looks a text's tokens up."""
    lexicon, vocabulary, size = index.vocabulary.lexicon, index.vocabulary, len(index.weight)
    counts = list(map(len, told.tokens))
    firsts = list(accumulate(counts, initial=0))
    spots = [dict(zip(own, range(n, n + len(own)), strict=True)) for own, n in zip(told.tokens, firsts, strict=False)]
    numbers = list(chain(*(vocabulary.numbers_of(kind, own, size) for kind, own in enumerate(told.tokens))))
    by_number, kinds = np.array(numbers, np.int64), np.repeat(EVERY_KIND, counts)
    weight, idf = index.weight[by_number], index.plain_idf[by_number]
    words, first = slice(firsts[WORD], firsts[WORD + 1]), firsts[WORD]
    lost = np.array([weight[words], index.content[by_number[words]], index.is_term[by_number[words]]], np.float32)
    strange = np.flatnonzero(by_number < 0)
    tokens = list(chain(*told.tokens))
    for at in strange.tolist():
        weight[at] = OF_LANGUAGE * lexicon.rarity(int(kinds[at]), tokens[at]) + OF_ENTRIES
        if kinds[at] == WORD:
            is_term = tokens[at] in lexicon.words.terms_known
            lost[:, at - first] = weight[at], lexicon.content(tokens[at]), is_term
    idf[strange] = index.highest_idf
    by_number[~index.is_held[by_number]] = -1  # what is known from an entry that is gone is as good as unknown
    by_kind = np.zeros((len(numbers), KINDS + 1), np.float32)
    by_kind[np.arange(len(numbers)), kinds] = weight
    by_kind[:, KINDS] = weight**2
    mass = by_kind.sum(axis=0)
    idf_by_kind = np.zeros((len(numbers), 2), np.float32)
    for column, some in enumerate((slice(first), words)):
        idf_by_kind[some, column] = idf[some] / (sqrt(idf[some] @ idf[some]) + TINY)
    place = np.zeros(size + 1, np.int32)  # zeros cost nothing until they are touched
    place[by_number] = np.arange(1, len(numbers) + 1, dtype=np.int32)
    place[-1] = 0
    own = list(dict.fromkeys(told.words))
    aligned = [spots[WORD][word] for word in own]
    known = [numbers[spot] for spot in aligned]
    meant, told_by = index.directions[index.points[known]], index.tells[:, known]
    for row, number in enumerate(known):
        if number < 0:
            meant[row] = lexicon.meanings.word(own[row])
            told_by[:, row] = telling(lexicon.telling(own[row])) * (1 + EVERYWHERE), weight[aligned[row]]
    told_by /= told_by.sum(axis=1, keepdims=True)
    parts, means = _made_of(told, spots, lexicon.concepts)
    return Question(
        told, by_number, kinds, weight, mass[:KINDS], sqrt(mass[KINDS]), by_kind, idf_by_kind, place, words,
        np.array(aligned, np.intp), meant, told_by, parts, means, lost,
    )  # fmt: skip


def _made_of(
    told: Told, spots: Sequence[Mapping[str, int]], concepts: Mapping[str, str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """`parts` and `means` of a Question, from the places of its tokens by kind."""
    pairs = [spots[PAIR][pair] for pair in map(add, told.text, told.text[1:])]
    heard = [spots[SOUND][pair] for pair in map(add, told.sound, told.sound[1:])]
    longest = max(1, max(map(len, told.words)) - 1)
    of_pairs, of_sounds, means = [], [], []
    for word, own in spots[WORD].items():
        begin, length = told.text.find(word), len(word) - 1
        seen, sounds = pairs[begin : begin + length], heard[begin : begin + length]
        if not length:
            seen, sounds = [spots[CHAR][word]], [own]
        rest = longest - len(seen)
        of_pairs.append(seen + seen[-1:] * rest if rest else seen)
        of_sounds.append(sounds + sounds[-1:] * rest if rest else sounds)
        means.append(spots[CONCEPT].get(concepts.get(word, ""), own))
    return np.array([of_pairs, of_sounds], np.intp).transpose(2, 0, 1), np.array(means, np.intp)


# ------------------------------------------------------------------------------------------------ which to compare


def recall(index: Index, asked: Question) -> NDArray[np.intp]:
    """The rows worth comparing, in order: those that share most, and some of the entries whose doc shares most."""
    known = np.flatnonzero(asked.numbers >= 0)
    if not len(known) or not len(index.texts):
        return np.zeros(0, np.intp)
    numbers, weights = asked.numbers[known], (asked.weight[known] * KIND_SHARE[asked.kinds[known]]) ** 2
    by_row = _shared(index.row_postings, numbers, weights, len(index.texts)) / index.row_norm
    by_doc = _shared(index.doc_postings, numbers, weights, len(index)) / index.doc_root
    chosen = set(_largest(by_row, ROWS).tolist())
    if len(index.texts) <= MOST_ROWS_BY_MEANING:
        chosen.update(_largest(index.all_directions @ asked.told.direction, ROWS_BY_MEANING).tolist())
    has_rows = set(index.entry_of[list(chosen)].tolist())
    docs = _largest(by_doc, DOCS)
    for entry, first, end in zip(
        docs.tolist(), index.first_row[docs].tolist(), index.first_row[docs + 1].tolist(), strict=True
    ):
        if entry not in has_rows and end > first:
            chosen.add(first + int(by_row[first:end].argmax()))
    return np.array(sorted(chosen), np.intp)


def _shared(postings: Lists, numbers: NDArray[np.int64], weights: Floats, size: int) -> Floats:
    """What each list shares with the question: rare tokens first, as long as their postings are few enough."""
    starts = postings.starts[numbers]
    counts = postings.starts[numbers + 1] - starts
    if counts.sum() > MOST_POSTINGS:
        order = np.argsort(counts, kind="stable")
        order = order[: max(1, int(np.searchsorted(np.cumsum(counts[order]), MOST_POSTINGS, side="right")))]
        starts, counts, weights = starts[order], counts[order], weights[order]
    parts = [postings.tokens[s:e] for s, e in zip(starts.tolist(), (starts + counts).tolist(), strict=True)]
    return np.bincount(np.concatenate(parts), np.repeat(weights, counts), minlength=size).astype(np.float32)


def _largest(values: Floats, n: int) -> NDArray[np.intp]:
    """Where the n largest stand, of those above nothing."""
    blocks = values  # as many of them as hold something as large as `floor`: nothing smaller is among the largest
    if len(values) > BLOCKS:
        blocks = values[: len(values) // BLOCKS * BLOCKS].reshape(-1, BLOCKS).max(axis=0)
    floor = max(TINY, np.partition(blocks, -n)[-n]) if len(blocks) > n else TINY
    found = np.flatnonzero(values >= floor)
    return found if len(found) <= n else found[np.argsort(-values[found], kind="stable")[:n]]


# ------------------------------------------------------------------------------------------------ how they compare


def compare(index: Index, asked: Question, rows: NDArray[np.intp]) -> Compared:
    """The entries of these rows (in order, at least one), measured."""
    owners = index.entry_of[rows]
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    entries = owners[firsts].astype(np.intp)
    by_row = _rows(index, asked, rows)
    best = np.maximum.reduceat(by_row, firsts, axis=0)
    by_doc, missing = _docs(index, asked, entries)
    ends = [*firsts[1:].tolist(), len(rows)]
    numbers = np.empty((len(entries), len(NAMES)), np.float32)
    numbers[:, : len(BY_ROW)] = best
    numbers[:, len(BY_ROW) : -3] = by_doc
    numbers[:, -3] = -best[:, EXTRA_TERM] * by_doc[:, MISSING_TERM]
    numbers[:, -2] = -best[:, EXTRA_RARE] * by_doc[:, MISSING_RARE]
    numbers[:, -1] = np.add.reduceat(by_row[:, COSINE], firsts) / (ends - firsts)
    ratios = by_row[:, RATIO].tolist()
    best_rows = [
        max(range(first, end), key=ratios.__getitem__) for first, end in zip(firsts.tolist(), ends, strict=True)
    ]
    return Compared(entries, numbers, rows[best_rows], _none(asked, numbers), missing)


def _rows(index: Index, asked: Question, rows: NDArray[np.intp]) -> Floats:
    """Columns BY_ROW."""
    places, owner, firsts = index.rows.places(rows)
    tokens = index.rows.tokens[places]
    is_shared = asked.place[tokens] > 0
    weight = index.weight[tokens]
    common = weight * is_shared
    cells = owner * KINDS + index.kinds[tokens]
    shared = np.bincount(cells, common, minlength=len(rows) * KINDS).reshape(len(rows), KINDS)
    mass = index.row_mass[rows]
    of_query, of_row = shared / (asked.mass + TINY), shared / (mass + TINY)
    extra = ~is_shared
    differ = (mass[:, ASKED] > 0) & (shared[:, ASKED] == 0) & (asked.mass[ASKED] > 0)
    numbers = rows.tolist()
    text, sound = asked.told.text, asked.told.sound
    texts = [index.texts[row] for row in numbers]
    ratio = process.cdist([text], texts, scorer=fuzz.ratio)[0] / 100
    lengths = np.array(list(map(len, texts)))
    made = np.empty((len(rows), len(BY_ROW)), np.float32)
    made[:, :KINDS] = np.sqrt(of_query * of_row)
    made[:, KINDS] = of_row[:, CHAR]
    made[:, KINDS + 1] = ratio
    # The longest common subsequence, of the longer text: the ratio is twice it of both.
    made[:, KINDS + 2] = ratio * (len(text) + lengths) / (2 * np.maximum(len(text), lengths))
    made[:, KINDS + 3] = process.cdist([sound], [index.sounds[row] for row in numbers], scorer=fuzz.ratio)[0] / 100
    made[:, KINDS + 4] = np.add.reduceat(common * weight, firsts) / (index.row_norm[rows] * asked.length)
    made[:, KINDS + 5] = index.row_directions[rows].astype(np.float32) @ asked.told.direction
    made[:, KINDS + 6 : KINDS + 12] = _aligned(index, asked, rows)
    made[:, KINDS + 12] = -1.0 * differ
    made[:, KINDS + 13] = -1.0 * np.logical_or.reduceat(index.is_term[tokens] & extra, firsts)
    made[:, KINDS + 14] = -np.maximum.reduceat(index.content[tokens] * extra, firsts)
    return made


def _aligned(index: Index, asked: Question, rows: NDArray[np.intp]) -> Floats:
    """How much of the question is meant by each row, of each row by the question, and both: every word is measured by
    the one on the other side that is nearest to it in meaning. Twice: each word weighed by what it tells, then by how
    rare it is.
    """
    places, _, firsts = index.words.places(rows)
    words = index.words.tokens[places]
    near = asked.meant @ index.directions[index.points[words]].T
    np.maximum(near, 0, out=near)
    near[asked.place[words] == asked.aligned[:, None] + 1] = 1
    tells = index.tells[:, words]
    made = np.empty((2, 3, len(rows)), np.float32)
    made[:, 0] = asked.told_by @ np.maximum.reduceat(near, firsts, axis=1)
    made[:, 1] = np.add.reduceat(tells * near.max(axis=0), firsts, axis=1) / np.add.reduceat(tells, firsts, axis=1)
    made[:, 2] = made[:, 0] * made[:, 1]
    np.sqrt(made[:, 2], out=made[:, 2])
    return made.transpose(2, 0, 1).reshape(len(rows), -1)


def _docs(index: Index, asked: Question, entries: NDArray[np.intp]) -> tuple[Floats, tuple[str, ...]]:
    """Columns BY_DOC, and by entry the weightiest word of the question that it lacks."""
    places, owner, _ = index.docs.places(entries)
    at = asked.place[index.docs.tokens[places]] - 1
    shared = np.flatnonzero(at >= 0)
    at, owner, places = at[shared], owner[shared], places[shared]
    ends = index.docs.starts[entries] + index.asked[entries]
    has = np.zeros((len(entries), len(asked.numbers)), np.float32)
    has[owner, at] = np.where(places < ends[owner], 1.0, IN_ANSWER)
    tfidf = np.zeros_like(has)
    tfidf[owner, at] = index.plain_idf[index.docs.tokens[places]] * index.times[places]
    parts = has[:, asked.parts].min(axis=1)
    has_words = has[:, asked.words]
    for share, some in ((1.0, parts[:, 0]), (HEARD, parts[:, 1]), (MEANT, has[:, asked.means])):
        np.maximum(has_words, share * some, out=has_words)
    lacks = 1 - has_words
    lost = (lacks[:, None] * asked.lost).max(axis=2)
    rare = lacks * asked.content
    all_rare = rare.sum(axis=1)
    words = asked.told.tokens[WORD]
    by_kind = has @ asked.by_kind
    made = np.empty((len(entries), len(BY_DOC)), np.float32)
    made[:, :KINDS] = by_kind[:, :KINDS] / (asked.mass + TINY)
    made[:, KINDS] = by_kind[:, KINDS] / (asked.length * index.doc_root[entries])
    made[:, KINDS + 1 : KINDS + 3] = tfidf @ asked.idf_by_kind / index.idf_norms[entries]
    made[:, KINDS + 3] = index.doc_directions[entries].astype(np.float32) @ asked.told.direction
    made[:, KINDS + 4 : KINDS + 6] = -lost[:, : CONTENT + 1]
    made[:, KINDS + 6] = all_rare / -FULL_OF_WORDS
    made[:, KINDS + 7] = -lost[:, CONTENT + 1]
    made[:, KINDS + 8] = 1 - all_rare / (asked.content.sum() + LITTLE_CONTENT)
    return made, tuple(words[n] for n in rare.argmax(axis=1).tolist())


def _none(asked: Question, numbers: Floats) -> Floats:
    """Columns NULL_NAMES: what speaks for no entry at all; where a second entry is near too, neither is as sure."""
    is_unknown = asked.numbers < 0
    of_characters = asked.weight[is_unknown & (asked.kinds == CHAR)].sum() / (asked.mass[CHAR] + TINY)
    strongest = asked.weight[asked.words][is_unknown[asked.words]].max(initial=0.0)
    content = float(asked.content.sum())
    short = 1 / (1 + len(asked.told.text) / 4)
    nearest, second = sorted([0.0, 0.0, *numbers[:, NEAR].tolist()])[:-3:-1]
    return np.array(
        [
            1, short, of_characters, strongest, min(1.0, content / FULL_OF_WORDS), content < LITTLE_CONTENT,
            nearest, second,
        ],
        np.float32,
    )  # fmt: skip
