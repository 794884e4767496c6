"""How the house is built: sizes, names, floors, and where the words stand."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house import tree

MOST_LINES = 400
COUNTED = {".py", ".js", ".mjs", ".html", ".css", ".wxml", ".wxss", ".sh", ".mako"}
VERBATIM = {Path("tests/fake_wechat.py")}  # the shared tools' fake, copied as it is
# Readers of dates compare with words and read a date back in the citizen's own; the bot's sentences are elsewhere.
WORD_READERS = {Path(f"bot/{n}.py") for n in ("business_days", "date_words", "day_mentions", "hours", "lunar")}
VAGUE_VERBS = ("get_", "do_", "handle_", "process_", "manage_")
PRESCRIBED = {"get_reply", "process_bind_param", "process_result_value"}  # WeRoBot and SQLAlchemy call these
VAGUE_NOUNS = ("Manager", "Helper", "Util", "Utils", "Service")


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        path: len((tree.ROOT / path).read_text("utf-8").splitlines())
        for path in tree.files()
        if path.suffix in COUNTED and path not in VERBATIM
    }
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(tree.ROOT / ".venv/bin/lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)})


def test_imports_go_down_only() -> None:
    checked = lint_imports(tree.ROOT)
    assert checked.returncode == 0, checked.stdout
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("kit/clock.py", "import hall.places.model"),
        ("knowledge/words.py", "import hall.places.model"),
        ("hall/staff/service.py", "import hall.cases.service"),
        ("hall/cases/model.py", "import hall.cases.service"),
        ("bot/dialogue.py", "import handlers.wechat"),
        ("bot/dialogue.py", "import sqlalchemy"),
        ("handlers/wechat.py", "import werobot"),
        ("handlers/wechat.py", "import app"),
    ],
)
def test_import_that_goes_up_is_found(tmp_path: Path, room: str, line: str) -> None:
    """The control: a contract that finds nothing is none."""
    for name in (*tree.ROOMS, *tree.ROOF, "pyproject.toml"):
        source = tree.ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "data"))
        else:
            shutil.copy(source, tmp_path / name)
    with (tmp_path / room).open("a") as file:
        file.write(f"\n{line}\n")
    checked = lint_imports(tmp_path)
    assert (checked.returncode, " 0 broken" in checked.stdout) == (1, False), checked.stdout + checked.stderr


def test_only_the_robot_knows_werobot() -> None:
    assert [path for path, module in tree.code() if "werobot" in tree.imported(module)] == [Path("bot/robot.py")]


def test_names_say_what_they_are() -> None:
    vague = [
        f"{path}: {node.name}"
        for path, module in tree.code()
        for node in ast.walk(module)
        if (isinstance(node, tree.Function | ast.ClassDef) and node.name not in PRESCRIBED)
        and (node.name.lstrip("_").startswith(VAGUE_VERBS) or node.name.endswith(VAGUE_NOUNS))
    ]
    assert vague == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [path for path, module in tree.code() if module.body and not ast.get_docstring(module)]
    assert [path for path in silent if path.name not in ("__init__.py", "tables.py")] == []


def test_every_word_of_the_bot_stands_in_its_phrases() -> None:
    said = [
        f"{path}:{function.lineno} {text}"
        for path, module in tree.code()
        if path.parts[0] in ("bot", "handlers") and not {"phrases", "screens"} & set(path.parts)  # /try is no citizen's
        if path not in WORD_READERS
        for function in tree.functions(module)
        for text in tree.chinese_said_in(function)
    ]
    assert said == []


def test_no_name_of_a_file_is_given_twice() -> None:
    twice = {}
    for path, module in tree.code():
        given = [
            t.id
            for line in module.body
            if isinstance(line, ast.Assign)
            for t in line.targets
            if isinstance(t, ast.Name)
        ]
        if more := {name for name in given if given.count(name) > 1}:
            twice[str(path)] = more
    assert twice == {}


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "not " + "implemented yet")
    left = [
        f"{path}: {mark}"
        for path in tree.files()
        if path.suffix in (COUNTED | {".toml", ".sh"}) and path not in VERBATIM
        for mark in marks
        if mark in (tree.ROOT / path).read_text("utf-8")
    ]
    assert left == []
