"""Structured log: one JSON object a line on stderr, with no personal number in it whoever wrote the line."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from kit.ids import scrub

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return scrub(json.dumps(line, ensure_ascii=False, default=str))


def is_worth_saying(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def set_up(level: str) -> None:
    """Sends everything, the libraries' lines too, through one scrubbing handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(("sanic", "aiohttp")):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).propagate = True
    logging.getLogger("alembic").setLevel(logging.WARNING)  # every /readyz would say what it found
    # On import it gives itself a handler and every level; a filter outlasts that.
    logging.getLogger("jieba").addFilter(is_worth_saying)
