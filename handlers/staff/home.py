"""/staff/home: what I may do here, what I did last; and the hall I look at."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit import service as audit
from hall.audit.model import Deed, Wanted
from hall.places import service as places
from hall.staff import sessions
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff import menu
from handlers.staff.acts import act
from handlers.staff.pages import pages, show, went
from kit.errors import Problem

LAST = 8
LOOKS_AT = Deed("staff.hall", "换了大厅", "hall")


class NotYourHall(Problem):
    status = 403
    code = "not_your_hall"
    sentence = "您在那个大厅没有角色。需要的话请找系统管理员加上。"


@dataclass(frozen=True, slots=True)
class Choice:
    hall: Annotated[str, forms.text(32), "大厅"]


@pages.get("/home")
@guarded("staff")
async def home(request: Request[Any, Any]) -> HTTPResponse:
    gate: Gate = request.app.ctx.gate
    mine = await gate.db.consult(audit.trail, Wanted(by=request.ctx.session.member.name), LAST)
    return await show(request, "home.html", mine=mine)


@pages.post("/hall")
@guarded("staff")
async def look_at(request: Request[Any, Any]) -> HTTPResponse:
    gate: Gate = request.app.ctx.gate
    hall = await gate.db.consult(places.hall, forms.posted(request, Choice).hall)
    session = request.ctx.session
    if not session.member.roles_at(hall.id):
        raise NotYourHall()
    await act(request, LOOKS_AT, hall.id, sessions.look_at, session, hall.id)
    return went(request, menu.HOME)


@pages.get("/<rest:path>")
@guarded("staff")
async def nothing_here(request: Request[Any, Any], rest: str) -> HTTPResponse:
    """`/staff/` itself leads home."""
    if not rest:
        return went(request, menu.HOME)
    raise NoSuchPage()
