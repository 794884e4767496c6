"""The files of the house: what is committed, or would be."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("bot", "cli", "handlers", "hall", "kit", "knowledge")
ROOF = ("app.py", "jobs.py")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Everything git holds or would take, relative to the root."""
    asked = ["git", "-c", "core.quotePath=false", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(Path(name) for name in sorted(set(listed.splitlines())) if (ROOT / name).is_file())


def code() -> Iterator[tuple[Path, ast.Module]]:
    """Our own Python, tests and tools left out."""
    for path in files():
        if path.suffix == ".py" and (path.parts[0] in ROOMS or path.as_posix() in ROOF):
            yield path, ast.parse((ROOT / path).read_text("utf-8"))


def functions(module: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, Function))


def imported(module: ast.Module) -> set[str]:
    """The top names a module imports, wherever in the file."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def chinese_said_in(function: Function) -> list[str]:
    """Chinese text written inside a function, its docstring left out, and what is told of it above (@described)."""
    docstring = ast.get_docstring(function, clean=False)
    inside = [node for part in (function.args, *function.body) for node in ast.walk(part)]
    texts = [n.value for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text for text in texts if CHINESE.search(text) and text != docstring]
