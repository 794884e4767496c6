"""Policies that replaced one another, in the order of time: which rule holds when, for editors to see. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.policies import Policy, of


@dataclass(frozen=True, slots=True)
class Line:
    """Policies tied by what replaced what, the earliest first; `first` and `last` are the years it spans."""

    policies: tuple[Policy, ...]
    first: int
    last: int

    def place(self, day: date) -> float:
        """Where a day stands between the first of `first` and the last of `last`, 0..1; what is outside at its end."""
        whole = (date(self.last + 1, 1, 1) - date(self.first, 1, 1)).days
        return min(max((day - date(self.first, 1, 1)).days / whole, 0.0), 1.0)

    @property
    def new_years(self) -> list[date]:
        """The days at which a year gives way to the next."""
        return [date(year, 1, 1) for year in range(self.first + 1, self.last + 1)]


def lines(contents: Mapping[str, Mapping[str, Any]], today: date) -> list[Line]:
    """Every policy in one line; the longest lines first. A policy that replaced nothing is a line of its own."""
    found = [_line([of(each, contents[each]) for each in part], today) for part in _parts(contents)]
    return sorted(found, key=lambda line: (-len(line.policies), line.policies[0].id))


def _parts(contents: Mapping[str, Mapping[str, Any]]) -> Iterable[list[str]]:
    near: dict[str, set[str]] = {each: set() for each in contents}
    for each, content in contents.items():
        for other in (*content.get("supersedes", ()), *content.get("superseded_by", ())):
            if other in contents:
                near[each].add(other)
                near[other].add(each)
    left = dict.fromkeys(contents)
    while left:
        reached, open_ones = [], [next(iter(left))]
        del left[open_ones[0]]
        while open_ones:
            here = open_ones.pop()
            reached.append(here)
            for other in sorted(near[here] & left.keys()):
                del left[other]
                open_ones.append(other)
        yield reached


def _line(policies: list[Policy], today: date) -> Line:
    in_order = sorted(policies, key=lambda each: (each.starts or date.min, each.id))
    days = [day for each in in_order for day in (each.starts, each.valid_to) if day] + [today]
    return Line(tuple(in_order), min(days).year, max(days).year)
