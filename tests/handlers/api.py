"""The citizens' doors on a real port, and someone who knocks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import aiohttp
from sanic import Sanic

from app import json_text
from bot.desk import Desk
from handlers import errors
from handlers.api.doors import api
from handlers.api.openapi import document
from handlers.api.reception import Reception
from handlers.streams import Boards
from kit.db import Database
from kit.live import Watch
from kit.settings import Demo, HallSettings, Settings
from kit.wechat import Phone
from tests.hall.builders import HALL, MONDAY
from tests.handlers.told import Told
from tests.servers import listening

FORM = {"name": "王小明", "phone": "13800000001"}


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(repr=False)

    @property
    def code(self) -> str:
        """Of a refusal, which has exactly the one shape."""
        assert set(self.body) == {"error"}
        assert set(self.body["error"]) == {"code", "message", "details"}
        assert self.body["error"]["message"].endswith(("。", "："))
        return str(self.body["error"]["code"])

    @property
    def fields(self) -> dict[str, str]:
        assert (self.status, self.code) == (422, "bad_form")
        found: dict[str, str] = self.body["error"]["details"]["fields"]
        return found


@dataclass(frozen=True)
class Caller:
    """A telephone: one citizen's token, or nobody's."""

    http: aiohttp.ClientSession
    base: str
    token: str | None = None
    told: Told | None = None  # what /docs says of each answer

    async def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> Answer:
        """`headers` are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            given = {"Authorization": f"Bearer {self.token}"} | given
        if json is not None:
            given["Content-Type"] = given.get("Content-Type", "application/json")
        data = json if isinstance(json, bytes | None) else json_text(json).encode()
        url = f"{self.base}/api/v1{path}"
        async with self.http.request(method, url, data=data, headers=given) as response:
            came = await response.read()
            is_json = response.content_type == "application/json"
            body = await response.json() if came and is_json else came or None
            if self.told is not None:
                self.told.check(method, path, response.status, body)
            return Answer(response.status, body, dict(response.headers))

    async def as_citizen(self, name: str) -> "Caller":
        """A citizen of the demo."""
        answer = await self("POST", "/session", {"code": f"try-{name}"})
        assert answer.status == 201, answer
        return replace(self, token=answer.body["token"])

    async def book(self, slot_id: int, key: str | None = None, **changes: Any) -> Answer:
        body = {"slot_id": slot_id, "matter_id": "licence", **FORM, **changes}
        return await self("POST", "/appointments", body, Idempotency_Key=key or uuid4().hex)

    async def take(self, key: str | None = None, **body: Any) -> Answer:
        return await self("POST", "/tickets", body, Idempotency_Key=key or uuid4().hex)


async def no_wechat(code: str) -> str:
    raise AssertionError(f"WeChat was asked about {code}")


async def no_phone(code: str) -> Phone:
    raise AssertionError(f"WeChat was asked for a phone: {code}")


@asynccontextmanager
async def open_api(
    db: Database,
    clock: Callable[[], datetime],
    login: Callable[[str], Awaitable[str]] = no_wechat,
    demo: bool = True,
    phone_of: Callable[[str], Awaitable[Phone]] = no_phone,
    desk: Desk | None = None,
    hall_id: str = HALL.id,
) -> AsyncIterator[Caller]:
    """The doors with a clock and a WeChat of the test's own; in a demo citizens need no WeChat.

    Every answer is held against what /docs tells of it.
    """
    settings = Settings(demo=Demo(on=demo), hall=HallSettings(id=hall_id))
    app: Sanic[Any, Any] = Sanic(f"test-{uuid4().hex}", configure_logging=False, dumps=json_text)
    app.config.update({"ACCESS_LOG": False, "REQUEST_MAX_SIZE": 1024 * 1024, "TOUCHUP": False})
    app.ctx.reception = Reception.build(db, settings, login, phone_of, clock)
    app.ctx.desk = desk
    app.ctx.boards = Boards(db, Watch(db), clock)
    errors.hang(app)
    app.blueprint(api)
    async with listening(app) as base, aiohttp.ClientSession() as http:
        yield Caller(http, base, told=Told(document(app.router)))
