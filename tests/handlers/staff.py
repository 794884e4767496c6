"""The staff pages on a real port, and somebody at a browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
from sanic import Sanic

from bot.desk import Desk
from bot.rehearsal import Rehearsal
from hall.places import service as places
from hall.places.model import Hall
from hall.staff import service as staff
from hall.staff import sessions
from hall.staff.model import Role, StaffMember
from handlers import errors
from handlers.gate import OPEN_COOKIE, Gate, csrf_of
from handlers.staff.doors import pages
from kit.db import Database
from kit.settings import DatabaseSettings, Demo, HallSettings, Settings
from knowledge.library import Library
from tests.hall.builders import HALL, MONDAY
from tests.handlers.api import Clock
from tests.servers import listening

OTHER = Hall("other", "另一个大厅（示例）", None, None, HALL.hours, is_sample=True)


@dataclass(frozen=True)
class Seen:
    status: int
    text: str
    headers: dict[str, str]
    cookies: tuple[str, ...] = ()  # as they were set


@dataclass
class Visitor:
    """A browser: cookies are kept, redirects are not followed."""

    http: aiohttp.ClientSession
    base: str
    db: Database
    clock: Clock
    app: Sanic[Any, Any]
    token: str | None = None

    async def get(self, path: str, **headers: str) -> Seen:
        return await self._ask("GET", path, headers)

    async def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Seen:
        """From a page of ours: with its origin and, where somebody is signed in, the token of its forms."""
        csrf = {"csrf": csrf_of(self.token)} if self.token else {}
        return await self._ask("POST", path, {"Origin": self.base, **headers}, {**csrf, **(form or {})})

    async def _ask(self, method: str, path: str, headers: dict[str, str], form: Any = None) -> Seen:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        cookie = {"Cookie": f"{OPEN_COOKIE}={self.token}"} if self.token else {}
        url = f"{self.base}/staff{path}"
        pairs = [(k, one) for k, v in (form or {}).items() for one in (v if isinstance(v, list) else [v])]
        data = pairs if method == "POST" else None
        async with self.http.request(method, url, data=data, headers=cookie | named, allow_redirects=False) as answer:
            given = answer.headers.getall("Set-Cookie", [])
            for found in filter(None, (re.match(rf"{OPEN_COOKIE}=([^;]*)", one) for one in given)):
                self.token = found[1].strip('"') or None
            return Seen(answer.status, await answer.text(errors="replace"), dict(answer.headers), tuple(given))

    async def as_member(self, member: StaffMember, hall_id: str = HALL.id) -> "Visitor":
        """Signed in, by a session of its own."""
        token = await self.db.transact(sessions.begin, member, hall_id, "Linux · 谷歌", self.clock())
        return Visitor(self.http, self.base, self.db, self.clock, self.app, token)

    async def as_role(self, role: Role, hall_id: str = HALL.id) -> "Visitor":
        return await self.as_member(await a_member(self.db, f"{role.chinese}{uuid4().hex[:6]}", role, hall_id))


async def a_member(db: Database, name: str, role: Role, hall_id: str = HALL.id) -> StaffMember:
    """One who has chosen a password (which nobody knows)."""
    await db.transact(staff.add, name, role, MONDAY, hall_id)
    member = await db.transact(staff.named, name)
    await db.transact(staff.set_password, member.id, "x")
    return await db.transact(staff.named, name)


@asynccontextmanager
async def open_staff(db: Database, demo: bool = True) -> AsyncIterator[Visitor]:
    clock = Clock()
    where = DatabaseSettings(db.url.render_as_string(hide_password=False))
    settings = Settings(demo=Demo(on=demo), hall=HallSettings(id=HALL.id), database=where)
    app: Sanic[Any, Any] = Sanic(f"test-{uuid4().hex}", configure_logging=False)
    app.config.update({"ACCESS_LOG": False, "REQUEST_MAX_SIZE": 1024 * 1024, "TOUCHUP": False})
    app.ctx.gate = Gate(db, settings, clock)
    app.ctx.desk = Desk.with_library(db, settings, Library.load())
    app.ctx.rehearsal = Rehearsal(app.ctx.desk)
    errors.hang(app)
    app.blueprint(pages)
    for hall in (HALL, OTHER):
        await db.transact(places.found, hall)
    async with listening(app) as base, aiohttp.ClientSession() as http:
        yield Visitor(http, base, db, clock, app)
    app.ctx.rehearsal.close()
