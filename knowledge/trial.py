"""An edit tried before it is published: what last week's real questions would be answered with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.content import Kind
from knowledge.library import Library
from knowledge.model import Finding
from knowledge.questions import Kept

SAID_AS = {"unknown": "答不上", "person": "转人工", "ask_back": "反问", "suggest": "给候选", "answer": "回答"}


@dataclass(frozen=True)
class Changed:
    """A question whose answer would change: how often it was asked, what is answered now, what would be."""

    text: str
    times: int
    before: str
    after: str


def with_edit(library: Library, kind: Kind, item_id: str, content: Mapping[str, Any]) -> Library:
    """The library as it would be. Takes its time: run it off the loop."""
    return library.with_contents({**library.shelf.contents, (kind, item_id): dict(content)})


def of_edit(library: Library, entry_id: str, content: Mapping[str, Any], asked: Sequence[Kept]) -> list[Changed]:
    """The questions that an entry's new content would change, the most asked first. Takes its time: run it off
    the loop.
    """
    edited = with_edit(library, "entry", entry_id, content)
    found = []
    for each in asked:
        now, then = (which.find(each.text, each.on) for which in (library, edited))
        if (now.kind, now.entry_id, now.text, now.suggestions) != (
            then.kind,
            then.entry_id,
            then.text,
            then.suggestions,
        ):
            found.append(Changed(each.text, each.times, _said(now), _said(then)))
    return sorted(found, key=lambda change: -change.times)


def _said(found: Finding) -> str:
    what = found.question or "、".join(question for _, question in found.suggestions)
    first = found.text.partition("\n")[0]
    return "　".join(filter(None, (SAID_AS[found.kind], what, first if found.kind == "answer" else "")))
