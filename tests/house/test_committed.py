"""What is committed: our own text, and locks that name no mirror."""

import json
import re
import tomllib
from pathlib import Path

from tests.house import tree

MOST_BYTES = 1_500_000
OTHERS = re.compile(
    r"node_modules|(^|/)(vendor|third_party|dist|var)/|\.min\.(js|css)$|\.(woff2?|ttf|otf|whl|db|key|env)$"
)
PYPI = "https://pypi.org/simple"


def test_nothing_of_others_is_committed() -> None:
    assert [path for path in tree.files() if OTHERS.search(path.as_posix())] == []


def test_nothing_heavy_is_committed() -> None:
    assert [path for path in tree.files() if (tree.ROOT / path).stat().st_size > MOST_BYTES] == []


def test_browser_assets_are_locked_without_saying_where_from() -> None:
    lock = json.loads((tree.ROOT / "package-lock.json").read_text())
    wanted = json.loads((tree.ROOT / "package.json").read_text())["dependencies"]
    locked = {name.removeprefix("node_modules/"): of for name, of in lock["packages"].items() if name}
    assert {name: locked[name]["version"] for name in wanted} == wanted
    assert [name for name, of in locked.items() if "resolved" in of or not of["integrity"].startswith("sha512-")] == []


def test_python_packages_are_locked_to_the_public_index() -> None:
    lock = tomllib.loads((tree.ROOT / "uv.lock").read_text())
    sources = {package["source"].get("registry") for package in lock["package"] if package["name"] != "bangban"}
    assert sources == {PYPI}


def test_ci_runs_the_command_of_the_readme() -> None:
    script = tree.ROOT / ".ci" / "run"
    assert "exec make check" in script.read_text()
    assert script.stat().st_mode & 0o111


def test_secrets_and_data_stay_out_of_git() -> None:
    ignored = (tree.ROOT / ".gitignore").read_text().split()
    assert {"var/", ".venv/", "node_modules/"} <= set(ignored)
    assert Path("var") not in {path.parent for path in tree.files()}
