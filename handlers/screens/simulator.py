"""/try: a page that looks like WeChat, for newcomers. Every message goes the whole way: signed XML to /wechat and back.

Hung only when demo.on (app.py); without it nothing answers under /try. It can only speak as citizens of its own making:
their openids all begin with `try_`.
"""

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any, get_args

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import file, json
from sanic.response import html as page

from handlers.errors import NoSuchPage, TooLarge
from handlers.guards import guarded
from handlers.screens.platform import Kind, Platform, Sent
from kit import clock
from kit.errors import Problem

simulator = Blueprint("simulator", url_prefix="/try")

HERE = Path(__file__).resolve().parent
ASSETS = {
    name: HERE.parent / "static" / name
    for name in ("simulator.css", "simulator.js", "simulator_why.js", "simulator.svg")
} | {"weui.css": HERE.parents[1] / "node_modules" / "weui" / "dist" / "style" / "weui.min.css"}
PAGE = Template((HERE / "simulator.html").read_text("utf-8"))
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
BODY_BYTES = 64 * 1024  # as for the callback
CITIZEN = re.compile(r"[0-9a-z-]{1,40}")
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
NO_HALL = "政务服务大厅（示例）"


class BadMessage(Problem):
    code = "bad_try_message"
    sentence = "这条消息没有发出去：{reason}"


@simulator.before_server_start
async def _open(app: Sanic[Any, Any]) -> None:
    app.ctx.platform = Platform(app.ctx.settings)
    await app.ctx.platform.open()


@simulator.after_server_stop
async def _close(app: Sanic[Any, Any]) -> None:
    await app.ctx.platform.close()


@simulator.get("/")
@guarded("demo")
async def look(request: Request[Any, Any]) -> HTTPResponse:
    hall = request.app.ctx.desk.hall
    return page(PAGE.substitute(hall=html.escape(hall.name if hall else NO_HALL)), headers=HEADERS)


@simulator.get("/assets/<name:str>")
@guarded("demo")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    path = ASSETS.get(name)
    if path is None or not path.is_file():  # weui.css comes from npm; the page is fine without it
        raise NoSuchPage()
    return await file(path, headers=HEADERS, request_headers=request.headers)


@simulator.post("/say")
@guarded("demo")
async def say(request: Request[Any, Any]) -> HTTPResponse:
    """Body {citizen, kind, text, on}; answers {reply, kind, why}: `why` is null when the answer was late."""
    platform: Platform = request.app.ctx.platform
    reply = await platform.deliver(_message(request, clock.now()))
    return json({"reply": reply.text, "kind": reply.kind, "why": reply.why})


def _message(request: Request[Any, Any], now: datetime) -> Sent:
    if len(request.body) > BODY_BYTES:
        raise TooLarge()
    # A form of another site cannot send this type, so no page but ours can speak through the browser.
    if request.content_type.partition(";")[0].strip() != "application/json" or not isinstance(request.json, dict):
        raise BadMessage(reason="要发 JSON。请用 /try 页面发。")
    said: dict[str, Any] = request.json
    citizen, kind, text = (said.get(name, "") for name in ("citizen", "kind", "text"))
    if not isinstance(citizen, str) or not CITIZEN.fullmatch(citizen):
        raise BadMessage(reason="不知道是谁发的。请刷新页面再试。")
    if kind not in get_args(Kind) or not isinstance(text, str):
        raise BadMessage(reason=f"只会发这几种：{'、'.join(get_args(Kind))}。")
    return Sent(f"try_{citizen}", kind, text, _sent_at(said.get("on"), now))


def _sent_at(on: Any, now: datetime) -> datetime:
    """`on` is an ISO day or time as a clock in Shanghai shows it; a day alone keeps the present time of day."""
    if on in (None, ""):
        return now
    try:
        at = datetime.fromisoformat(on)
        if len(on) == len("2026-11-23"):
            at = datetime.combine(at, clock.local(now).time())
        at = (at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        at = LAST.replace(year=9999)
    if not FIRST <= at <= LAST:
        raise BadMessage(reason="日期请选 2000 年到 2099 年之间的一天。")
    return at
