"""Answers that are asked for again and again: said once, and 304 to whoever still has them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty, json

LENGTH = 32  # hex digits of the digest: no two answers of a hall share these by chance
ASK_EACH_TIME = "no-cache"  # kept, and asked about before it is shown again


def fresh(request: Request[Any, Any], body: Mapping[str, Any]) -> HTTPResponse:
    """The body as JSON with the ETag of its bytes; 304 where the caller names that one in If-None-Match."""
    answer = json(body)
    tag = tag_of(hashlib.sha256(answer.body or b"").hexdigest())
    headers = {"ETag": tag, "Cache-Control": ASK_EACH_TIME}
    if is_known(request, tag):
        return empty(status=304, headers=headers)
    answer.headers.update(headers)
    return answer


def tag_of(digest: str) -> str:
    return f'"{digest[:LENGTH]}"'


def is_known(request: Request[Any, Any], tag: str) -> bool:
    """Whether the caller has it; a proxy that packs answers makes a tag weak, which is the same to us."""
    given = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return tag in given or "*" in given
