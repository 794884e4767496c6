"""From how an entry and a question compare to how likely it is what was meant: a linear combiner anybody can
read. Pure.

Each candidate's numbers (knowledge.features) times their weights make its score; "no entry fits" has a score of
its own. The chances are the softmax of all of them. Weights stand in data/weights.toml and are made by `make
weights` (tools/weights.py) from labelled questions; the thresholds from `bangban knowledge calibrate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.arrays import Floats
from knowledge.features import NAMES, NULL_NAMES, Compared

HINTS = ("lacks_need", "has_avoid", "is_named", "is_unnamed", "has_needs", "has_all_needs")


@dataclass(frozen=True)
class Weights:
    """`entry` in the order of NAMES, `none` of NULL_NAMES, `hints` of HINTS.

    `answer_at`: the chance from which on an entry is answered outright; `suggest_at`: the chance of the best
    three together from which on they are offered.
    """

    entry: Floats
    none: Floats
    hints: Floats
    answer_at: float
    suggest_at: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Weights":
        """From data/weights.toml. Raises KeyError where a weight is missing."""
        return cls(
            np.array([row["entry"][name] for name in NAMES], np.float32),
            np.array([row["none"][name] for name in NULL_NAMES], np.float32),
            np.array([row["hints"][name] for name in HINTS], np.float32),
            float(row["thresholds"]["answer_at"]),
            float(row["thresholds"]["suggest_at"]),
        )


def chances(weights: Weights, compared: Compared, hints: Floats) -> tuple[Floats, float]:
    """The chance of each entry, and that none of them was meant; together 1. `hints` has a row an entry."""
    scores = compared.numbers @ weights.entry + hints @ weights.hints
    none = float(compared.none @ weights.none)
    highest = max(float(scores.max()), none)
    raised, nothing = np.exp(scores - highest), float(np.exp(none - highest))
    total = float(raised.sum()) + nothing
    return (raised / total).astype(np.float32), nothing / total
