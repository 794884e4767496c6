"""/staff/admin/staff: who works here and as what. Nobody is deleted: facts name them."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.places import service as places
from hall.staff import service as staff
from hall.staff import steering
from hall.staff.model import EVERYWHERE, Role, StaffMember
from handlers import forms
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.pages import pages, show, went

ADD = Deed("staff.add", "添加人员", "staff", staff.plain)
ROLES = Deed("staff.roles", "改角色", "staff", staff.plain)
RESET = Deed("staff.reset", "重设密码", "staff", staff.plain)
NO_STEP = Deed("staff.no_step", "清除动态码", "staff", staff.plain)
DISABLE = Deed("staff.disable", "停用账号", "staff", staff.plain)
ENABLE = Deed("staff.enable", "恢复账号", "staff", staff.plain)

LIST = "/staff/admin/staff"
ROLES_SET = "角色改好了，下一次点击就生效。"
DISABLED, ENABLED = "账号停用了，已经登录的也退出了。", "账号恢复了，可以登录。"
STEP_CLEARED = "动态码清除了，下次登录只要密码。"


@dataclass(frozen=True, slots=True)
class NewMember:
    name: Annotated[str, forms.text(32), "姓名"]
    role: Annotated[Role, forms.one_of(Role), "角色"]
    hall: Annotated[str, forms.text(32), "大厅"]


@dataclass(frozen=True, slots=True)
class Roles:
    hall: Annotated[str, forms.text(32), "大厅"]
    roles: Annotated[tuple[Role, ...], forms.several(forms.one_of(Role), len(Role)), "角色"] = ()


@pages.get("/admin/staff")
@guarded("staff: admin")
async def staff_page(request: Request[Any, Any]) -> HTTPResponse:
    admin, hall_id = _admin(request)
    members = await _gate(request).db.consult(steering.in_sight_of, admin, hall_id)
    return await show(request, "staff.html", members=members, is_of_all=steering.is_house_admin(admin))


@pages.post("/admin/staff")
@guarded("staff: admin")
async def add(request: Request[Any, Any]) -> HTTPResponse:
    form, (admin, hall_id) = forms.posted(request, NewMember), _admin(request)
    await _check_hall(request, form.hall)
    steering.check_may_grant(admin, form.hall, hall_id)
    password = await act(request, ADD, form.name, staff.add, form.name, form.role, now(request), form.hall)
    return await _told_once(request, form.name, password)


@pages.get("/admin/staff/<staff_id:int>")
@guarded("staff: admin")
async def member_page(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    admin, hall_id = _admin(request)
    member = await _gate(request).db.consult(steering.seen_by, admin, hall_id, staff_id)
    may_steer = steering.may_steer(admin, member, hall_id)
    halls = [EVERYWHERE, *(h.id for h in await _gate(request).db.consult(places.halls))]
    shown = halls if steering.is_house_admin(admin) else [hall_id]
    return await show(
        request, "member.html", member=member, by_hall=staff.by_hall(member.grants), shown=shown, may_steer=may_steer
    )


@pages.post("/admin/staff/<staff_id:int>/roles")
@guarded("staff: admin")
async def set_roles(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    form, (admin, hall_id) = forms.posted(request, Roles), _admin(request)
    member = await _gate(request).db.consult(steering.seen_by, admin, hall_id, staff_id)
    await _check_hall(request, form.hall)
    steering.check_may_grant(admin, form.hall, hall_id)
    await act(request, ROLES, member.name, staff.set_roles, staff_id, form.hall, form.roles)
    return went(request, f"{LIST}/{staff_id}", ROLES_SET)


@pages.post("/admin/staff/<staff_id:int>/reset")
@guarded("staff: admin")
async def reset(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    member = await _steered(request, staff_id)
    password = await act(request, RESET, member.name, staff.reset_password, staff_id)
    return await _told_once(request, member.name, password)


@pages.post("/admin/staff/<staff_id:int>/no-step")
@guarded("staff: admin")
async def clear_step(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    member = await _steered(request, staff_id)
    await act(request, NO_STEP, member.name, staff.drop_second_step, staff_id)
    return went(request, f"{LIST}/{staff_id}", STEP_CLEARED)


@pages.post("/admin/staff/<staff_id:int>/disable")
@guarded("staff: admin")
async def disable(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    member = await _steered(request, staff_id)
    await act(request, DISABLE, member.name, staff.disable, staff_id, now(request))
    return went(request, f"{LIST}/{staff_id}", DISABLED)


@pages.post("/admin/staff/<staff_id:int>/enable")
@guarded("staff: admin")
async def enable(request: Request[Any, Any], staff_id: int) -> HTTPResponse:
    member = await _steered(request, staff_id)
    await act(request, ENABLE, member.name, staff.enable, staff_id)
    return went(request, f"{LIST}/{staff_id}", ENABLED)


async def _told_once(request: Request[Any, Any], name: str, password: str) -> HTTPResponse:
    response = await show(request, "one_time.html", name=name, password=password)
    response.headers["HX-Replace-Url"] = LIST
    return response


async def _steered(request: Request[Any, Any], staff_id: int) -> StaffMember:
    """Raises StaffNotHere, NotYoursToSteer."""
    admin, hall_id = _admin(request)
    return await _gate(request).db.consult(steering.steered_by, admin, hall_id, staff_id)


async def _check_hall(request: Request[Any, Any], hall_id: str) -> None:
    """Raises HallNotFound."""
    if hall_id != EVERYWHERE:
        await _gate(request).db.consult(places.hall, hall_id)


def _admin(request: Request[Any, Any]) -> tuple[StaffMember, str]:
    return request.ctx.session.member, request.ctx.session.hall_id


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
