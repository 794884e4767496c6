"""The rule sets that come with the system, taken from halls' published notices: a to h."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hall.appointments import rule_files
from hall.appointments.rules import Rules

HERE = Path(__file__).parent / "rule_sets"


@dataclass(frozen=True, slots=True)
class ShippedSet:
    """`about`: what it says in short, the comment its file begins with."""

    name: str
    about: str
    written: dict[str, Any]

    @property
    def rules(self) -> Rules:
        return rule_files.read(self.written)


@cache
def sets() -> dict[str, ShippedSet]:
    """By letter, in order."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(HERE.glob("*.toml"))}
    return {name: ShippedSet(name, _heading(text), tomllib.loads(text)) for name, text in texts.items()}


def _heading(text: str) -> str:
    comment = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# "))
    return "".join(comment)
