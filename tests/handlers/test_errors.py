"""What a refusal looks like to a program and to a person; a failure never shows its trace."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import BadRequest
from sanic.response import text

from app import json_text
from handlers import errors
from handlers.guards import GUARDS, guarded
from kit.errors import Problem
from tests.servers import listening


class SlotFull(Problem):
    status = 409
    code = "slot_full"
    sentence = "该时段已约满，最近还有空的是{nearest}。"


FAULTS: dict[str, Exception] = {
    "full": SlotFull(nearest="周四上午"),
    "bad": BadRequest("secret detail"),
    "broken": RuntimeError("secret detail"),
}


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app: Sanic[Any, Any] = Sanic("test-errors", configure_logging=False, dumps=json_text)
    app.config.update({"TOUCHUP": False, "REQUEST_MAX_SIZE": 1000})
    errors.hang(app)

    async def fail(_request: Request[Any, Any], name: str) -> HTTPResponse:
        raise FAULTS[name]

    app.add_route(fail, "/fail/<name>", name="sentence")
    app.add_route(fail, "/api/fail/<name>", name="json")
    app.add_route(fail, "/take/<name>", methods=["POST"], name="post")
    async with listening(app) as base:
        yield base


async def ask(url: str, method: str = "GET", data: bytes | None = None) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.request(method, url, data=data) as response:
        return response.status, await response.text()


async def test_problem_is_its_sentence(url: str) -> None:
    assert await ask(f"{url}/fail/full") == (409, "该时段已约满，最近还有空的是周四上午。")


async def test_problem_under_api_is_json(url: str) -> None:
    assert await ask(f"{url}/api/fail/full") == (
        409,
        '{"error":{"code":"slot_full","message":"该时段已约满，最近还有空的是周四上午。","details":{"nearest":"周四上午"}}}',
    )


async def test_sanics_own_refusal_says_nothing_of_the_inside(url: str) -> None:
    assert await ask(f"{url}/fail/bad") == (400, "这个请求我没看懂，请检查后再试一次。")


async def test_too_large_is_a_sentence(url: str) -> None:
    assert await ask(f"{url}/take/full", "POST", b"x" * 5000) == (413, "发来的内容太大了，请减少后再试。")


async def test_unknown_address_and_method(url: str) -> None:
    assert await ask(f"{url}/nothing") == (404, "这里没有您要的页面，请检查地址。")
    assert await ask(f"{url}/take/full") == (405, "这个地址不接受这种请求方式。")


async def test_failure_gives_a_reference_that_is_in_the_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    status, said = await ask(f"{url}/fail/broken")
    record = next(r for r in caplog.records if r.getMessage() == "a request failed")
    reference = vars(record)["reference"]
    assert (status, said) == (
        500,
        f"系统出了点小状况，您的请求没有办成。请稍后再试；要反馈时请报编号 {reference}。",
    )
    assert record.exc_info is not None


async def test_guard_stands_on_the_door_it_is_declared_for() -> None:
    async def door(_request: Request[Any, Any]) -> HTTPResponse:
        return text("in")

    assert {name: vars(guarded(name)(door))["guard"] for name in GUARDS} == {name: name for name in GUARDS}


def test_guard_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        guarded("anybody")
