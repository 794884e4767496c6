"""An item as editors type it on a page: a text for each field, by the columns of the sheets. Pure, but for `told`.

A field is called as knowledge.content calls it, one of the second stage `stages.2.conclusion`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from kit.db import Tx
from kit.errors import Problem
from knowledge import entries
from knowledge.columns import COLUMNS, NAMES, OF_STAGE, Column
from knowledge.content import Content, Kind, problems, tidy
from knowledge.entry_files import STATES

STAGE = "stages."
MOST_STAGES = 40
TOLD_LENGTH = 200  # of a field in the trail: the versions hold all of it
CUT = "…"


class Miswritten(Problem):
    """`fields` in the details: a sentence for each field that cannot be read."""

    status = 422
    code = "miswritten"
    sentence = "有几项看不懂，还没有存。请照提示改好再存一次。"


def texts_of(kind: Kind, content: Mapping[str, Any]) -> dict[str, str]:
    """A text for each field that says something."""
    found = _shown(content, COLUMNS[kind], "")
    for number, stage in enumerate(content.get("stages", ()), 1):
        found |= _shown(stage, OF_STAGE, f"{STAGE}{number}.")
    return found


def _shown(values: Mapping[str, Any], columns: tuple[Column, ...], prefix: str) -> dict[str, str]:
    return {prefix + each.field: each.shape.show(values[each.field]) for each in columns if each.field in values}


def content_of(kind: Kind, texts: Mapping[str, str]) -> Content:
    """What was typed, tidied; names that are no field are left alone. Raises Miswritten."""
    wrong: dict[str, str] = {}
    content = _read(COLUMNS[kind], texts, "", wrong)
    stages: defaultdict[int, Content] = defaultdict(dict)
    numbers = {name.split(".")[1] for name in texts if name.startswith(STAGE)}
    for number in sorted(int(each) for each in numbers if each.isascii() and each.isdigit())[:MOST_STAGES]:
        if kind == "entry" and (stage := _read(OF_STAGE, texts, f"{STAGE}{number}.", wrong)):
            stages[number] = stage
    if wrong:
        raise Miswritten(fields=wrong)
    return tidy({**content, "stages": list(stages.values())})


def _read(columns: tuple[Column, ...], texts: Mapping[str, str], prefix: str, wrong: dict[str, str]) -> Content:
    found: Content = {}
    for column in columns:
        text = texts.get(prefix + column.field, "").replace("\r\n", "\n").strip()
        if not text:
            continue
        try:
            found[column.field] = column.shape.read(text)
        except ValueError as why:
            wrong[prefix + column.field] = f"{why}。"
    return found


def named(field: str) -> str:
    """A field as the sheets call it; `stages.2.conclusion` as 分期口径2 结论."""
    if not field.startswith("stages"):
        return NAMES.get(field, field)
    number, _, rest = field.removeprefix("stages").removeprefix(".").partition(".")
    return f"分期口径{number} {NAMES.get(rest, rest)}".rstrip()


def faults(kind: Kind, content: Content, policies: set[str]) -> list[str]:
    """What keeps it from being kept, fields called as the page calls them."""
    return list(_in_headers(problems(kind, content, policies)))


def _in_headers(reasons: list[str]) -> Iterator[str]:
    for reason in reasons:
        for field in NAMES:
            reason = reason.replace(f"“{field}”", f"“{NAMES[field]}”")
        yield reason


async def told(tx: Tx, kind: Kind, item_id: str) -> dict[str, Any]:
    """How it stands, for the trail; empty where there is none."""
    with suppress(entries.NoSuchItem):
        held = await entries.item(tx, kind, item_id)
        content = (await entries.version(tx, kind, item_id, held.latest)).content
        said = {named(field): _briefly(text) for field, text in texts_of(kind, content).items()}
        return {"状态": STATES[held.state], "最新版": held.latest, "在用版": held.live or 0, **said}
    return {}


def _briefly(text: str) -> str:
    return text if len(text) <= TOLD_LENGTH else text[:TOLD_LENGTH] + CUT
