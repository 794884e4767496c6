"""Every setting is written down, with a comment and its true default; nothing is written that is no setting."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_type_hints

from kit.settings import Settings, load
from tests.house.tree import ROOT

LINE = re.compile(r"^(?P<off># )?(?P<key>[a-z_]+) = (?P<value>.+?)\s+# (?P<comment>.+)$")
SECTION = re.compile(r"^\[(?P<name>[a-z_]+)\]$")


def written() -> Iterator[tuple[str, str, bool, Any, str]]:
    """Section, key, whether it is commented out, value, comment."""
    section = ""
    for line in (ROOT / "settings.toml").read_text("utf-8").splitlines():
        if found := SECTION.match(line):
            section = found["name"]
        elif found := LINE.match(line):
            value = tomllib.loads(f"v = {found['value']}")["v"]
            yield section, found["key"], bool(found["off"]), value, found["comment"]


def known() -> Iterator[tuple[str, str, bool, Any]]:
    """Section, key, whether it is a secret, default."""
    for section, kind in get_type_hints(Settings).items():
        for field in fields(kind):
            yield section, field.name, bool(field.metadata.get("secret")), field.default


def test_every_setting_is_written_with_its_default_and_no_other() -> None:
    assert [entry[:4] for entry in written()] == list(known())


def test_every_setting_is_explained() -> None:
    assert [key for _, key, _, _, comment in written() if len(comment) < 5] == []


def test_secrets_are_named_as_such_and_left_out() -> None:
    assert [(key, value, comment[:7]) for _, key, off, value, comment in written() if off] == [
        (key, "", "secret:") for _, key, is_secret, _ in known() if is_secret
    ]


def test_file_as_it_stands_changes_nothing() -> None:
    assert load({"BANGBAN_SETTINGS": str(ROOT / "settings.toml")}) == Settings()
