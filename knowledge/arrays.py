"""Lists of numbers end to end, forward and inverted. Pure."""

from array import array
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.tokens import KINDS

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Directions: TypeAlias = NDArray[np.float16]
TINY = np.float32(1e-6)  # keeps a quotient finite


@dataclass(frozen=True)
class Lists:
    """Lists of tokens end to end: list i is `tokens[starts[i]:starts[i + 1]]`."""

    starts: NDArray[np.int64]
    tokens: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Ints:
        return self.tokens[self.starts[number] : self.starts[number + 1]]

    def places(self, numbers: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.int64]]:
        """Where the tokens of some lists stand, for each of them which of those lists it is from, and for each list the
        first of its own among them.
        """
        starts = self.starts[numbers]
        lengths = self.starts[numbers + 1] - starts
        owner = np.repeat(np.arange(len(numbers)), lengths)
        begins = np.cumsum(lengths) - lengths
        return np.arange(len(owner)) + (starts - begins)[owner], owner, begins

    def inverted(self, size: int) -> "Lists":
        """For each token the lists it stands in."""
        short = (
            self.tokens.astype(np.uint16) if size <= 1 << 16 else self.tokens
        )  # two bytes are sorted by their digits
        order = np.argsort(short, kind="stable").astype(np.int32)  # half the memory while both are held
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(self.tokens, minlength=size), out=starts[1:])
        return Lists(starts, self.owners()[order])

    def owners(self) -> Ints:
        """For each token the number of its list."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def mass(self, weight: Floats, kinds: NDArray[np.uint8]) -> Floats:
        """What the tokens of each list weigh together, by kind: one row a list."""
        cell = self.owners() * np.int32(KINDS) + kinds[self.tokens]
        made = np.bincount(cell, weight[self.tokens], minlength=len(self) * KINDS)
        return made.reshape(len(self), KINDS).astype(np.float32)

    def norm(self, weights: Floats) -> Floats:
        """The length of each list as a vector, given what each token weighs where it stands."""
        squares = np.bincount(self.owners(), weights**2, minlength=len(self))
        return np.sqrt(squares).astype(np.float32) + TINY


@dataclass
class Growing:
    """Lists while they are still being made: one buffer, so that nothing small is left behind."""

    ends: "array[int]" = field(default_factory=lambda: array("q", [0]))
    tokens: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, tokens: list[int]) -> None:
        self.tokens.fromlist(tokens)
        self.ends.append(len(self.tokens))

    def copy(self, lists: Lists, first: int, end: int) -> None:
        """Lists first..end - 1 of others."""
        starts = lists.starts[first : end + 1]
        self.ends.frombytes((starts[1:] + (len(self.tokens) - starts[0])).tobytes())
        self.tokens.frombytes(lists.tokens[starts[0] : starts[-1]].tobytes())

    def lists(self) -> Lists:
        return Lists(np.array(self.ends, np.int64), np.array(self.tokens, np.int32))
