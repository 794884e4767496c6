"""What a refusal looks like: JSON under /api, one plain sentence elsewhere, never a trace."""

import logging
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import MethodNotAllowed as SanicMethodNotAllowed
from sanic.exceptions import NotFound as SanicNotFound
from sanic.exceptions import PayloadTooLarge, SanicException
from sanic.response import json, text

from kit.errors import NotFound, Problem
from kit.secrets import readable_code

log = logging.getLogger(__name__)
REFERENCE_LENGTH = 8


class NoSuchPage(NotFound):
    sentence = "这里没有您要的页面，请检查地址。"


class WrongMethod(Problem):
    status = 405
    code = "method_not_allowed"
    sentence = "这个地址不接受这种请求方式。"


class TooLarge(Problem):
    status = 413
    code = "too_large"
    sentence = "发来的内容太大了，请减少后再试。"


class Broken(Problem):
    status = 500
    code = "broken"
    sentence = "系统出了点小状况，您的请求没有办成。请稍后再试；要反馈时请报编号 {reference}。"


def hang(app: Sanic[Any, Any]) -> None:
    app.exception(Problem)(_problem)
    app.exception(SanicException)(_sanics)
    app.exception(Exception)(_unexpected)


async def _problem(request: Request[Any, Any], problem: Problem) -> HTTPResponse:
    return answer(request, problem)


async def _sanics(request: Request[Any, Any], error: SanicException) -> HTTPResponse:
    if isinstance(error, SanicNotFound):
        return answer(request, NoSuchPage())
    if isinstance(error, SanicMethodNotAllowed):
        response = answer(request, WrongMethod())
        response.headers.extend(error.headers)
        return response
    if isinstance(error, PayloadTooLarge):
        return answer(request, TooLarge())
    if error.status_code < 500:
        return answer(request, Problem(), status=error.status_code)
    return await _unexpected(request, error)


async def _unexpected(request: Request[Any, Any], error: Exception) -> HTTPResponse:
    reference = readable_code(REFERENCE_LENGTH)
    route = request.route.path if request.route else ""  # the pattern, not the address: that may hold a number
    log.error("a request failed", exc_info=error, extra={"reference": reference, "route": route})
    return answer(request, Broken(reference=reference))


def answer(request: Request[Any, Any], problem: Problem, status: int | None = None) -> HTTPResponse:
    """The problem in the shape the caller reads."""
    status = status or problem.status
    headers = _headers(problem, status)
    if request.path.startswith("/api/"):
        return json(problem.as_json(), status=status, headers=headers)
    return text(problem.message, status=status, headers=headers)


def _headers(problem: Problem, status: int) -> dict[str, str]:
    """What HTTP wants said beside a status: how to sign in (401), when to come back (429, 503)."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if (seconds := problem.details.get("retry_after_seconds")) is not None:
        headers["Retry-After"] = str(seconds)
    return headers
