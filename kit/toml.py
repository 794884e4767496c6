"""Writing TOML as a person would, and saying where a file is not TOML: the standard library does neither."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from typing import Any


def table(name: str, pairs: Mapping[str, Any]) -> str:
    """One `[[name]]` with its pairs, a line each; a list of tables in it stands a row a line."""
    lines = [f"[[{name}]]", *(f"{key} = {_rows(value) or written(value)}" for key, value in pairs.items())]
    return "\n".join(lines) + "\n"


def _rows(value: Any) -> str:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(each, Mapping) for each in value):
        return ""
    return "\n".join(["[", *(f"  {written(each)}," for each in value), "]"])


def written(value: Any) -> str:
    """A value as it stands behind the sign of equality. None has no such form: leave the key out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date | time):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {written(each)}' for key, each in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(each) for each in value)}]"
    text = str(value)
    return f'"""\n{escaped(text)}"""' if "\n" in text else f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """As TOML wants it between quotes, line breaks left as they are."""
    lines = (json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n"))
    return "\n".join(lines).replace("\x7f", "\\u007f")


def fault(error: tomllib.TOMLDecodeError) -> str:
    """Where the mistake is, for whoever typed the file."""
    at = re.search(r"line (\d+), column (\d+)", str(error))
    place = f"第{at[1]}行第{at[2]}个字附近" if at else "文件末尾"
    return f"TOML 写法有错，在{place}，请看看引号和括号是不是成对"
