"""One JSON object a line, and no personal number in any of it."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kit import log

PHONE, ID_NUMBER = "13800000001", "11010519491231002X"  # GB 11643's own example
SAID = f"王先生 {PHONE} 身份证 {ID_NUMBER}"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log.set_up("info")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = before, level


def test_line_says_when_who_and_what(lines: Any) -> None:
    logging.getLogger("hall.queue").warning("号 %s 过号", "A012", extra={"hall": "shuangta"})
    (line,) = lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "WARNING", "from": "hall.queue", "what": "号 A012 过号", "hall": "shuangta"}


def test_line_below_the_level_is_not_written(lines: Any) -> None:
    logging.getLogger("x").debug("nothing")
    assert lines() == []


@pytest.mark.parametrize("way", ["message", "argument", "extra", "error", "library"])
def test_personal_numbers_never_reach_the_output(lines: Any, way: str) -> None:
    logger = logging.getLogger("sanic.root" if way == "library" else "bot")
    if way == "message":
        logger.info(SAID)
    elif way == "extra":
        logger.info("said", extra={"text": SAID, "more": {"deep": [PHONE]}})
    elif way == "error":
        try:
            raise ValueError(SAID)
        except ValueError:
            logger.exception("it failed")
    else:
        logger.info("said %s", SAID)
    (line,) = lines()
    assert PHONE not in json.dumps(line, ensure_ascii=False)
    assert ID_NUMBER not in json.dumps(line, ensure_ascii=False)


def test_error_is_one_line_with_its_trace(lines: Any) -> None:
    try:
        raise KeyError("missing")
    except KeyError:
        logging.getLogger("x").exception("it failed")
    (line,) = lines()
    assert line["error"].startswith("Traceback")
    assert line["error"].endswith("KeyError: 'missing'")


def test_value_that_is_not_json_is_written_as_text(lines: Any) -> None:
    logging.getLogger("x").info("odd", extra={"odd": {1}})
    assert lines()[0]["odd"] == "{1}"
