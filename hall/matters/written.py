"""A row of the hall's list as the fields of a page's form, and back: the same words as in a spreadsheet. Pure.

A field is called by its key; one of a list within the row by that list, its place from 1 on, and its key:
"materials.2.name". "materials.2.gone" takes the second away, and one in which nothing is typed is none.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hall.matters.columns import Column
from hall.matters.listing import NESTED, Row
from hall.matters.model import LifeEvent, Matter

GONE = "gone"
NAMED = re.compile(r"(\w+)\.([0-9]{1,3})\.(\w+)")


def texts_of(known: Sequence[Column], row: Row) -> dict[str, str]:
    """Every field of the row as it stands in the form."""
    texts = {column.key: column.shape.cell(row[column.key]) for column in known}
    for key in NESTED.keys() & row.keys():
        for n, each in enumerate(row[key], start=1):
            texts |= {f"{key}.{n}.{column.key}": column.shape.cell(each[column.key]) for column in NESTED[key]}
    return texts


def row_of(known: Sequence[Column], texts: Mapping[str, str]) -> dict[str, Any]:
    """The row that was typed, unchecked. A list of which the form shows nothing is not spoken of, so it stays."""
    row: dict[str, Any] = {column.key: texts[column.key] for column in known if column.key in texts}
    shown = ((key, places_of(key, texts)) for key in NESTED)
    return row | {key: list(_each(key, places, texts)) for key, places in shown if places}


def places_of(key: str, texts: Mapping[str, str]) -> list[int]:
    """Of a list: the places that the fields speak of."""
    found = (NAMED.fullmatch(name) for name in texts)
    return sorted({int(named[2]) for named in found if named and named[1] == key})


def _each(key: str, places: Sequence[int], texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for n in places:
        typed = {column.key: texts.get(f"{key}.{n}.{column.key}", "") for column in NESTED[key]}
        is_typed = any(typed[column.key].strip() for column in NESTED[key] if not column.shape.choices)
        if is_typed and not texts.get(f"{key}.{n}.{GONE}"):
            yield typed


def told(known: Sequence[Column], row: Row) -> dict[str, Any]:
    """What a row says, by the headers of its columns, without what is empty: for the audit trail."""
    said: dict[str, Any] = {column.header: column.shape.cell(row[column.key]) for column in known}
    said |= {LISTS[key]: [_line(each, NESTED[key]) for each in row[key]] for key in NESTED.keys() & row.keys()}
    return {header: value for header, value in said.items() if value}


LISTS = {"materials": "材料", "faq": "常见问题", "places": "办理地点"}


def _line(each: Row, known: Sequence[Column]) -> str:
    said = ((column, column.shape.cell(each[column.key])) for column in known)
    return "，".join(f"{column.header}：{text}" if column.shape.choices else text for column, text in said if text)


def mark(of: Matter | LifeEvent) -> str:
    """Differs as soon as anything of it does."""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]
