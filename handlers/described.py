"""What a door of the API takes and answers, said beside it; /docs/openapi.json is made of this.

    @guide.get("/agencies")
    @guarded("public")
    @described("办事机构", query=Where, answers={200: AgencyList}, refusals=(HallNotFound,))
    async def agencies(request): ...

The refusals are those of the door itself: what its guard, its forms and its key can answer is added by openapi.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from handlers.guards import Door, P
from kit.errors import Problem


class Key(StrEnum):
    """Whether the door reads the header Idempotency-Key."""

    NO = "no"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON: its media types, and what of it there is to know."""

    kinds: tuple[str, ...]
    says: str
    body: type | None = None  # of the events of a stream


Answer: TypeAlias = type | Media | None  # a TypedDict, or no body


@dataclass(frozen=True, slots=True)
class Described:
    """`query` and `body` are forms (handlers/forms.py)."""

    summary: str
    answers: Mapping[int, Answer]
    query: type | None = None
    body: type | None = None
    refusals: tuple[type[Problem], ...] = ()
    key: Key = Key.NO


def described(
    summary: str,
    *,
    answers: Mapping[int, Answer],
    query: type | None = None,
    body: type | None = None,
    refusals: tuple[type[Problem], ...] = (),
    key: Key = Key.NO,
) -> Callable[[Door[P]], Door[P]]:
    """`summary` is a few words of Chinese; an English docstring of the door is for us, not for callers."""
    about = Described(summary, answers, query, body, refusals, key)

    def declare(door: Door[P]) -> Door[P]:
        door.described = about  # type: ignore[attr-defined]
        return door

    return declare
