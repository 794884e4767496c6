"""/staff/admin/halls: the hall looked at, as citizens are told of it; and, for who administers the house, another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import slots
from hall.audit.model import Deed
from hall.matters import columns
from hall.places import service as places
from hall.places.model import Hall, Spans
from hall.queue import premises
from hall.staff import steering
from handlers import forms
from handlers.guards import guarded
from handlers.staff import slots_said
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went
from kit.db import Database
from kit.errors import Problem

HALLS = "/staff/admin/halls"
CHANGE = Deed("hall.change", "改大厅信息", "hall", premises.plain_hall)
FOUND = Deed("hall.found", "新设大厅", "hall", premises.plain_hall)
CHANGED = "改好了，聊天、叫号屏和指南里马上就是新的。"
MADE = "“{name}”设好了。{first}再设业务组、窗口，导入事项。"
GO_THERE = "先在最上面换到它，"


class NotYourHouse(Problem):
    status = 403
    code = "not_your_house"
    sentence = "新设大厅要全部大厅的系统管理员来做。"


@dataclass(frozen=True, slots=True)
class Known:
    name: Annotated[str, forms.text(places.NAME[1]), "名称"]
    hours: Annotated[Spans, forms.text(120, columns.opening_hours), "开放时间"]
    address: Annotated[str | None, forms.text(places.ADDRESS[1]), "地址"] = None
    phone: Annotated[str | None, forms.text(places.PHONE[1]), "电话"] = None
    is_sample: Annotated[bool, forms.yes_or_no, "示例"] = False


@dataclass(frozen=True, slots=True)
class New(Known):
    id: Annotated[str, forms.text(places.ID[1]), "编号"] = ""


@pages.get("/admin/halls")
@guarded("staff: admin")
async def halls_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, session = gate_of(request), request.ctx.session
    here = next((hall for hall in await gate.db.consult(places.halls) if hall.id == session.hall_id), None)
    return await show(
        request,
        "admin_halls.html",
        here=here,
        hours=columns.say_hours(here.hours) if here else "",
        stranded=await _stranded(gate.db, here, now(request)) if here else (),
        is_of_all=steering.is_house_admin(session.member),
        ours=gate.settings.hall.id,  # the hall the official account speaks for, founded or not
    )


async def _stranded(db: Database, here: Hall, at: datetime) -> Sequence[Any]:
    calendar = await db.consult(places.calendar, here.id)
    return await db.consult(slots.slots_on_closed_days, here, calendar, at)


@pages.post("/admin/halls")
@guarded("staff: admin")
async def change_hall(request: Request[Any, Any]) -> HTTPResponse:
    form, gate, hall_id = forms.posted(request, Known), gate_of(request), request.ctx.session.hall_id
    days = gate.settings.appointments.days_ahead
    done = await act(request, CHANGE, hall_id, premises.change_hall, _hall(form, hall_id), days, now(request))
    return went(request, HALLS, CHANGED + slots_said.of([done]))


@pages.post("/admin/halls/new")
@guarded("staff: admin")
async def found_hall(request: Request[Any, Any]) -> HTTPResponse:
    form = forms.posted(request, New)
    if not steering.is_house_admin(request.ctx.session.member):
        raise NotYourHouse()
    await act(request, FOUND, form.id, places.found, _hall(form, form.id))
    is_here = form.id == request.ctx.session.hall_id
    return went(request, HALLS, MADE.format(name=form.name, first="" if is_here else GO_THERE))


def _hall(form: Known, hall_id: str) -> Hall:
    return Hall(hall_id, form.name, form.address or None, form.phone or None, form.hours, form.is_sample)
