"""/staff/account: one's own password, second step and sessions."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request
from sanic.response import raw

from hall.audit.model import Deed
from hall.staff import entrance, second_step, sessions
from hall.staff import service as staff
from hall.staff.model import Session
from handlers import forms
from handlers.gate import Gate, check_proved
from handlers.guards import guarded
from handlers.staff import menu
from handlers.staff.acts import act, now
from handlers.staff.pages import HEADERS, pages, show, went
from handlers.staff.sign_in import WRITTEN_PASSWORD, Code
from kit import qr as qr_codes
from kit import totp
from kit.errors import Problem

CHANGED = Deed("staff.password", "改了密码", "staff", staff.plain)
STEP_ON = Deed("staff.second_on", "开了动态码", "staff", staff.plain)
STEP_OFF = Deed("staff.second_off", "关了动态码", "staff", staff.plain)
ALL_OUT = Deed("staff.all_out", "退出所有设备", "staff")

IS_CHANGED = "密码改好了。别的设备上的登录都已经退出。"
STEP_IS_OFF = "动态码关掉了，下次登录只要密码。"
OTHERS_OUT = "别的设备都已经退出，只剩这一台。"
ISSUER = "帮办"


class NotTheSame(Problem):
    status = 422
    code = "not_the_same"
    sentence = "两次输入的新密码不一样，请再输一遍。"


class SameAsBefore(Problem):
    status = 422
    code = "same_as_before"
    sentence = "新密码和原来的一样，请换一个。"


@dataclass(frozen=True, slots=True)
class NewPassword:
    old: Annotated[str, forms.text(WRITTEN_PASSWORD), "原密码"]
    new: Annotated[str, forms.text(WRITTEN_PASSWORD), "新密码"]
    again: Annotated[str, forms.text(WRITTEN_PASSWORD), "再输一遍"]


@dataclass(frozen=True, slots=True)
class Password:
    password: Annotated[str, forms.text(WRITTEN_PASSWORD), "密码"]


@pages.get("/account")
@guarded("staff")
async def account(request: Request[Any, Any]) -> HTTPResponse:
    gate, session = _at(request)
    mine = await gate.db.consult(sessions.of, session.member, now(request), gate.limits)
    return await show(request, "account.html", mine=mine, limits=gate.settings.staff)


@pages.get("/account/password")
@guarded("staff half in")
async def password_page(request: Request[Any, Any]) -> HTTPResponse:
    check_proved(_at(request)[1])
    return await show(request, "password.html")


@pages.post("/account/password")
@guarded("staff half in")
async def change_password(request: Request[Any, Any]) -> HTTPResponse:
    (gate, session), form = _at(request), forms.posted(request, NewPassword)
    check_proved(session)
    if form.new != form.again:
        raise NotTheSame()
    await entrance.check_password(gate.db, session.member, form.old, now(request))
    if form.new == form.old:
        raise SameAsBefore()
    hashed = await entrance.choose_password(gate.db, session.member, form.new)
    name = session.member.name
    token = await act(request, CHANGED, name, entrance.take_password, session, hashed, now(request))
    response = went(request, menu.HOME, IS_CHANGED)
    gate.give(request, response, token)
    return response


@pages.get("/account/second-step")
@guarded("staff")
async def step_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, session = _at(request)
    secret = "" if session.member.has_totp else await gate.db.transact(second_step.begin, session.member.id)
    return await show(request, "step.html", secret=secret, codes=())


@pages.get("/account/qr.svg")
@guarded("staff")
async def qr(request: Request[Any, Any]) -> HTTPResponse:
    """Only while it is being set up: what is in use is shown to nobody, not even its owner."""
    gate, session = _at(request)
    if session.member.has_totp:
        raise AlreadyOn()
    secret = await gate.db.transact(second_step.begin, session.member.id)
    drawn = qr_codes.svg_file(totp.address(secret, session.member.name, ISSUER))
    return raw(drawn, content_type="image/svg+xml", headers=HEADERS | {"Cache-Control": "no-store"})


class AlreadyOn(Problem):
    status = 409
    code = "already_on"
    sentence = "动态码已经开着了。要换手机请先关掉再重新开。"


@pages.post("/account/second-step")
@guarded("staff")
async def step_on(request: Request[Any, Any]) -> HTTPResponse:
    (_, session), form = _at(request), forms.posted(request, Code)
    if session.member.has_totp:
        raise AlreadyOn()
    codes = await act(
        request, STEP_ON, session.member.name, second_step.confirm, session.member.id, form.code, now(request)
    )
    return await show(request, "step.html", secret="", codes=codes)


@pages.post("/account/second-step/off")
@guarded("staff")
async def step_off(request: Request[Any, Any]) -> HTTPResponse:
    (gate, session), form = _at(request), forms.posted(request, Password)
    await entrance.check_password(gate.db, session.member, form.password, now(request))
    await act(request, STEP_OFF, session.member.name, staff.drop_second_step, session.member.id)
    return went(request, "/staff/account", STEP_IS_OFF)


@pages.post("/account/others-out")
@guarded("staff")
async def others_out(request: Request[Any, Any]) -> HTTPResponse:
    gate, session = _at(request)
    token = await act(request, ALL_OUT, session.member.name, entrance.start_anew, session, now(request))
    response = went(request, "/staff/account", OTHERS_OUT)
    gate.give(request, response, token)
    return response


def _at(request: Request[Any, Any]) -> tuple[Gate, Session]:
    return request.app.ctx.gate, request.ctx.session
