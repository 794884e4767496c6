"""How a question and the entries that may fit it compare: numbers for the combiner to weigh. Pure.

`recall` picks a few dozen rows through the inverted lists; `compare` measures each of their entries. The larger a
number, the better the fit; most are in 0..1, and those of what is left unexplained in -1..0. An entry has the
best of its rows in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    """A question by its tokens: numbers (-1: in no entry), kinds, weights, how much each says (`content`).

    `aligned` are the places of the words it is cut into, `meant` their directions, `telling` what each says of the
    meaning. By word: `words` its place among the tokens, `pairs` and `sounds` those of what it is made of (the last one
    repeated to fill the row), `means` that of its concept or of itself, `terms` whether it is one of the trade.
    """

    told: Told
    numbers: NDArray[np.int64]
    kinds: NDArray[np.intp]
    weight: Floats
    mass: Floats
    weight_by_kind: Floats  # a column a kind
    idf_by_kind: Floats  # a column for characters and pairs, one for words; each of length one
    place: Ints  # of each token of the index among those of the question, counted from 1; 0 for none
    words: slice
    aligned: NDArray[np.intp]
    meant: Floats
    telling: Floats
    pairs: NDArray[np.intp]
    sounds: NDArray[np.intp]
    means: NDArray[np.intp]
    content: Floats
    terms: Floats


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
    lexicon, vocabulary = index.vocabulary.lexicon, index.vocabulary
    size = len(index.weight)
    places: list[dict[str, int]] = []
    numbers: list[int] = []
    kinds: list[int] = []
    strange: dict[int, float] = {}
    for kind in range(KINDS):
        tokens = told.tokens[kind]
        found = vocabulary.numbers_of(kind, tokens, size)
        places.append(dict(zip(tokens, range(len(numbers), len(numbers) + len(tokens)), strict=True)))
        for token, number in zip(tokens, found, strict=True):
            if number < 0:
                strange[places[kind][token]] = OF_LANGUAGE * lexicon.rarity(kind, token) + OF_ENTRIES
        numbers += found
        kinds += [kind] * len(tokens)
    by_number, of_kind = np.array(numbers, np.int64), np.array(kinds, np.intp)
    weight, idf = index.weight[by_number], index.plain_idf[by_number]
    if strange:
        at = list(strange)
        weight[at], idf[at] = list(strange.values()), index.highest_idf
    by_number[~index.is_held[by_number]] = -1  # what is known from an entry that is gone is as good as unknown
    weight_by_kind = np.zeros((len(numbers), KINDS), np.float32)
    weight_by_kind[np.arange(len(numbers)), of_kind] = weight
    idf_by_kind = np.stack([idf * (of_kind <= PAIR), idf * (of_kind == WORD)], axis=1)
    idf_by_kind /= np.sqrt((idf_by_kind**2).sum(axis=0)) + TINY
    place = np.zeros(size + 1, np.int32)  # zeros cost nothing until they are touched
    place[by_number] = np.arange(1, len(numbers) + 1, dtype=np.int32)
    place[-1] = 0
    words = told.tokens[WORD]
    made_of = [_made_of(word, told, places, lexicon.concepts) for word in words]
    first = len(told.tokens[CHAR]) + len(told.tokens[PAIR])
    terms = lexicon.words.terms_known
    own = list(dict.fromkeys(told.words))
    aligned = [places[WORD][word] for word in own]
    known = [numbers[spot] for spot in aligned]
    meant, told_by = index.directions[index.points[known]], index.telling[known]
    for row, word in enumerate(own):
        if known[row] < 0:
            meant[row] = lexicon.meanings.word(word)
            told_by[row] = telling(lexicon.telling(word)) * (1 + EVERYWHERE)
    return Question(
        told, by_number, of_kind, weight,
        weight_by_kind.sum(axis=0),
        weight_by_kind,
        idf_by_kind,
        place,
        slice(first, first + len(words)),
        np.array(aligned, np.intp),
        meant,
        told_by,
        _filled([pairs for pairs, _, _ in made_of]),
        _filled([sounds for _, sounds, _ in made_of]),
        np.array([means for *_, means in made_of], np.intp),
        np.array([lexicon.content(word) for word in words], np.float32),
        np.array([word in terms for word in words], np.float32),
    )  # fmt: skip


def _made_of(
    word: str, told: Told, places: Sequence[dict[str, int]], concepts: Mapping[str, str]
) -> tuple[list[int], list[int], int]:
    begin, own = told.text.find(word), places[WORD][word]
    text, sound, by_pair, by_sound = told.text, told.sound, places[PAIR], places[SOUND]
    span = range(begin, begin + len(word) - 1)
    pairs = [by_pair[text[i : i + 2]] for i in span] or [places[CHAR][word]]
    sounds = [by_sound[sound[i : i + 2]] for i in span] or [own]
    return pairs, sounds, places[CONCEPT].get(concepts.get(word, ""), own)


def _filled(rows: list[list[int]]) -> NDArray[np.intp]:
    longest = max(map(len, rows), default=0)
    return np.array([row + row[-1:] * (longest - len(row)) for row in rows], np.intp).reshape(len(rows), longest)


# ------------------------------------------------------------------------------------------------ which to compare


def recall(index: Index, asked: Question) -> NDArray[np.intp]:
    """The rows worth comparing, in order: those that share most, and some of the entries whose doc shares most."""
    known = asked.numbers >= 0
    numbers, weights = asked.numbers[known], (asked.weight * KIND_SHARE[asked.kinds])[known]
    if not len(numbers) or not len(index.texts):
        return np.zeros(0, np.intp)
    by_row = _shared(index.row_postings, numbers, weights, len(index.texts)) / index.row_norm
    by_doc = _shared(index.doc_postings, numbers, weights, len(index)) / index.doc_root
    chosen = set(_largest(by_row, ROWS).tolist())
    if len(index.texts) <= MOST_ROWS_BY_MEANING:
        chosen.update(
            _largest(np.asarray(index.all_directions @ asked.told.direction, np.float32), ROWS_BY_MEANING).tolist()
        )
    has_rows = set(index.entry_of[list(chosen)].tolist())
    for entry in _largest(by_doc, DOCS).tolist():
        first, end = int(index.first_row[entry]), int(index.first_row[entry + 1])
        if entry not in has_rows and end > first:
            chosen.add(first + int(by_row[first:end].argmax()))
    return np.array(sorted(chosen), np.intp)


def _shared(postings: Lists, numbers: NDArray[np.int64], weights: Floats, size: int) -> Floats:
    """What each list shares with the question: rare tokens first, as long as their postings are few enough."""
    starts = postings.starts[numbers]
    counts = postings.starts[numbers + 1] - starts
    order = np.argsort(counts, kind="stable")
    within = order[: max(1, int(np.searchsorted(np.cumsum(counts[order]), MOST_POSTINGS, side="right")))]
    parts = [postings.tokens[s : s + n] for s, n in zip(starts[within].tolist(), counts[within].tolist(), strict=True)]
    spread = np.repeat(weights[within] ** 2, counts[within])
    return np.bincount(np.concatenate(parts), spread, minlength=size).astype(np.float32)


def _largest(values: NDArray[np.floating[Any]], n: int) -> NDArray[np.intp]:
    found = np.flatnonzero(values > 0)
    return found[np.argpartition(values[found], -n)[-n:]] if len(found) > n else found


# ------------------------------------------------------------------------------------------------ how they compare


def compare(index: Index, asked: Question, rows: NDArray[np.intp]) -> Compared:
    """The entries of these rows (in order, at least one), measured."""
    owners = index.entry_of[rows]
    firsts = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))
    entries = owners[firsts].astype(np.intp)
    by_row = _rows(index, asked, rows)
    best = np.maximum.reduceat(by_row, firsts, axis=0)
    by_doc, missing = _docs(index, asked, entries)
    counts = np.diff(np.append(firsts, len(rows)))
    numbers = np.empty((len(entries), len(NAMES)), np.float32)
    numbers[:, : len(BY_ROW)] = best
    numbers[:, len(BY_ROW) : -3] = by_doc
    numbers[:, -3] = -best[:, EXTRA_TERM] * by_doc[:, MISSING_TERM]
    numbers[:, -2] = -best[:, EXTRA_RARE] * by_doc[:, MISSING_RARE]
    numbers[:, -1] = np.add.reduceat(by_row[:, COSINE], firsts) / counts
    spans = zip(firsts.tolist(), (firsts + counts).tolist(), strict=True)
    best_rows = rows[[first + int(by_row[first:end, RATIO].argmax()) for first, end in spans]]
    return Compared(entries, numbers, best_rows, _none(asked, numbers), missing)


def _rows(index: Index, asked: Question, rows: NDArray[np.intp]) -> Floats:
    """Columns BY_ROW."""
    places, owner = index.rows.places(rows)
    tokens = index.rows.tokens[places]
    is_shared = asked.place[tokens] > 0
    weight, kinds = index.weight[tokens], index.kinds[tokens]
    common = weight * is_shared
    shared = np.bincount(owner * KINDS + kinds, common, minlength=len(rows) * KINDS).reshape(len(rows), KINDS)
    of_query = shared / (asked.mass + TINY)
    of_row = shared / (index.row_mass[rows] + TINY)
    cosine = np.bincount(owner, common * weight, minlength=len(rows))
    cosine = cosine / (index.row_norm[rows] * np.sqrt((asked.weight**2).sum()))
    strange = np.zeros(len(rows), np.float32)
    strange[owner[index.is_term[tokens] & ~is_shared]] = -1.0
    extra = np.zeros(len(rows), np.float32)
    np.maximum.at(extra, owner, index.content[tokens] * ~is_shared)
    differ = (asked.mass[ASKED] > 0) & (index.row_mass[rows, ASKED] > 0) & (shared[:, ASKED] == 0)
    numbers = rows.tolist()
    texts, heard = [index.texts[row] for row in numbers], [index.sounds[row] for row in numbers]
    ratio = process.cdist([asked.told.text], texts, scorer=fuzz.ratio)[0] / 100
    length, lengths = len(asked.told.text), np.array([len(text) for text in texts])
    made = np.empty((len(rows), len(BY_ROW)), np.float32)
    np.sqrt(of_query * of_row, out=made[:, :KINDS], casting="same_kind")
    made[:, KINDS] = of_row[:, CHAR]
    made[:, KINDS + 1] = ratio
    # The longest common subsequence, of the longer text: the ratio is twice it of both.
    made[:, KINDS + 2] = ratio * (length + lengths) / (2 * np.maximum(length, lengths))
    made[:, KINDS + 3] = process.cdist([asked.told.sound], heard, scorer=fuzz.ratio)[0] / 100
    made[:, KINDS + 4] = cosine
    made[:, KINDS + 5] = index.row_directions[rows].astype(np.float32) @ asked.told.direction
    made[:, KINDS + 6 : KINDS + 12] = _aligned(index, asked, rows)
    made[:, KINDS + 12] = -differ.astype(np.float32)
    made[:, KINDS + 13] = strange
    made[:, KINDS + 14] = -extra
    return made


def _aligned(index: Index, asked: Question, rows: NDArray[np.intp]) -> Floats:
    """How much of the question is meant by each row, of each row by the question, and both: every word is measured by
    the one on the other side that is nearest to it in meaning. Twice: each word weighed by what it tells, then by how
    rare it is.
    """
    places, owner = index.words.places(rows)
    words = index.words.tokens[places]
    near = asked.meant @ index.directions[index.points[words]].T
    np.clip(near, 0, 1, out=near)
    near[asked.place[words] == asked.aligned[:, None] + 1] = 1
    firsts = np.searchsorted(owner, np.arange(len(rows)))
    weights = np.stack([asked.telling, asked.weight[asked.aligned]])
    of_query = weights @ np.maximum.reduceat(near, firsts, axis=1) / weights.sum(axis=1, keepdims=True)
    weights = np.stack([index.telling[words], index.weight[words]])
    of_row = np.add.reduceat(weights * near.max(axis=0), firsts, axis=1) / np.add.reduceat(weights, firsts, axis=1)
    return np.stack([of_query, of_row, np.sqrt(of_query * of_row)], axis=1).reshape(-1, len(rows)).T


def _docs(index: Index, asked: Question, entries: NDArray[np.intp]) -> tuple[Floats, tuple[str, ...]]:
    """Columns BY_DOC, and by entry the weightiest word of the question that it lacks."""
    places, owner = index.docs.places(entries)
    tokens = index.docs.tokens[places]
    at = asked.place[tokens] - 1
    shared = np.flatnonzero(at >= 0)
    at, owner, places, tokens = at[shared], owner[shared], places[shared], tokens[shared]
    ends = index.docs.starts[entries] + index.asked[entries]
    has = np.zeros((len(entries), len(asked.numbers)), np.float32)
    has[owner, at] = np.where(places < ends[owner], 1.0, IN_ANSWER)
    tfidf = np.zeros_like(has)
    tfidf[owner, at] = index.plain_idf[tokens] * index.times[places]
    grams, words = np.split(tfidf @ asked.idf_by_kind, 2, axis=1)
    if len(asked.means):
        by_parts = has[:, asked.pairs].min(axis=2)
        by_ear = HEARD * has[:, asked.sounds].min(axis=2)
        by_meaning = MEANT * has[:, asked.means]
        own = has[:, asked.words]
        has[:, asked.words] = np.maximum(np.maximum(own, by_parts), np.maximum(by_ear, by_meaning))
    is_word = asked.words
    squared = asked.weight**2
    lacks = 1 - has[:, is_word]
    lacking, rare = lacks * asked.weight[is_word], lacks * asked.content
    told = asked.told
    missing = tuple(told.tokens[WORD][n] for n in rare.argmax(axis=1).tolist()) if rare.size else ("",) * len(entries)
    made = np.empty((len(entries), len(BY_DOC)), np.float32)
    made[:, :KINDS] = (has @ asked.weight_by_kind) / (asked.mass + TINY)
    made[:, KINDS] = (has @ squared) / (np.sqrt(squared.sum()) * index.doc_root[entries])
    made[:, KINDS + 1] = grams[:, 0] / index.gram_norm[entries]
    made[:, KINDS + 2] = words[:, 0] / index.word_norm[entries]
    made[:, KINDS + 3] = index.doc_directions[entries].astype(np.float32) @ told.direction
    made[:, KINDS + 4] = -lacking.max(axis=1, initial=0.0)
    made[:, KINDS + 5] = -rare.max(axis=1, initial=0.0)
    all_rare = rare.sum(axis=1)
    made[:, KINDS + 6] = -all_rare / FULL_OF_WORDS
    made[:, KINDS + 7] = -(lacks * asked.terms).max(axis=1, initial=0.0)
    made[:, KINDS + 8] = 1 - all_rare / (asked.content.sum() + LITTLE_CONTENT)
    return made, missing


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
