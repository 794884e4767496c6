"""/staff/admin/bans: pauses in force, what led to them, appeals and their answers. The person is masked, and told."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import appeals, by_staff
from hall.appointments.appeals import WORDS_LIMIT
from hall.appointments.refusals import AppointmentNotFound
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.staff.model import Role
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of, now, saw
from handlers.staff.pages import pages, show, went
from kit.db import Tx
from kit.ids import mask_phone

LIST = "/staff/admin/bans"
LOOK, DECIDE = "staff: guide lead", "staff: lead"
PAGE = 20
NOTED = "申诉记下了，等带班领导答复。"
LIFTED = "停约解除了，已经告诉本人，现在就可以约。"
REFUSED = "答复了，已经告诉本人。"
EXCUSED = "这一次不算了。已经停约的要另外解除。"

APPEAL = Deed("ban.appeal", "记下申诉", "ban", appeals.plain)
LIFT = Deed("ban.lift", "解除停约", "ban", appeals.plain)
REFUSE = Deed("ban.refuse", "答复申诉，不解除", "ban", appeals.plain)
EXCUSE = Deed("appointment.excuse", "这一次不算", "appointment")


@dataclass(frozen=True, slots=True)
class Asked:
    number: Annotated[str, forms.text(40), "预约号"] = ""
    before: Annotated[int | None, forms.whole, "从哪一条往前"] = None
    waits: Annotated[str, forms.text(1), "只看等答复的"] = ""


@dataclass(frozen=True, slots=True)
class Said:
    said: Annotated[str, forms.text(WORDS_LIMIT), "本人怎么说"]


@dataclass(frozen=True, slots=True)
class Answer:
    answer: Annotated[str, forms.text(WORDS_LIMIT), "答复"]


@dataclass(frozen=True, slots=True)
class Why:
    why: Annotated[str, forms.text(WORDS_LIMIT), "为什么"]


@dataclass(frozen=True, slots=True)
class Excusing:
    number: Annotated[str, forms.text(40), "预约号"]
    reason: Annotated[str, forms.text(WORDS_LIMIT), "为什么不算"]


@pages.get("/admin/bans")
@guarded(LOOK)
async def bans_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, hall_id, db = forms.query(request, Asked), request.ctx.session.hall_id, gate_of(request).db
    every = await db.consult(_pauses, hall_id, asked.number, now(request))
    waiting = await db.consult(appeals.awaited, every)
    chosen = [one for one in every if one.id in waiting] if asked.waits else every
    ahead = [one for one in chosen if asked.before is None or one.id < asked.before]
    more = f"&number={asked.number}" if asked.number else ""
    older = f"{LIST}?before={ahead[PAGE - 1].id}&waits={asked.waits}{more}" if len(ahead) > PAGE else None
    return await show(
        request,
        "admin_bans.html",
        pauses=ahead[:PAGE],
        waiting=waiting,
        older=older,
        asked=asked,
        count=len(every),
        where=await db.consult(_where, hall_id),
    )


async def _pauses(tx: Tx, hall_id: str, number: str, now: Any) -> tuple[by_staff.Pause, ...]:
    """Raises AppointmentNotFound, for another hall's number too."""
    if not number:
        return await by_staff.pauses(tx, hall_id, now)
    held = await by_staff.found(tx, number)
    if held.hall_id != hall_id:
        raise AppointmentNotFound()
    return await by_staff.pauses(tx, hall_id, now, held.number)


async def _where(tx: Tx, hall_id: str) -> dict[Any, str]:
    """Groups by id and matters by theirs, by name."""
    found: dict[Any, str] = {one.id: one.name for one in await matters.groups(tx, hall_id)}
    return found | {one.id: one.name for one in await matters.catalogue(tx, hall_id)}


@pages.get("/admin/bans/<ban_id:int>")
@guarded(LOOK)
async def ban_page(request: Request[Any, Any], ban_id: int) -> HTTPResponse:
    session, db = request.ctx.session, gate_of(request).db
    heard = await db.consult(appeals.look, session.hall_id, ban_id, now(request))
    if heard.latest is not None:
        await saw(request, "appointment", heard.latest.number)
    phone = heard.latest.phone if heard.latest else None
    return await show(
        request,
        "admin_ban.html",
        heard=heard,
        phone=mask_phone(phone) if phone else None,
        where=await db.consult(_where, session.hall_id),
        may_decide=Role.LEAD in session.roles,
        longest=WORDS_LIMIT,
    )


@pages.post("/admin/bans/<ban_id:int>/appeal")
@guarded(LOOK)
async def note_appeal(request: Request[Any, Any], ban_id: int) -> HTTPResponse:
    form, session = forms.posted(request, Said), request.ctx.session
    what = (session.hall_id, ban_id, form.said, session.member.name, now(request))
    await act(request, APPEAL, ban_id, appeals.appeal, *what)
    return went(request, f"{LIST}/{ban_id}", NOTED)


@pages.post("/admin/bans/<ban_id:int>/refuse")
@guarded(DECIDE)
async def refuse_appeal(request: Request[Any, Any], ban_id: int) -> HTTPResponse:
    form, session = forms.posted(request, Answer), request.ctx.session
    what = (session.hall_id, ban_id, form.answer, session.member.name, now(request))
    await act(request, REFUSE, ban_id, appeals.refuse, *what)
    return went(request, f"{LIST}/{ban_id}", REFUSED)


@pages.post("/admin/bans/<ban_id:int>/lift")
@guarded(DECIDE)
async def lift_ban(request: Request[Any, Any], ban_id: int) -> HTTPResponse:
    form, session = forms.posted(request, Why), request.ctx.session
    what = (session.hall_id, ban_id, form.why, session.member.name, now(request))
    await act(request, LIFT, ban_id, appeals.lift, *what)
    return went(request, f"{LIST}/{ban_id}", LIFTED)


@pages.post("/admin/bans/<ban_id:int>/excuse")
@guarded(DECIDE)
async def excuse_lapse(request: Request[Any, Any], ban_id: int) -> HTTPResponse:
    form, session = forms.posted(request, Excusing), request.ctx.session
    what = (session.hall_id, form.number, form.reason, session.member.name, now(request))
    await act(request, EXCUSE, form.number, appeals.excuse, *what)
    return went(request, f"{LIST}/{ban_id}", EXCUSED)
