"""/docs as callers get it: the document stands, names what a refusal is, and the page asks no other host."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from app import json_text
from handlers import errors
from handlers.api import docs
from handlers.api.docs import docs as doors_of_docs
from handlers.api.doors import api
from handlers.guards import guarded
from tests.servers import listening

CHINESE = re.compile(r"[一-鿿]")


def an_app() -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic(f"test-{uuid4().hex}", configure_logging=False, dumps=json_text)
    app.config.update({"ACCESS_LOG": False, "TOUCHUP": False})
    errors.hang(app)
    app.blueprint([api, doors_of_docs])
    return app


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with listening(an_app()) as base, aiohttp.ClientSession(base) as session:
        yield session


@pytest.fixture
async def told(http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get("/docs/openapi.json") as response:
        assert response.status == 200
        found: dict[str, Any] = await response.json()
        return found


def operations(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in told["paths"].values() for operation in path.values()]


async def test_every_door_is_told_in_chinese_under_a_heading(told: dict[str, Any]) -> None:
    assert [one["operationId"] for one in operations(told) if not CHINESE.search(one["summary"])] == []
    assert {tag for one in operations(told) for tag in one["tags"]} <= {tag["name"] for tag in told["tags"]}
    names = [one["operationId"] for one in operations(told)]
    assert len(names) == len(set(names))


async def test_refusals_are_told_by_code_and_sentence(told: dict[str, Any]) -> None:
    book = told["paths"]["/api/v1/appointments"]["post"]
    full = book["responses"]["409"]
    assert "- `slot_gone` 这个时段已经过去或者撤销了，请重新选一个时间。" in full["description"]
    codes = full["content"]["application/json"]["schema"]["allOf"][1]["properties"]["error"]["properties"]["code"][
        "enum"
    ]
    assert {"slot_full", "slot_gone", "idempotency_mismatch"} <= set(codes)
    assert {"400", "401", "413", "422", "429", "503"} <= set(book["responses"])


async def test_key_token_and_last_answer_are_told_where_they_count(told: dict[str, Any]) -> None:
    take = told["paths"]["/api/v1/tickets"]["post"]
    assert take["security"] == [{"token": []}]
    (key,) = [one for one in take["parameters"] if one["in"] == "header"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)
    assert told["paths"]["/api/v1/halls"]["get"]["security"] == []
    assert told["paths"]["/api/v1/ask"]["get"]["security"] == [{}, {"token": []}]


async def test_stream_is_told_as_what_it_is(told: dict[str, Any]) -> None:
    answer = told["paths"]["/api/v1/boards/{hall_id}/stream"]["get"]["responses"]["200"]
    schema = answer["content"]["text/event-stream"]["schema"]
    assert schema["contentSchema"] == {"$ref": "#/components/schemas/BoardSeen"}


async def test_document_is_asked_for_once(http: aiohttp.ClientSession) -> None:
    async with http.get("/docs/openapi.json") as first:
        tag = first.headers["ETag"]
    async with http.get("/docs/openapi.json", headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")


async def test_page_carries_no_script_of_its_own_and_nothing_from_elsewhere(http: aiohttp.ClientSession) -> None:
    async with http.get("/docs") as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:;")
    assert "unsafe" not in policy
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [address for address in addresses if not address.startswith(("/docs", "data:"))] == []
    assert re.findall(r"<script(?![^>]*src)|<style|\son\w+=|style=", page) == []
    for address in {address for address in addresses if address.startswith("/docs/assets/")}:
        async with http.get(address) as response:
            assert response.status == 200, f"{address}: make setup"
    async with http.get("/docs/assets/..%2Fdocs.py") as response:
        assert response.status == 404


async def test_door_that_says_nothing_of_itself_is_found() -> None:
    """The control: without a description nothing is told of any door."""
    app = an_app()

    @app.get("/api/v1/mute")
    @guarded("public")
    async def mute(_request: Request[Any, Any]) -> HTTPResponse:
        return json({})

    with pytest.raises(TypeError, match="its door is not @described"):
        docs.document(app.router)
    Sanic.unregister_app(app)
