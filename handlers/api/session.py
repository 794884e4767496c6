"""POST and DELETE /api/v1/session: a wx.login code becomes a session of ours."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty, json

from hall.citizens import service as citizens
from hall.citizens import sessions
from hall.citizens.model import Citizen
from hall.citizens.sessions import Session
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Login, Reception
from handlers.api.visitors import TooFast
from handlers.described import described
from handlers.guards import guarded
from kit.db import Tx
from kit.errors import Problem
from kit.wechat import WeChatRefused, WeChatUnreachable

log = logging.getLogger(__name__)
session = Blueprint("session")

BAD_CODES = {40029, 40163}  # no such code; used already
TOO_OFTEN = 45011
BLOCKED = 40226
RETRY_SECONDS = 60  # WeChat counts 45011 by the minute


class BadCode(Problem):
    status = 401
    code = "bad_code"
    sentence = "这次登录没有成功，请关掉小程序重新打开，再登录一次。"


class LoginTooOften(Problem):
    status = 429
    code = "login_too_often"
    sentence = "登录得太频繁了，请过一分钟再试。"


class LoginBlocked(Problem):
    status = 403
    code = "login_blocked"
    sentence = "微信暂时不让这个账号登录小程序。请稍后再试，急事请到大厅窗口办理。"


class LoginUnavailable(Problem):
    status = 503
    code = "login_unavailable"
    sentence = "现在连不上微信，登录不了。请过一会儿再试，急事请到大厅窗口办理。"


@dataclass(frozen=True, slots=True, repr=False)
class Arriving:
    code: Annotated[str, forms.text(256), "wx.login 给的 code，五分钟内用一次"]


@session.post("/session")
@guarded("public")
@described(
    "登录：用 wx.login 的 code 换一个令牌",
    body=Arriving,
    answers={201: shapes.SessionBegun},
    refusals=(BadCode, LoginTooOften, LoginBlocked, LoginUnavailable, TooFast),
)
async def begin(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    here.visitors.admit(request)
    openid = await _openid(here.login, forms.body(request, Arriving).code)
    lasting = timedelta(days=here.settings.miniprogram.session_days)
    citizen, made = await here.db.transact(_welcome, openid, here.clock(), lasting)
    return json(shapes.session(made, citizen), status=201, headers={"Cache-Control": "no-store"})


@session.delete("/session")
@guarded("citizen")
@described("退出登录", answers={204: None})
async def end(request: Request[Any, Any]) -> HTTPResponse:
    await request.app.ctx.reception.visitors.leave(request.headers["authorization"].partition(" ")[2].strip())
    return empty()


async def _openid(login: Login, code: str) -> str:
    """Raises BadCode, LoginTooOften, LoginBlocked, LoginUnavailable."""
    try:
        return await login(code)
    except WeChatRefused as refusal:
        if refusal.code in BAD_CODES:
            raise BadCode() from None
        if refusal.code == TOO_OFTEN:
            raise LoginTooOften(retry_after_seconds=RETRY_SECONDS) from None
        if refusal.code == BLOCKED:
            raise LoginBlocked() from None
        log.error("WeChat refused a login", extra={"code": refusal.code, "message_of_wechat": refusal.message})
    except WeChatUnreachable as error:
        log.error("WeChat could not be asked who logs in: %s", error)
    raise LoginUnavailable()


async def _welcome(tx: Tx, openid: str, now: datetime, lasting: timedelta) -> tuple[Citizen, Session]:
    citizen = await citizens.meet(tx, openid, now)
    return citizen, await sessions.begin(tx, citizen, now, lasting)
