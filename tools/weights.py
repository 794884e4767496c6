"""Makes knowledge/data/weights.toml: `make weights` (about a minute).

Learned from labelled questions that may be shipped: bench/data/tax2022 and foreign.txt (written for this project)
and our own library, with some wordings of each entry held out as questions, some entries held out whole (their
questions then fit nothing), and some characters replaced by others that sound alike. Nothing is fitted to the
research sets of the founders' bench.

A conditional logit: the chance of an entry is the softmax of its score among the candidates and "no entry fits".
It is convex, so the result does not depend on where it starts; the penalty keeps weights small.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import features, shipped  # noqa: E402
from knowledge.combiner import HINTS, Weights  # noqa: E402
from knowledge.index import Index, Vocabulary  # noqa: E402
from knowledge.model import Entry  # noqa: E402
from knowledge.policies import DATA  # noqa: E402
from knowledge.reading import load_lexicon  # noqa: E402
from knowledge.shelf import entries_of  # noqa: E402
from knowledge.tokens import Lexicon  # noqa: E402

PENALTY = 2.0
LABELLED_COUNTS = 4.0  # a question somebody asked counts as much as four wordings held out
SPLITS = 4
HELD_OUT_ENTRIES, HELD_OUT_WORDINGS, KEPT_WORDINGS = 0.15, 4, 6
MISHEARD = 0.35
COMMON = 20_000  # characters written as often as this replace others that sound alike
# What an editor's words for an entry are worth: set by hand, and looked at with the fresh questions of tests/knowledge.
HINT_WEIGHTS = dict(zip(HINTS, (-2.5, -5.0, 1.0, -1.2, 0.7, 0.5), strict=True))
THRESHOLDS = {"answer_at": 0.56, "suggest_at": 0.25}  # `bangban knowledge calibrate` says what to expect of them

Sample = tuple[
    np.ndarray, np.ndarray, int, float
]  # numbers of the candidates, of none, the right one (-1: none), counts
Asked = tuple[str, Sequence[str] | None]  # a question, the ids it may be answered by; None: no entry fits
Learn = Callable[
    [Index, Sequence[Asked], float], Iterator[Sample]
]  # what questions of an index teach, each counting so


def main() -> None:
    lexicon = load_lexicon()
    labelled = samples_of(tax_index(lexicon), tax_questions(), LABELLED_COUNTS)
    samples = [*labelled, *held_out(lexicon)]
    _write(rounded(fit(samples, PENALTY)), len(samples))


def samples_of(index: Index, asked: Sequence[Asked], counts: float) -> Iterator[Sample]:
    """What there is to learn from questions; those whose entry is not recalled are left out."""
    lexicon = index.vocabulary.lexicon
    for text, ids in asked:
        query = lexicon.words.normalise(text)
        if not query:
            continue
        question = features.question(index, index.read(query))
        rows = features.recall(index, question)
        if not len(rows):
            continue
        compared = features.compare(index, question, rows)
        right = -1
        if ids is not None:
            right = next((n for n, e in enumerate(compared.entries.tolist()) if index.ids[e] in ids), -2)
        if right > -2:
            yield compared.numbers, compared.none, right, counts


def tax_index(lexicon: Lexicon, *, is_bare: bool = False) -> Index:
    """`is_bare`: with the questions alone, as entries are that somebody has just written."""
    rows = _tax("entries")
    if is_bare:
        return Index.build([Entry(e["id"], e["question"]) for e in rows], Vocabulary(lexicon))
    whole = [Entry(e["id"], e["question"], tuple(e.get("alternates", ())), e.get("answer", "")) for e in rows]
    return Index.build(whole, Vocabulary(lexicon))


def tax_questions() -> list[Asked]:
    return [(q["query"], None if q["faq_id"] is None else [q["faq_id"]]) for q in _tax("queries")]


def _tax(name: str) -> list[dict[str, Any]]:
    path = ROOT / "bench" / "data" / "tax2022" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def held_out(lexicon: Lexicon, splits: int = SPLITS, learn: Learn = samples_of) -> list[Sample]:
    """Wordings of our own library as questions, and those that nothing answers; divided so many times."""
    return [each for seed in range(splits) for each in _held_out(lexicon, seed, learn)]


def _held_out(lexicon: Lexicon, seed: int, learn: Learn) -> Iterator[Sample]:
    """Every second time without the answers, so that a library of bare questions is not strange to the combiner."""
    chance = random.Random(seed)
    alike = heard_alike(lexicon)
    kept: list[Entry] = []
    asked: list[Asked] = []
    for entry in entries_of(shipped.contents()):
        wordings = list(entry.variants)
        chance.shuffle(wordings)
        if entry.id.startswith("matter/"):  # their wordings are made from names by templates, not said by people
            continue
        if chance.random() < HELD_OUT_ENTRIES:
            asked += [(text, None) for text in wordings[:3]]
            continue
        held = wordings[: min(HELD_OUT_WORDINGS, max(1, len(wordings) // 2))]
        rest = wordings[len(held) :][:KEPT_WORDINGS]
        kept.append(Entry(entry.id, entry.question, tuple(rest), entry.answer if seed % 2 == 0 else ""))
        asked += [(text, [entry.id]) for text in held]
    asked += [(text, None) for text in _foreign()[seed::SPLITS]]
    said = [
        (misheard(text, alike, chance, chance.choice((1, 2, 3))) if chance.random() < MISHEARD else text, ids)
        for text, ids in asked
    ]
    yield from learn(Index.build(kept, Vocabulary(lexicon)), said, 1.0)


def _foreign() -> list[str]:
    """Questions written for this, which nothing of ours answers."""
    return (ROOT / "bench" / "data" / "foreign.txt").read_text(encoding="utf-8").splitlines()


def heard_alike(lexicon: Lexicon) -> dict[str, list[str]]:
    """For each common character the others that sound the same."""
    found: dict[str, list[str]] = {}
    for line in (DATA / "sounds.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group = [c for c in line.split()[1] if lexicon.characters.get(c, 0) > COMMON]
            found |= {c: [other for other in group if other != c] for c in group}
    return found


def misheard(text: str, alike: dict[str, list[str]], chance: random.Random, times: int) -> str:
    """The text with so many of its characters, taken at random, replaced by others that sound alike."""
    places = [n for n, c in enumerate(text) if alike.get(c)]
    said = list(text)
    for place in chance.sample(places, min(times, len(places))):
        said[place] = chance.choice(alike[said[place]])
    return "".join(said)


def fit(samples: Sequence[Sample], penalty: float) -> np.ndarray:
    """Newton's method with halved steps. Weights of the candidates' numbers, then of none's."""
    width, nothing = samples[0][0].shape[1], samples[0][1].shape[0]
    blocks = [
        np.vstack([np.hstack([x, np.zeros((len(x), nothing))]), np.hstack([np.zeros(width), z])])
        for x, z, _, _ in samples
    ]
    starts = np.concatenate([[0], np.cumsum([len(block) for block in blocks])])
    right = starts[:-1] + [r if r >= 0 else len(b) - 1 for b, (_, _, r, _) in zip(blocks, samples, strict=True)]
    everything, counts = np.vstack(blocks).astype(float), np.array([c for *_, c in samples])
    owner = np.repeat(np.arange(len(blocks)), np.diff(starts))
    penalties = np.full(width + nothing, penalty)
    penalties[width] = 1e-3  # how easily nothing fits at all is no sign of overfitting

    def value(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = everything @ weights
        highest = np.maximum.reduceat(scores, starts[:-1])
        raised = np.exp(scores - highest[owner])
        totals = np.add.reduceat(raised, starts[:-1])
        fits = (counts * (scores[right] - highest - np.log(totals))).sum()
        return fits - 0.5 * (penalties * weights**2).sum(), raised / totals[owner]

    weights = np.zeros(width + nothing)
    best, chance = value(weights)
    for _ in range(60):
        by_count = (chance * counts[owner])[:, None]
        slope = (everything[right] * counts[:, None]).sum(0) - (everything * by_count).sum(0) - penalties * weights
        mean = np.add.reduceat(everything * chance[:, None], starts[:-1], axis=0)
        bend = (everything * by_count).T @ everything - (mean * counts[:, None]).T @ mean + np.diag(penalties)
        step, share = np.linalg.solve(bend, slope), 1.0
        while (found := value(weights + share * step))[0] < best and share > 1e-4:
            share /= 2
        if found[0] - best < 1e-4:
            break
        weights, (best, chance) = weights + share * step, found
    return weights


def rounded(weights: np.ndarray) -> dict[str, dict[str, Any]]:
    """What `fit` found with what is set by hand, as data/weights.toml has it and Weights.of takes it."""
    split = len(features.NAMES)
    return {
        "entry": {n: round(float(w), 3) for n, w in zip(features.NAMES, weights[:split], strict=True)},
        "none": {n: round(float(w), 3) for n, w in zip(features.NULL_NAMES, weights[split:], strict=True)},
        "hints": HINT_WEIGHTS,
        "thresholds": THRESHOLDS,
    }


def weights_from(samples: Sequence[Sample]) -> Weights:
    """The weights these samples teach, with the penalty and the thresholds we ship."""
    return Weights.of(rounded(fit(samples, PENALTY)))


def _write(parts: dict[str, dict[str, Any]], samples: int) -> None:
    lines = [
        f"# Made by `make weights` from {samples} labelled questions; see tools/weights.py for from where, and",
        "# knowledge/features.py for what each number measures. Hints and thresholds are set by hand there.",
    ]
    for name, values in parts.items():
        lines += ["", f"[{name}]", *(f"{key} = {value}" for key, value in values.items())]
    (DATA / "weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
