"""Text in columns for a terminal, in which a Chinese sign is two columns wide."""

from collections.abc import Sequence
from unicodedata import east_asian_width

BETWEEN = "  "


def width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def lined_up(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line a row, each cell as wide as the widest of its column; nothing stands after a line's last cell."""
    widest = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    return [BETWEEN.join(_filled(cell, to) for cell, to in zip(row, widest, strict=True)).rstrip() for row in rows]


def _filled(cell: str, to: int) -> str:
    return cell + " " * (to - width(cell))
