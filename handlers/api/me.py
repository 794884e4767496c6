"""One's own page: what we hold of the person, which taxpayers they are, what they are told, and deleting it all."""

import logging
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from bot import leaving
from hall.appointments.forms import good_phone
from hall.appointments.refusals import BadPhone
from hall.citizens import preferences
from hall.citizens import service as citizens
from hall.citizens.model import Citizen
from hall.citizens.preferences import Preferences
from hall.notices.choices import MAY_BE_OFF, read_kind
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded
from kit.db import Tx
from kit.errors import Problem
from kit.wechat import WeChatRefused, WeChatUnreachable
from knowledge.policies import categories

log = logging.getLogger(__name__)
me = Blueprint("me", url_prefix="/me")

NO_SUCH_CODE = 40029
TOO_OFTEN = 45011
RETRY_SECONDS = 60  # WeChat counts 45011 by the minute
MAINLAND = "86"
NO_CATEGORY = "没有这一类纳税人，可选的见 GET /categories。"
ID_MOST = 40  # of a category's or a kind's id


class BadPhoneCode(Problem):
    status = 422
    code = "bad_phone_code"
    sentence = "这次没有拿到手机号，请再点一次“授权手机号”。"


class PhoneTooOften(Problem):
    status = 429
    code = "phone_too_often"
    sentence = "点得太频繁了，请过一分钟再试；也可以先不授权，预约时自己填手机号。"


class PhoneUnavailable(Problem):
    status = 503
    code = "phone_unavailable"
    sentence = "现在从微信那里拿不到手机号。请过一会儿再试，或者预约时自己填手机号。"


class ConfirmNeeded(Problem):
    """`appointments` and `tickets` (numbers) and `waits` (how many) are what would be given up."""

    status = 409
    code = "confirm_needed"
    sentence = (
        "删除以后找不回来：姓名、手机号、设置和登录都会清掉，还没办的预约会取消，排着的号会让出来。"
        "确定要删除，请带上 confirm=true 再来一次。"
    )


@forms.reading(type="string", maxLength=ID_MOST)
def known_category(came: Any) -> str:
    """One of the categories of taxpayers that policies speak of."""
    found: str = forms.text(ID_MOST)(came)
    if found not in categories():
        raise forms.Misread(NO_CATEGORY)
    return found


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    code: Annotated[str, forms.text(256), "授权按钮给的 code（不是登录的），五分钟内用一次"]


@dataclass(frozen=True, slots=True)
class Categories:
    """Not given: none. A list that is empty takes them all back."""

    categories: Annotated[tuple[str, ...], forms.several(known_category, 20), "是哪几类纳税人；空着就是都不选"] = ()


@dataclass(frozen=True, slots=True)
class Off:
    off: Annotated[tuple[str, ...], forms.several(forms.text(ID_MOST, read_kind), 20), "不想收到的通知"] = ()


@dataclass(frozen=True, slots=True)
class Sure:
    confirm: Annotated[bool, forms.yes_or_no, "true：知道会失去什么，确定删除"] = False


class KindSeen(TypedDict):
    id: str
    name: str


class NoticesSeen(TypedDict):
    off: Annotated[list[str], "关掉了的"]
    kinds: Annotated[list[KindSeen], "可以关的；别的一定会告诉您"]


class MeSeen(TypedDict):
    """姓名和手机号都打了码"""

    name: str | None
    phone: str | None
    categories: list[str]
    notices: NoticesSeen


class Erased(TypedDict):
    """资料删掉了，令牌也不能再用"""

    cancelled: Annotated[list[str], "取消了的预约"]
    left: Annotated[list[str], "让出了的号"]
    kept: Annotated[str, "还留着什么，为什么"]


@me.get("")
@guarded("citizen")
@described("我的资料", answers={200: MeSeen})
async def look(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    return json(_shape(*await here.db.consult(_look, request.ctx.citizen_id)))


@me.post("/phone")
@guarded("citizen")
@described(
    "授权手机号：用按钮给的 code 换",
    body=Phone,
    answers={200: MeSeen},
    refusals=(BadPhoneCode, BadPhone, PhoneTooOften, PhoneUnavailable),
)
async def phone(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    number = await _phone(here, forms.body(request, Phone).code)
    await here.db.transact(citizens.note_phone, request.ctx.citizen_id, number)
    return json(_shape(*await here.db.consult(_look, request.ctx.citizen_id)))


@me.put("/categories")
@guarded("citizen")
@described("我是哪几类纳税人", body=Categories, answers={200: MeSeen})
async def be(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    chosen, citizen_id = forms.body(request, Categories).categories, request.ctx.citizen_id
    await here.db.transact(preferences.set_categories, citizen_id, chosen, here.clock())
    return json(_shape(*await here.db.consult(_look, citizen_id)))


@me.put("/notices")
@guarded("citizen")
@described("不想收到哪几种通知", body=Off, answers={200: MeSeen})
async def hush(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    kinds, citizen_id = forms.body(request, Off).off, request.ctx.citizen_id
    await here.db.transact(preferences.set_off, citizen_id, kinds, here.clock())
    return json(_shape(*await here.db.consult(_look, citizen_id)))


@me.delete("")
@guarded("citizen")
@described("删除我的资料", query=Sure, answers={200: Erased}, refusals=(ConfirmNeeded,))
async def erase(request: Request[Any, Any]) -> HTTPResponse:
    """At once and for good. The session that asked is over with the answer."""
    here: Reception = request.app.ctx.reception
    citizen_id, now = request.ctx.citizen_id, here.clock()
    if not forms.query(request, Sure).confirm:
        ahead = await here.db.consult(leaving.ahead, citizen_id, now)
        raise ConfirmNeeded(appointments=list(ahead.appointments), tickets=list(ahead.tickets), waits=ahead.waits)
    given_up = await here.db.transact(leaving.erase, citizen_id, now)
    here.visitors.forget(citizen_id)
    told: Erased = {"cancelled": list(given_up.appointments), "left": list(given_up.tickets), "kept": KEPT}
    return json(told, headers={"Cache-Control": "no-store"})


KEPT = "办过的件按档案管理的规定留着，别的都删掉了。"


async def _look(tx: Tx, citizen_id: int) -> tuple[Citizen, Preferences]:
    return await citizens.citizen(tx, citizen_id), await preferences.of(tx, citizen_id)


def _shape(of: Citizen, chosen: Preferences) -> MeSeen:
    kinds: list[KindSeen] = [{"id": kind.value, "name": name} for kind, name in MAY_BE_OFF.items()]
    told: NoticesSeen = {"off": list(chosen.off), "kinds": kinds}
    return {**shapes.citizen(of), "categories": list(chosen.categories), "notices": told}


async def _phone(here: Reception, code: str) -> str:
    """Eleven digits. Raises BadPhoneCode, BadPhone, PhoneTooOften, PhoneUnavailable."""
    try:
        found = await here.phone_of(code)
    except WeChatRefused as refusal:
        if refusal.code == NO_SUCH_CODE:
            raise BadPhoneCode() from None
        if refusal.code == TOO_OFTEN:
            raise PhoneTooOften(retry_after_seconds=RETRY_SECONDS) from None
        log.error("WeChat refused a phone", extra={"code": refusal.code, "message_of_wechat": refusal.message})
        raise PhoneUnavailable() from None
    except WeChatUnreachable as error:
        log.error("WeChat could not be asked for a phone: %s", error)
        raise PhoneUnavailable() from None
    if found.country != MAINLAND:
        raise BadPhone()
    return good_phone(found.number)
