"""/staff/admin/notices: what people are told without asking, and the hall's own words for it."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from bot.phrases.notices import SAMPLE, WORDINGS
from hall.audit.model import Deed
from hall.notices import texts
from hall.notices.choices import MAY_BE_OFF
from hall.notices.model import Kind
from hall.notices.parts import LONGEST_TEXT, PARTS, tidy
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.pages import pages, show, went
from kit.errors import Problem

LIST = "/staff/admin/notices"
WORK = "staff: lead admin"
CHANGED = "改好了，从下一条通知起就这样说。"
BACK = "回到随系统带来的话了，从下一条通知起就这样说。"
PAGE_BYTES = 16 * 1024

SET = Deed("notice.text", "改通知的话", "notice")
SHIP = Deed("notice.shipped", "通知回到原来的话", "notice")
RESTORE = Deed("notice.restore", "恢复通知的旧话", "notice")


@dataclass(frozen=True, slots=True)
class Restoring:
    version: Annotated[int, forms.whole, "第几版"]


@pages.get("/admin/notices")
@guarded(WORK)
async def notices_page(request: Request[Any, Any]) -> HTTPResponse:
    hall_id = request.ctx.session.hall_id
    own = await _gate(request).db.consult(texts.in_force)
    rows = [(kind, wording, (hall_id, kind) in own) for kind, wording in WORDINGS.items()]
    return await show(request, "admin_notices.html", rows=rows, may_be_off=MAY_BE_OFF)


@pages.get("/admin/notices/<kind:str>")
@guarded(WORK)
async def notice_page(request: Request[Any, Any], kind: str) -> HTTPResponse:
    which, hall_id, db = _kind(kind), request.ctx.session.hall_id, _gate(request).db
    wording, own = WORDINGS[which], await db.consult(texts.of, hall_id, which)
    said = wording.parts(SAMPLE)
    return await show(
        request,
        "admin_notice.html",
        kind=which,
        wording=wording,
        own=own,
        text=own or wording.text,
        parts=[(name, said[name], name in PARTS[which].needed) for name in PARTS[which].every],
        versions=await db.consult(texts.versions, hall_id, which),
        longest=LONGEST_TEXT,
        preview=wording.say(SAMPLE, own),
        may_be_off=which in MAY_BE_OFF,
    )


@pages.post("/admin/notices/<kind:str>")
@guarded(WORK)
async def set_notice(request: Request[Any, Any], kind: str) -> HTTPResponse:
    which, session, text = _kind(kind), request.ctx.session, _typed(request)
    what = (session.hall_id, which, text, session.member.name, now(request))
    await act(request, _deed(SET, session.hall_id), which, texts.set_text, *what)
    return went(request, f"{LIST}/{which}", CHANGED)


@pages.post("/admin/notices/<kind:str>/preview")
@guarded(WORK)
async def preview_notice(request: Request[Any, Any], kind: str) -> HTTPResponse:
    """What a person would read. It is asked while somebody types: what is wrong is no refusal."""
    which, problem, said = _kind(kind), None, ""
    try:
        said = WORDINGS[which].say(SAMPLE, tidy(which, _typed(request)))
    except Problem as wrong:
        problem = wrong
    return await show(request, "admin_notice_preview.html", said=said, problem=problem)


@pages.post("/admin/notices/<kind:str>/shipped")
@guarded(WORK)
async def ship_notice(request: Request[Any, Any], kind: str) -> HTTPResponse:
    which, session = _kind(kind), request.ctx.session
    what = (session.hall_id, which, session.member.name, now(request))
    await act(request, _deed(SHIP, session.hall_id), which, texts.back_to_shipped, *what)
    return went(request, f"{LIST}/{which}", BACK)


@pages.post("/admin/notices/<kind:str>/restore")
@guarded(WORK)
async def restore_notice(request: Request[Any, Any], kind: str) -> HTTPResponse:
    which, session, form = _kind(kind), request.ctx.session, forms.posted(request, Restoring)
    what = (session.hall_id, which, form.version, session.member.name, now(request))
    await act(request, _deed(RESTORE, session.hall_id), which, texts.restore, *what)
    return went(request, f"{LIST}/{which}", CHANGED)


def _kind(text: str) -> Kind:
    """Raises NoSuchPage."""
    if text not in set(Kind):
        raise NoSuchPage()
    return Kind(text)


def _typed(request: Request[Any, Any]) -> str:
    return forms.typed(request, PAGE_BYTES).get("text", "")


def _deed(deed: Deed, hall_id: str) -> Deed:
    """A kind's text is each hall's own."""
    return replace(deed, state=partial(texts.plain, hall_id=hall_id))


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
