"""How a staff page is shown: `await show(request, "home.html", …)`; and what it says after it has done something.

Every page gets `session`, `hall`, `halls`, `menu`, `csrf` and `said` beside its own values. Pages are never kept by a
browser or proxy (no-store), and load nothing but our own files.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html, raw, redirect

from hall.places import service as places
from hall.places.model import Hall
from hall.staff.model import EVERYWHERE, Role, Session
from handlers.errors import NoSuchPage
from handlers.guards import guarded
from handlers.staff import menu
from kit import clock
from kit.ids import mask_name, mask_phone

pages = Blueprint("staff", url_prefix="/staff")

HERE = Path(__file__).resolve().parent
STATIC, MODULES = HERE.parent / "static", HERE.parents[1] / "node_modules"
ASSETS = {
    "tabler.css": MODULES / "@tabler" / "core" / "dist" / "css" / "tabler.min.css",
    "htmx.js": MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "staff.css": STATIC / "staff.css",
    "staff.js": STATIC / "staff.js",
    "desk.css": STATIC / "desk.css",
    "performance.css": STATIC / "performance.css",
    "desk.js": STATIC / "desk.js",
}
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
YES_OR_NO, NOTHING = {True: "是", False: "否"}, "无"
FLASH = "bangban_said"
FLASH_SECONDS = 60  # from the answer that did it to the page that says so


@cache
def edition() -> str:
    """Of the assets: in their address, so that they are kept for ever and yet never old."""
    files = (path.read_bytes() for path in ASSETS.values() if path.is_file())
    return hashlib.sha256(b"".join(files)).hexdigest()[:12]


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(ASSETS[name].read_bytes(), mtime=0)


@pages.get("/assets/<edition:str>/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], edition: str, name: str) -> HTTPResponse:
    path = ASSETS.get(name)
    if path is None or not path.is_file():
        raise NoSuchPage()
    kind = KINDS[path.suffix]
    if "gzip" in request.headers.get("accept-encoding", ""):
        return raw(_packed(name), content_type=kind, headers=HEADERS | FOR_EVER | {"Content-Encoding": "gzip"})
    return raw(path.read_bytes(), content_type=kind, headers=HEADERS | FOR_EVER)


@pass_context
def _is_here(context: Context, path: str) -> bool:
    """Whether the menu's `path` leads to where we are, or to what it stands over."""
    at: str = context["path"]
    return at == path or at.startswith(f"{path}/")


def told(value: Any) -> str:
    """What a field of the trail holds, for people."""
    if isinstance(value, bool):
        return YES_OR_NO[value]
    return "、".join(map(told, value)) or NOTHING if isinstance(value, list) else str(value)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["local"] = lambda at: clock.local(at).strftime("%Y-%m-%d %H:%M:%S")
    made.filters["told"] = told
    made.filters["masked_name"] = mask_name
    made.filters["masked_phone"] = mask_phone
    made.filters["day"] = clock.say_day
    made.filters["clock"] = lambda at: clock.local(at).strftime("%H:%M")
    made.filters["minute"] = lambda at: clock.local(at).strftime("%m-%d %H:%M")
    made.globals.update(edition=edition, is_here=_is_here, Role=Role, EVERYWHERE=EVERYWHERE)
    return made


ENVIRONMENT = _environment()


def bare(request: Request[Any, Any], page: str, status: int = 200, **values: Any) -> HTTPResponse:
    """A page, or a part of one, for which nobody need be signed in."""
    given = {"path": request.path, "csrf": getattr(request.ctx, "csrf", ""), "said": _said(request)}
    body = ENVIRONMENT.get_template(page).render(given | values)
    response = html(body, status=status, headers=HEADERS | {"Cache-Control": "no-store"})
    if given["said"]:
        _say(request, response, "", 0)
    return response


def saved(name: str, packed: bytes) -> HTTPResponse:
    """A spreadsheet for the browser to save; `name` without signs of a person's, since it stands in their folder."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return raw(packed, content_type=XLSX, headers=HEADERS | headers)


async def show(request: Request[Any, Any], page: str, status: int = 200, **values: Any) -> HTTPResponse:
    """A page, or a part of one, for who is signed in."""
    session: Session = request.ctx.session
    halls = await request.app.ctx.gate.db.consult(places.halls)
    here = next((hall for hall in halls if hall.id == session.hall_id), None)
    given = {
        "session": session,
        "hall": here,
        "halls": [hall for hall in halls if session.member.roles_at(hall.id)],
        "hall_names": hall_names(halls),
        "menu": menu.of(session.roles),
    }
    return bare(request, page, status, **given | values)


def hall_names(halls: list[Hall]) -> dict[str, str]:
    return {EVERYWHERE: menu.EVERY_HALL, **{hall.id: hall.name for hall in halls}}


def went(request: Request[Any, Any], path: str, said: str = "") -> HTTPResponse:
    """It is done: on to `path`, which says so at its top. `said` names nobody: it travels in a cookie."""
    response = redirect(path, status=303, headers=dict(HEADERS))
    if is_part(request):  # a whole new page, and not the followed answer put into this one
        response = HTTPResponse(status=204, headers=HEADERS | {"HX-Redirect": path})
    if said:
        _say(request, response, quote(said), FLASH_SECONDS)
    return response


def _say(request: Request[Any, Any], response: HTTPResponse, said: str, seconds: int) -> None:
    is_secure = not request.app.ctx.gate.is_open(request)
    response.add_cookie(FLASH, said, path="/staff", secure=is_secure, httponly=True, samesite="Strict", max_age=seconds)


def _said(request: Request[Any, Any]) -> str:
    return unquote(request.cookies.get(FLASH) or "")


def is_part(request: Request[Any, Any]) -> bool:
    """Whether htmx asks, which puts the answer into the page that is there."""
    return "hx-request" in request.headers
