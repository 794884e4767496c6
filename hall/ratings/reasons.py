"""The reasons that can be picked for each level, from reasons.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hall.ratings.model import Level

FILE = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True, slots=True)
class Reason:
    id: str
    name: str


@cache
def by_level() -> Mapping[Level, tuple[Reason, ...]]:
    """Every level has some, the same id once a level."""
    written = tomllib.loads(FILE.read_text("utf-8"))["reasons"]
    return {
        Level(level): tuple(Reason(choice["id"], choice["name"]) for choice in group["choices"])
        for group in written
        for level in group["levels"]
    }


def names(level: Level, ids: tuple[str, ...]) -> tuple[str, ...]:
    """What people read; an id that is no longer in the file is told as itself."""
    known = {reason.id: reason.name for reason in by_level()[level]}
    return tuple(known.get(one, one) for one in ids)
