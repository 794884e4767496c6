"""How well do questions find their entries? `python -m bench.retrieval` sets ours beside what one would reach for
first: rapidfuzz over all wordings, bm25s on jieba's words, tf-idf of characters, all scored by the same code
(knowledge.measuring) on the same labelled questions.

The rivals get our normalised text, and answer whatever they find first: they have no way to say that nothing fits, so
the last three columns are ours alone. Times are processor time a question, from the text as typed. `--scale` asks the
questions of tax2022 among 1,000, 10,000 and 100,000 entries, each in a process of its own; `--semantic` sets ours
beside ours with a second look, which needs the extra of that name.
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import measuring, second_look, shipped  # noqa: E402
from knowledge.index import Index, Vocabulary  # noqa: E402
from knowledge.matching import OFFERED, Search  # noqa: E402
from knowledge.measuring import Labelled, Measured, Outcome, summed  # noqa: E402
from knowledge.model import Entry  # noqa: E402
from knowledge.reading import load_lexicon  # noqa: E402
from knowledge.second_look import SecondLook  # noqa: E402
from knowledge.shelf import entries_of, load_weights  # noqa: E402
from knowledge.tokens import Lexicon  # noqa: E402
from tools import second_look as looking  # noqa: E402
from tools import weights as learning  # noqa: E402

OURS_TO_SHIP = ROOT / "bench" / "data"
SHARED = ROOT.parent / "shared" / "bench"  # for research only: not shipped, nothing of ours is fitted to it
SEED = 2022
FOLDS = 5
MISHEARD = 3  # characters a question
SIZES = (1_000, 10_000, 100_000)
SECOND = "ours with a second look"
MEGABYTE = 1024  # of the kilobytes /proc counts in

Scores = Callable[[str], np.ndarray]  # from a normalised question to a score for each entry


@dataclass(frozen=True)
class Labels:
    """Entries and the questions that go to them, or to none of them."""

    name: str
    entries: tuple[Entry, ...]
    questions: tuple[Labelled, ...]

    @property
    def heading(self) -> str:
        inside = sum(bool(each.ids) for each in self.questions)
        outside = len(self.questions) - inside
        return f"{self.name}: {len(self.entries):,} entries; {inside:,} questions in scope, {outside:,} out of it"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", action="store_true", help="among more and more entries, instead of beside rivals")
    asked.add_argument("--semantic", action="store_true", help="with a second look (decision 0025), beside without")
    given = asked.parse_args()
    if given.scale:
        _show_scale()
    elif given.semantic:
        _show_second_look()
    else:
        _show_rivals()


def _read(folder: Path) -> Labels:
    rows = [
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("entries", "queries")
    ]
    entries = tuple(Entry(e["id"], e["question"], tuple(e.get("alternates", ())), e.get("answer", "")) for e in rows[0])
    questions = tuple(Labelled(q["query"], frozenset(filter(None, [q["faq_id"]]))) for q in rows[1])
    return Labels(folder.name, entries, questions)


# ------------------------------------------------------------------------------------------------ beside rivals


def _show_rivals() -> None:
    lexicon = load_lexicon()
    tax = _read(OURS_TO_SHIP / "tax2022")
    _show(tax, [*_ours(tax, lexicon), *_rivals(tax, lexicon), *_harder(tax, lexicon)])
    for name in ("ths300", "ncov"):
        if not (SHARED / name).is_dir():
            print(f"\n{name} is SKIPPED: it is for research only, not shipped, and {SHARED / name} is not there.")
            continue
        labels = _read(SHARED / name)
        _show(labels, [*_ours(labels, lexicon), *_rivals(labels, lexicon)])


def _ours(labels: Labels, lexicon: Lexicon) -> Iterable[tuple[str, Measured]]:
    yield "ours", measuring.evaluate(labels.entries, labels.questions, lexicon, load_weights())


def _rivals(labels: Labels, lexicon: Lexicon) -> Iterable[tuple[str, Measured]]:
    for name, made in (
        ("rapidfuzz.ratio, rows", _by_ratio),
        ("bm25s + jieba, entries", _by_words),
        ("char 1–2-gram tf-idf, entries", _by_grams),
    ):
        yield name, _measured(labels, made(labels.entries, lexicon.words.normalise), lexicon)


def _measured(labels: Labels, scores: Scores, lexicon: Lexicon) -> Measured:
    return summed([_asked(each, labels.entries, scores, lexicon.words.normalise) for each in labels.questions])


def _asked(asked: Labelled, entries: Sequence[Entry], scores: Scores, normalise: Callable[[str], str]) -> Outcome:
    started = time.process_time()
    found = scores(normalise(asked.text))
    best = np.argsort(-found, kind="stable")[:OFFERED].tolist()
    spent = (time.process_time() - started) * 1000
    hits = tuple(entries[number].id for number in best if found[number] > 0)
    return Outcome(asked, float(found[best[0]]), hits, "answer", spent)


def _by_ratio(entries: Sequence[Entry], normalise: Callable[[str], str]) -> Scores:
    from rapidfuzz import fuzz, process

    told = [[normalise(text) for text in (entry.question, *entry.variants)] for entry in entries]
    rows = [text for texts in told for text in texts]
    first = np.cumsum([0, *(len(texts) for texts in told[:-1])])
    return lambda query: np.maximum.reduceat(process.cdist([query], rows, scorer=fuzz.ratio)[0], first)


def _by_words(entries: Sequence[Entry], normalise: Callable[[str], str]) -> Scores:
    import bm25s
    import jieba

    jieba.setLogLevel("ERROR")
    index = bm25s.BM25()
    index.index([jieba.lcut(text) for text in _whole(entries, normalise)], show_progress=False)
    nothing = np.zeros(len(entries), np.float32)

    def scores(query: str) -> np.ndarray:
        known = [word for word in jieba.lcut(query) if word in index.vocab_dict]
        return index.get_scores(known) if known else nothing

    return scores


def _by_grams(entries: Sequence[Entry], normalise: Callable[[str], str]) -> Scores:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    by_gram = vectors.fit_transform(_whole(entries, normalise)).T.tocsr()
    return lambda query: (vectors.transform([query]) @ by_gram).toarray()[0]


def _whole(entries: Sequence[Entry], normalise: Callable[[str], str]) -> list[str]:
    """Everything each entry says, as one text."""
    return [" ".join(map(normalise, (entry.question, *entry.variants, entry.answer))) for entry in entries]


def _harder(labels: Labels, lexicon: Lexicon) -> Iterable[tuple[str, Measured]]:
    """With weights that were learned without the questions they are asked, since ours are learned from all of these;
    then the same on questions misheard.
    """
    index = learning.tax_index(lexicon)
    folds = _folds(labels, index, lexicon)
    yield "ours, cross-validated", _of_folds(index, folds)
    alike, chance = learning.heard_alike(lexicon), random.Random(SEED)
    misheard = {
        each: replace(each, text=learning.misheard(each.text, alike, chance, MISHEARD)) if each.ids else each
        for each in labels.questions
    }
    again = [(weights, [misheard[each] for each in fold]) for weights, fold in folds]
    yield "ours, cross-validated, three homophones a question", _of_folds(index, again)
    noisy = replace(labels, questions=tuple(misheard.values()))
    by_ratio = _by_ratio(labels.entries, lexicon.words.normalise)
    yield "rapidfuzz.ratio, three homophones a question", _measured(noisy, by_ratio, lexicon)


def _folds(labels: Labels, index: Index, lexicon: Lexicon) -> list[tuple[Any, list[Labelled]]]:
    """Weights learned from four fifths of the questions (and all else ours are learned from), with the other fifth."""
    mixed = random.Random(SEED).sample(labels.questions, len(labels.questions))
    always = learning.held_out(lexicon)
    folds = []
    for number in range(FOLDS):
        fifth = mixed[number::FOLDS]
        rest = [(each.text, sorted(each.ids) or None) for each in mixed if each not in fifth]
        samples = learning.samples_of(index, rest, learning.LABELLED_COUNTS)
        folds.append((learning.weights_from([*samples, *always]), fifth))
    return folds


def _show_second_look() -> None:
    lexicon, look = load_lexicon(), SecondLook(second_look.model(), second_look.NOTHING_LEARNED)
    tax, index = _read(OURS_TO_SHIP / "tax2022"), learning.tax_index(lexicon)
    folds = _folds(tax, index, lexicon)
    always = learning.held_out(lexicon, 1, looking.learner(look, load_weights()))
    looked = []
    for weights, fold in folds:
        rest = [(each.text, sorted(each.ids) or None) for each in tax.questions if each not in fold]
        learned = looking.of_tax(lexicon, looking.learner(look, weights), rest)
        taught = looking.fitted([*learned, *always])
        read = {text: look.known[text] for text in index.texts if text in look.known}  # wordings, and no question
        weights = replace(weights, answer_at=load_weights(is_semantic=True).answer_at)
        search = Search(index, weights, SecondLook(look.encode, taught, read))
        looked += [measuring.ask(search, each) for each in fold]
    _show(tax, [("ours, cross-validated", _of_folds(index, folds)), (f"{SECOND}, cross-validated", summed(looked))])
    shipped_look = second_look.load(True)
    for name in filter(lambda name: (SHARED / name).is_dir(), ("ths300", "ncov")):
        labels = _read(SHARED / name)
        made = measuring.evaluate(labels.entries, labels.questions, lexicon, load_weights(True), shipped_look)
        _show(labels, [*_ours(labels, lexicon), (SECOND, made)])


def _of_folds(index: Index, folds: Iterable[tuple[Any, list[Labelled]]]) -> Measured:
    return summed([measuring.ask(Search(index, weights), each) for weights, fold in folds for each in fold])


def _show(labels: Labels, rows: Iterable[tuple[str, Measured]]) -> None:
    print(f"\n{labels.heading}\n")
    print(
        "| | top1 | recall3 | AUROC | coverage_at_95 | p50 ms | p99 ms "
        "| answered rightly outright (of in scope) | wrong answers (of all) | refused rightly |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for name, made in rows:
        cells = [f"{share:.3f}" for share in (made.top1, made.recall3, made.auroc, made.coverage_at_95)]
        cells += [f"{made.p50_ms:.2f}", f"{made.p99_ms:.2f}"]
        told = [f"{share:.3f}" for share in (made.right_answers, made.wrong_answers, made.refused_right)]
        cells += told if name.startswith("ours") else ["–"] * len(told)
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


# ------------------------------------------------------------------------------------------------ among more entries


@dataclass(frozen=True)
class Scaled:
    """`rss_mb` holds the index and the lexicon, `bare_mb` the lexicon alone; times are processor time."""

    size: int
    build_s: float
    rebuild_s: float
    bare_mb: float
    rss_mb: float
    measured: Measured


def _show_scale() -> None:
    sources = [SHARED / name for name in ("ths300", "ncov") if (SHARED / name).is_dir()]
    made_of = " and ".join(folder.name for folder in sources)
    print(f"\ntax2022 among distractors made of halves of questions of {made_of or 'our own library'}", end="")
    print("\n" if made_of else f" ({SHARED} is not there, and ours speak of the same things: they are harder)\n")
    print("| entries | build s | RSS MB | of it lexicon | top1 | p50 ms | p99 ms | rebuild after one edit s |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool:
        for made in pool.map(_scaled, SIZES, [sources] * len(SIZES)):
            cells = [f"{made.size:,}", f"{made.build_s:.2f}", f"{made.rss_mb:.0f}", f"{made.bare_mb:.0f}"]
            cells += [f"{made.measured.top1:.3f}", f"{made.measured.p50_ms:.2f}", f"{made.measured.p99_ms:.2f}"]
            print(f"| {' | '.join(cells)} | {made.rebuild_s:.2f} |", flush=True)


def _scaled(size: int, sources: Sequence[Path]) -> Scaled:
    lexicon, weights = load_lexicon(), load_weights()
    tax = _read(OURS_TO_SHIP / "tax2022")
    entries = [*tax.entries, *_distractors(tax.entries, sources, size - len(tax.entries), lexicon)]
    bare = _resident_mb()
    started = time.process_time()
    index = Index.build(entries, Vocabulary(lexicon))
    build = time.process_time() - started
    search = Search(index, weights)
    search.find(tax.entries[0].question)  # what is unpacked with the first question is not that question's time
    measured = summed([measuring.ask(search, each) for each in tax.questions])
    resident = _resident_mb()
    edited = replace(entries[0], variants=(*entries[0].variants, "留抵退税说的是哪一种退税"))
    started = time.process_time()
    Index.build([edited, *entries[1:]], index.vocabulary, before=index)
    return Scaled(size, build, time.process_time() - started, bare, resident, measured)


def _distractors(entries: Iterable[Entry], sources: Sequence[Path], wanted: int, lexicon: Lexicon) -> list[Entry]:
    """The beginning of one question with the end of another, none of them a wording of these entries."""
    telling = [entry for folder in sources for entry in _read(folder).entries] or entries_of(shipped.contents())
    texts = [text for entry in telling for text in (entry.question, *entry.variants) if len(text) > 1]
    taken = {lexicon.words.normalise(text) for entry in entries for text in (entry.question, *entry.variants)}
    chance = random.Random(SEED)
    made: list[Entry] = []
    while len(made) < wanted:
        one, other = chance.choice(texts), chance.choice(texts)
        text = one[: len(one) // 2] + other[len(other) // 2 :]
        if (normal := lexicon.words.normalise(text)) and normal not in taken:
            taken.add(normal)
            made.append(Entry(f"distractor-{len(made)}", text))
    return made


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / MEGABYTE


if __name__ == "__main__":
    main()
