"""/staff/sign-in: name and password, then the second step for who has one; and out again.

The same form stands in a panel over a page whose session is over: signed in there, the page goes on where it was.
"""

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit import service as audit
from hall.audit.model import Deed
from hall.staff import entrance, sessions
from hall.staff.model import Session, StaffMember
from handlers import forms
from handlers.addresses import address_of
from handlers.gate import Gate, check_origin
from handlers.guards import guarded
from handlers.staff import menu
from handlers.staff.acts import act, by_member, now
from handlers.staff.pages import HEADERS, bare, is_part, pages, went
from kit.db import Tx

SIGNED_IN = Deed("staff.in", "登录", "staff")
SIGNED_OUT = Deed("staff.out", "退出登录", "staff")
SECOND_STEP = Deed("staff.second", "输了动态码", "staff")

INSIDE = re.compile(r"/staff/(?!sign-in|sign-out|assets)[A-Za-z0-9/_.-]*")
WRITTEN_PASSWORD = 1024  # longer is no password of ours, and not worth hashing
BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "火狐"),
    ("MicroMessenger", "微信"),
    ("Chrome", "谷歌或同类浏览器"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
OUT = "已经退出。下次见！"


@dataclass(frozen=True, slots=True)
class SigningIn:
    name: Annotated[str, forms.text(32), "姓名"]
    password: Annotated[str, forms.text(WRITTEN_PASSWORD), "密码"]
    to: Annotated[str, forms.text(200), "去哪一页"] = menu.HOME
    hall: Annotated[str, forms.text(32), "哪个大厅"] = ""


@dataclass(frozen=True, slots=True)
class Code:
    code: Annotated[str, forms.text(20), "动态码"]
    to: Annotated[str, forms.text(200), "去哪一页"] = menu.HOME


@pages.get("/sign-in")
@guarded("public")
async def sign_in_page(request: Request[Any, Any]) -> HTTPResponse:
    return bare(request, "sign_in.html", to=_inside(request.args.get("to", "")))


@pages.post("/sign-in")
@guarded("public")
async def sign_in(request: Request[Any, Any]) -> HTTPResponse:
    check_origin(request)
    form, gate = forms.posted(request, SigningIn), _gate(request)
    where = address_of(request) or request.ip
    member = await entrance.enter(gate.db, form.name, form.password, where, now(request))
    hall_id = form.hall or gate.settings.hall.id
    token = await gate.db.transact(_begin, request, member, hall_id)
    if member.has_totp:
        response = (
            bare(request, "second_step_panel.html") if _is_panel(request) else went(request, "/staff/second-step")
        )
    elif member.must_change:
        response = went(request, "/staff/account/password")
    else:
        response = _go_on(request, form.to)
    csrf = gate.give(request, response, token)
    if _is_panel(request):
        response.headers["HX-Trigger"] = renewed(csrf, is_in=not member.has_totp)
    return response


async def _begin(tx: Tx, request: Request[Any, Any], member: StaffMember, hall_id: str) -> str:
    device, at = device_of(request.headers.get("user-agent", "")), now(request)
    by = by_member(request, member, hall_id)
    return await audit.done(tx, by, SIGNED_IN, member.name, sessions.begin, member, hall_id, device, at)


@pages.get("/second-step")
@guarded("staff half in")
async def second_step_page(request: Request[Any, Any]) -> HTTPResponse:
    return bare(request, "second_step.html")


@pages.post("/second-step")
@guarded("staff half in")
async def second_step(request: Request[Any, Any]) -> HTTPResponse:
    form, session = forms.posted(request, Code), _session(request)
    await entrance.prove(_gate(request).db, session, form.code, now(request))
    await act(request, SECOND_STEP, session.member.name, sessions.touch, session, now(request))
    response = _go_on(request, form.to)
    if _is_panel(request):
        response.headers["HX-Trigger"] = renewed(request.ctx.csrf, is_in=True)
    return response


@pages.post("/sign-out")
@guarded("staff half in")
async def sign_out(request: Request[Any, Any]) -> HTTPResponse:
    session = _session(request)
    await act(request, SIGNED_OUT, session.member.name, sessions.end, session)
    response = went(request, "/staff/sign-in", OUT)
    _gate(request).take_back(request, response)
    return response


def _go_on(request: Request[Any, Any], to: str) -> HTTPResponse:
    """In the panel the page that is there goes on by itself."""
    return HTTPResponse(status=204, headers=HEADERS) if _is_panel(request) else went(request, _inside(to))


def renewed(csrf: str, *, is_in: bool) -> str:
    """What static/staff.js listens for: every form of the page gets the new token, and once in, what was left off is
    done again."""
    return json.dumps({"renewed": {"csrf": csrf, "isIn": is_in}})


def _inside(path: str) -> str:
    """A page of ours, and never one somebody else wrote into a link."""
    return path if INSIDE.fullmatch(path) else menu.HOME


def _is_panel(request: Request[Any, Any]) -> bool:
    return is_part(request) and "x-panel" in request.headers


def device_of(user_agent: str) -> str:
    """A browser and a system in words, as their owner would call them."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (system, browser) if part)


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate


def _session(request: Request[Any, Any]) -> Session:
    session: Session = request.ctx.session
    return session
