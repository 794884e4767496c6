"""The README says nothing that does not work."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import parser
from handlers.staff import menu
from tests.house import tree

READMES = ("README.md", "README.zh-CN.md")
COMMANDS = {
    "serve",
    "migrate",
    "sample",
    "ask",
    "chat",
    "progress",
    "staff",
    "knowledge",
    "race",
    "doctor",
}  # contract.md, as far as built
CODE = re.compile(r"^```[a-z]*\n(.*?)^```|`([^`\n]+)`", re.M | re.S)


def documents() -> list[Path]:
    return [path for path in tree.files() if path.suffix == ".md" and path.parts[0] != "tests"]


def code_lines(path: Path) -> Iterator[str]:
    for block, inline in CODE.findall((tree.ROOT / path).read_text("utf-8")):
        yield from (block or inline).splitlines()


def said(words: str, path: Path) -> list[str]:
    """Command lines in a document that begin with these words, environment and prompt taken off."""
    begins = re.compile(rf"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/)?({words}(?: .*)?)$")
    return [found[1] for line in code_lines(path) if (found := begins.match(line.strip()))]


def subcommands(made: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    choices = (action.choices for action in made._actions if isinstance(action, argparse._SubParsersAction))
    return dict(next(choices, {}))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (tree.ROOT / "Makefile").read_text(), re.M))


OURS = {
    "appointments",
    "calendar",
    "cases",
    "desk",
    "matters",
    "messages",
    "performance",
    "places",
    "queue",
    "ratings",
    "rules",
    "waits",
}  # beside the contract's


def test_commands_are_those_of_the_contract_and_ours() -> None:
    assert set(subcommands(parser())) == COMMANDS | OURS


@pytest.mark.parametrize("name", READMES)
def test_readme_shows_the_two_commands(name: str) -> None:
    shown = said("make", Path(name))
    assert {"make demo", "make check"} <= {line.split("#")[0].strip() for line in shown}


@pytest.mark.parametrize("path", documents(), ids=str)
def test_make_targets_in_documents_exist(path: Path) -> None:
    named = {word for line in said("make", path) for word in line.split("#")[0].split()[1:] if word.isalpha()}
    assert named - make_targets() == set()


@pytest.mark.parametrize("path", documents(), ids=str)
def test_bangban_commands_in_documents_parse(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for line in said("bangban", path):
        words = shlex.split(line, comments=True)[1:]
        if not words or "[" in line or "…" in line:  # a form, not a command to type
            words = words[:1]
            if words and words[0] not in COMMANDS:
                wrong.append(line)
            continue
        try:
            parser().parse_args(words)
        except SystemExit as end:
            if end.code and words not in [[name] for name in COMMANDS]:  # a command merely named
                wrong.append(f"{line}: {capsys.readouterr().err.splitlines()[-1]}")
    assert wrong == []


@pytest.mark.parametrize("path", documents(), ids=str)
def test_files_linked_in_documents_exist(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", (tree.ROOT / path).read_text("utf-8"))
    assert [link for link in links if not (tree.ROOT / path.parent / link).exists()] == []


def test_the_handbook_of_the_staff_tells_of_every_page_in_their_menu() -> None:
    told = (tree.ROOT / "docs" / "staff.zh-CN.md").read_text("utf-8")
    names = [line.name for section in menu.SECTIONS for line in section.lines if line.about]
    assert [name for name in names if name not in told] == []
