"""The library we open with, read from data/: what is planted into a new database, and what answers until it has been.

Sources: data/policies.toml and matters.toml are the founders' verified facts; data/topics/ and data/entries/ are
written from them. Every row has the form knowledge.content describes.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge import content, matter_questions
from knowledge.content import Content, Kind
from knowledge.policies import DATA, read_toml

FOLDERS = {"topics": "topic", "entries": "entry"}


def contents() -> dict[tuple[Kind, str], Content]:
    """Everything shipped, policies first, by kind and id."""
    found: dict[tuple[Kind, str], Content] = {}
    for row in read_toml("policies.toml")["policy"]:
        found["policy", row["id"]] = content.tidy(row)
    for row in _written():
        found["entry", row["id"]] = content.tidy({"answer": row.pop("say", ""), **row})
    more = read_toml("matter_words.toml")
    for entry_id, made in matter_questions.contents(read_toml("matters.toml")["matter"], more).items():
        found["entry", entry_id] = content.tidy(made)
    return found


def rows() -> list[tuple[Kind, str, Content]]:
    """The same as `knowledge.entries.plant` takes it."""
    return [(kind, key, content) for (kind, key), content in contents().items()]


def _written() -> Iterator[dict[str, Any]]:
    for folder, table in FOLDERS.items():
        for path in sorted((DATA / folder).glob("*.toml")):
            yield from tomllib.loads(path.read_text(encoding="utf-8"))[table]


def taxpayer_categories() -> Mapping[str, str]:
    """The kinds of taxpayer an entry or a policy may concern, with their Chinese names."""
    named: dict[str, str] = read_toml("policies.toml")["meta"]["taxpayer_categories"]
    return named
