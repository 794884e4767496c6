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


@dataclass(frozen=True)
class Edit:
    """What would be live of one entry or policy."""

    kind: Kind
    item_id: str
    content: Mapping[str, Any]


def with_edit(library: Library, edit: Edit) -> Library:
    """The library as it would be. Takes its time: run it off the loop."""
    return library.with_contents({**library.shelf.contents, (edit.kind, edit.item_id): dict(edit.content)})


def changes(now: Library, then: Library, asked: Sequence[Kept]) -> list[Changed]:
    """The questions that two libraries answer otherwise. Takes its time: run it off the loop."""
    found = []
    for each in asked:
        before, after = (which.find(each.text, each.on) for which in (now, then))
        if _told(before) != _told(after):
            found.append(Changed(each.text, each.times, _said(before), _said(after)))
    return found


def of_edit(library: Library, edit: Edit, asked: Sequence[Kept]) -> list[Changed]:
    """The questions that an edit would change, the most asked first. Takes its time: run it off the loop."""
    return most_asked_first(changes(library, with_edit(library, edit), asked))


def most_asked_first(found: Sequence[Changed]) -> list[Changed]:
    return sorted(found, key=lambda change: -change.times)


def _told(found: Finding) -> tuple[Any, ...]:
    return found.kind, found.entry_id, found.text, found.suggestions


def _said(found: Finding) -> str:
    what = found.question or "、".join(question for _, question in found.suggestions)
    first = found.text.partition("\n")[0]
    return "　".join(filter(None, (SAID_AS[found.kind], what, first if found.kind == "answer" else "")))
