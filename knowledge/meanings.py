"""What words mean, as directions: words used alike point alike. Pure.

A table of 27,480 words distilled from multilingual-e5-small (MIT) by tools/meanings.py: 96 numbers a word, four
bits each. A text points where its words do, the telling ones most. It says that 孩子 is near 子女 where no character
is shared; it knows nothing of grammar, so it only ever weighs among other signs (knowledge.features).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

LEAST, PLAIN = 0.02, 0.25  # a word that everyone uses all day says next to nothing of what is meant
PLAIN_IN_TEXT = 0.1  # but more of where a text points as a whole
LEAST_LENGTH = 1e-6  # keeps a quotient finite
OF_CHARACTER = 0.6  # a character of a word that has no direction of its own
BY_CHARACTERS = 0.5  # how far the characters of a word turn it, beside its own direction: 挂失 and 遗失 share one


@dataclass(frozen=True)
class Meanings:
    """`number` of each word in `directions`, whose rows have length one."""

    number: Mapping[str, int]
    directions: NDArray[np.float32]

    @property
    def size(self) -> int:
        return int(self.directions.shape[1])

    def parts(self, word: str, rarity: float) -> tuple[list[int], list[float]]:
        """What a word, so rare (0..1), turns a text by: rows of `directions` and their weights."""
        weight = max(LEAST, rarity - PLAIN_IN_TEXT)
        if (found := self.number.get(word)) is not None:
            return [found], [weight]
        numbers = [number for each in word if (number := self.number.get(each)) is not None]
        return numbers, [OF_CHARACTER * weight] * len(numbers)

    def word(self, word: str) -> NDArray[np.float32]:
        """Where one word points, by itself and by its characters, or by these alone; zero if they have none either."""
        known = self.number.get(word)
        if known is None:
            return self.where([self.parts(word, 1.0)])
        characters = [number for each in word if (number := self.number.get(each)) is not None]
        if len(word) < 2 or not characters:
            return np.asarray(self.directions[known], np.float32)
        return _unit(self.directions[known] + BY_CHARACTERS * _unit(self.directions[characters].sum(axis=0)))

    def where(self, words: Iterable[tuple[list[int], list[float]]]) -> NDArray[np.float32]:
        """Where the words of one text (by their `parts`) point together: of length one, or zeros."""
        numbers: list[int] = []
        weights: list[float] = []
        for some, their in words:
            numbers += some
            weights += their
        return _unit(np.array(weights, np.float32) @ self.directions[numbers])

    def of(self, texts: Iterable[Iterable[tuple[list[int], list[float]]]]) -> NDArray[np.float32]:
        """Where the words of each text (by their `parts`) point together: a row of length one a text, or of zeros."""
        numbers: list[int] = []
        weights: list[float] = []
        firsts: list[int] = []
        for words in texts:
            firsts.append(len(numbers))
            for some, their in words:
                numbers += some
                weights += their
            if firsts[-1] == len(numbers):
                numbers.append(0)
                weights.append(0.0)
        turned = self.directions[numbers] * np.array(weights, np.float32)[:, None]
        total: NDArray[np.float32] = np.add.reduceat(turned, np.array(firsts, np.intp), axis=0)
        lengths: NDArray[np.float32] = np.maximum(np.sqrt(np.einsum("ij,ij->i", total, total)), LEAST_LENGTH)
        return np.asarray(total / lengths[:, None], np.float32)


def telling(rarity: float) -> float:
    """How much a word so rare (0..1) says of what a text means."""
    return max(LEAST, rarity - PLAIN)


def _unit(direction: NDArray[np.float32]) -> NDArray[np.float32]:
    made: NDArray[np.float32] = direction / max(sqrt(direction @ direction), LEAST_LENGTH)
    return made


def unpacked(packed: NDArray[np.uint8], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """Directions from their four-bit form: two numbers a byte, each -7..7 times the scale of its column."""
    halves = np.stack([packed >> 4, packed & 15], axis=-1).reshape(len(packed), -1).astype(np.float32) - 8
    made = halves * scale
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-6)
    return np.asarray(made / lengths, np.float32)


def packed(directions: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The four-bit form of directions with an even number of columns, and the scale of each column."""
    scale = (2.6 * directions.std(axis=0) / 7).astype(np.float32)
    steps = (np.clip(np.rint(directions / scale), -7, 7) + 8).astype(np.uint8)
    return (steps[:, 0::2] << 4) | steps[:, 1::2], scale
