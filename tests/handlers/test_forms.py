"""A body becomes a form or says everything that is wrong with it; nothing a caller sends breaks the reading."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from app import json_text
from handlers import errors, forms
from kit.errors import Problem
from tests.servers import listening


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Unlucky(Problem):
    status = 422
    code = "unlucky"
    sentence = "这个不行。"


@forms.reading(type="string")
def read_lucky(came: Any) -> str:
    if came != "8":
        raise Unlucky()
    return "8"


@dataclass(frozen=True)
class Parcel:
    name: Annotated[str, forms.text(5)]
    count: Annotated[int, forms.whole]
    on: Annotated[date | None, forms.day] = None
    size: Annotated[Size, forms.one_of(Size)] = Size.SMALL
    urgent: Annotated[bool, forms.yes_or_no] = False
    lucky: Annotated[str | None, read_lucky] = None


@dataclass(frozen=True)
class Door:
    http: aiohttp.ClientSession
    base: str

    async def send(self, body: Any, content_type: str = "application/json; charset=utf-8") -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json_text(body).encode()
        headers = {"Content-Type": content_type}
        async with self.http.post(f"{self.base}/api/parcel", data=data, headers=headers) as response:
            return response.status, await response.json()

    async def ask(self, query: str) -> tuple[int, Any]:
        async with self.http.get(f"{self.base}/api/parcel?{query}") as response:
            return response.status, await response.json()

    async def wrong(self, body: Any) -> dict[str, str]:
        status, said = await self.send(body)
        assert (status, said["error"]["code"]) == (422, "bad_form")
        found: dict[str, str] = said["error"]["details"]["fields"]
        return found


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    app: Sanic[Any, Any] = Sanic(f"test-{uuid4().hex}", configure_logging=False, dumps=json_text)
    app.config.update({"TOUCHUP": False})
    errors.hang(app)

    async def send(request: Request[Any, Any]) -> HTTPResponse:
        return json({name: str(value) for name, value in asdict(forms.body(request, Parcel)).items()})

    async def ask(request: Request[Any, Any]) -> HTTPResponse:
        return json({name: str(value) for name, value in asdict(forms.query(request, Parcel)).items()})

    app.add_route(send, "/api/parcel", methods=["POST"], name="send")
    app.add_route(ask, "/api/parcel", methods=["GET"], name="ask")
    async with listening(app) as base, aiohttp.ClientSession() as http:
        yield Door(http, base)


FULL = {"name": " 茶叶 ", "count": 3, "on": "2026-11-25", "size": "large", "urgent": True, "lucky": "8"}
READ = {"name": "茶叶", "count": "3", "on": "2026-11-25", "size": "large", "urgent": "True", "lucky": "8"}


async def test_full_body_is_read(door: Door) -> None:
    assert await door.send(FULL) == (200, READ)


async def test_what_may_be_left_out_may_be_null_or_empty_too(door: Door) -> None:
    bare = {"name": "茶叶", "count": "3", "on": "None", "size": "small", "urgent": "False", "lucky": "None"}
    assert await door.send({"name": "茶叶", "count": 3}) == (200, bare)
    assert await door.send({"name": "茶叶", "count": 3, "on": None, "size": "", "urgent": None}) == (200, bare)


async def test_query_is_read_alike_and_strangers_in_it_are_left_alone(door: Door) -> None:
    query = "name=%E8%8C%B6%E5%8F%B6&count=3&on=2026-11-25&size=large&urgent=1&lucky=8&utm=x&count=3"
    assert await door.ask(query) == (200, READ)
    status, said = await door.ask("count=x&name=")
    assert (status, set(said["error"]["details"]["fields"])) == (422, {"name", "count"})


async def test_all_errors_are_said_at_once(door: Door) -> None:
    wrong = {"name": "一二三四五六", "on": "25日", "size": "huge", "urgent": "ja", "lucky": "4", "colour": "red"}
    assert await door.wrong(wrong) == {
        "name": "这一项太长了，最多5个字。",
        "count": "这一项必须填。",
        "on": "日期请写成 2026-11-25 这样。",
        "size": "这一项只能是：small、large。",
        "urgent": "这一项要填 true 或 false。",
        "lucky": "这个不行。",
        "colour": "没有这一项，请去掉。",
    }


@pytest.mark.parametrize("count", [0, -1, 2**63, 10**400, 1.5, True, "1.5", "²", "9" * 30, [], {}])
async def test_number_that_no_row_can_have_is_refused(door: Door, count: Any) -> None:
    assert await door.wrong({"name": "茶", "count": count}) == {"count": "这一项要填一个正整数。"}


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "\x7f"])
async def test_text_with_signs_nobody_types_is_refused(door: Door, name: str) -> None:
    assert await door.wrong({"name": name, "count": 1}) == {"name": "这一项里有不能用的符号，请重新填写。"}


async def test_half_a_surrogate_pair_is_refused_as_text_and_as_a_name(door: Door) -> None:
    said = await door.wrong(rb'{"name": "\ud800", "count": 1, "\udfff": 1}')
    assert said == {"name": "这一项里有不能用的符号，请重新填写。", "?": "没有这一项，请去掉。"}


@pytest.mark.parametrize("on", ["2026-02-30", "2026-W48-3", "20261125", "２０２６-11-25", 20261125, []])
async def test_day_that_is_none_is_refused(door: Door, on: Any) -> None:
    assert await door.wrong({"name": "茶", "count": 1, "on": on}) == {"on": "日期请写成 2026-11-25 这样。"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]", b'"x"', b"null", b"\xff\xfe", b'{"count": ' + b"1" * 5000 + b"}", b"[" * 10_000, b"nan"],
)
async def test_body_that_is_no_json_object_is_one_sentence(door: Door, body: bytes) -> None:
    status, said = await door.send(body)
    assert (status, said["error"]["code"]) == (400, "bad_body")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_body_of_another_type_is_refused_as_a_form_of_another_site_would_be(
    door: Door, content_type: str
) -> None:
    status, said = await door.send(FULL, content_type)
    assert (status, said["error"]["code"]) == (400, "bad_body")


async def test_body_too_large_is_refused(door: Door) -> None:
    status, said = await door.send({"name": "茶", "count": 1, "more": "x" * forms.BODY_BYTES})
    assert (status, said["error"]["code"]) == (413, "too_large")


async def test_a_thousand_strangers_are_not_told_back(door: Door) -> None:
    said = await door.wrong({"name": "茶", "count": 1} | {f"{n:0>100}": 1 for n in range(100)})
    assert (len(said), {len(name) for name in said}) == (1, {40})
