"""The vocabulary of data/: words, sounds, concepts and meanings, read once a process. (Reads files.)"""

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge import meanings, sounds, words
from knowledge.meanings import Meanings
from knowledge.policies import DATA, read_toml
from knowledge.tokens import Lexicon

ONE_WAY = {"ambiguous"}  # what terms.toml says may mean several things is no synonym


def load_words(cache_folder: Path | None = None) -> words.Words:
    """The words of data/. jieba keeps its cache in `cache_folder`; without one it starts half a second slower."""
    if cache_folder is None:
        with tempfile.TemporaryDirectory(prefix="bangban-words-") as folder:
            return load_words(Path(folder))
    pairs = " ".join(_lines("simplified.txt")).split()
    spoken = [(said, standard) for said, standard in (line.split() for line in _lines("spoken.txt"))]
    shape = " ".join(_lines("shape.txt")).split()
    made = words.build(read_toml("terms.toml"), pairs, spoken, shape, str(cache_folder))
    made.tokenizer.check_initialized()
    return made


def load_lexicon(cache_folder: Path | None = None) -> Lexicon:
    """Everything texts are read with: about a second, most of it jieba's dictionary."""
    known = load_words(cache_folder)
    return Lexicon(known, sounds.table(_lines("sounds.txt")), _concepts(known), load_meanings())


@lru_cache(maxsize=1)
def load_meanings() -> Meanings:
    """The table of data/meanings.*, made by tools/meanings.py."""
    kept = np.load(DATA / "meanings.npz")
    listed = (DATA / "meanings.txt").read_text(encoding="utf-8").split("\n")
    return Meanings({word: n for n, word in enumerate(listed)}, meanings.unpacked(kept["packed"], kept["scale"]))


def _concepts(known: words.Words) -> Mapping[str, str]:
    """Every way to say a thing, as a question is normalised, with the one name for it; `alike.txt` has everyday
    words.
    """
    found: dict[str, str] = {}
    groups = [
        [row["canonical"], *row["members"]] for row in read_toml("terms.toml")["synonym"] if row["kind"] not in ONE_WAY
    ]
    groups += [line.split() for line in _lines("alike.txt")]
    for group in groups:
        for word in group:
            normal = known.normalise(word)
            if len(normal) > 1:
                found.setdefault(normal, group[0])
    return found


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
