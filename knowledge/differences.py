"""What differs between two versions of an entry or a policy, for whoever reviews it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from knowledge.content import LISTS, TEXT, Content

ENTRY_ORDER = (*TEXT, *LISTS, "need", "person", "stages")
STAGE_ORDER = ("policies", "from", "to", "conclusion", "conditions", "how", "note", "brief")


@dataclass(frozen=True, slots=True)
class Change:
    """One field's difference: the lines only the older version has, and those only the newer has.

    A text is one line, a list a line for each member. A field of a stage is called `stages.2.conclusion`: its place
    is the one in the newer version, or in the older for a stage that is gone. A list that only changed its order is
    told in full.
    """

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(old: Content, new: Content) -> list[Change]:
    """What differs, in the order of knowledge.content's fields, those of a policy in the order they were written."""
    return list(_between(old, new, ENTRY_ORDER if "question" in new else (), ""))


def _between(old: Mapping[str, Any], new: Mapping[str, Any], order: Sequence[str], prefix: str) -> Iterator[Change]:
    for field in dict.fromkeys([*order, *new, *old]):
        if field == "stages":
            yield from _stages(old.get(field, ()), new.get(field, ()))
        elif old.get(field) != new.get(field):
            yield _change(prefix + field, _lines(old.get(field)), _lines(new.get(field)))


def _change(field: str, before: Sequence[str], after: Sequence[str]) -> Change:
    removed, added = tuple(s for s in before if s not in after), tuple(s for s in after if s not in before)
    return Change(field, removed, added) if removed or added else Change(field, tuple(before), tuple(after))


def _stages(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Stages that stand on the same policies are one another's older and newer wording."""
    matcher = SequenceMatcher(None, [_basis(stage) for stage in old], [_basis(stage) for stage in new], autojunk=False)
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        for was, becomes in zip_longest(range(old_from, old_to), range(new_from, new_to)):
            place = (was if becomes is None else becomes) + 1
            before, after = {} if was is None else old[was], {} if becomes is None else new[becomes]
            yield from _between(before, after, STAGE_ORDER, f"stages.{place}.")


def _basis(stage: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(stage.get("policies", ()))


def _lines(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(" ".join(map(str, each)) if isinstance(each, list) else str(each) for each in value)
    return (str(value),)
