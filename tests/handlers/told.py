"""Answers held against the document: a status that is not told, a field too many or too few, a code not named."""

import copy
import re
from datetime import datetime
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

PREFIX = "/api/v1"
NEVER_TOLD = {405, 500}  # said of all doors together
formats = FormatChecker(["date"])


@formats.checks("date-time", raises=ValueError)
def is_instant(said: object) -> bool:
    return not isinstance(said, str) or datetime.fromisoformat(said).tzinfo is not None


class Told:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        """Paths no door stands at are not told of, and nothing is checked there."""
        door = self.door(f"{PREFIX}{path.partition('?')[0]}")
        told = self.document["paths"].get(door, {}).get(method.lower())
        if told is None or status in NEVER_TOLD:
            return
        answer = told["responses"].get(str(status))
        assert answer is not None, f"{method} {door} answered {status} {body}, which /docs does not tell"
        kinds = answer.get("content", {})
        content = kinds.get("application/json")
        if content is None:
            assert kinds or body is None, f"{method} {door} answers {status} with a body"
        else:
            problems = [problem.message for problem in self._validator(content["schema"]).iter_errors(body)]
            assert problems == [], f"{method} {door} {status}: {problems} in {body}"

    def door(self, path: str) -> str | None:
        return next((door for pattern, door in self._doors if pattern.fullmatch(path)), None)

    @cached_property
    def _doors(self) -> list[tuple[re.Pattern[str], str]]:
        """Those without a name in the path first."""
        by_names = sorted(self.document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in by_names]

    @cached_property
    def _parts(self) -> dict[str, Any]:
        """Closed, as the document is not: callers must bear new fields, we must tell them."""
        parts = copy.deepcopy(self.document["components"]["schemas"])
        for part in parts.values():
            part["additionalProperties"] = False
        return {"components": {"schemas": parts}}

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        return Draft202012Validator(schema | self._parts, format_checker=formats)
