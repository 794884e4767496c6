"""/staff/waiting: who waits for a place, what is kept for whom until when, and putting somebody on the list."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import waiting_list
from hall.appointments.model import Wait
from hall.appointments.refusals import WaitNotFound
from hall.audit.model import Deed
from hall.matters import service as matters
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import act, now, saw
from handlers.staff.pages import pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.clock import day_of
from kit.db import Tx

LIST = "/staff/waiting"
WORK = "staff: guide lead"
PAGE = 50
USUAL_DAYS = 7
JOINED = "排上了。有号了这一页会提醒，要打电话告诉他。"
OFF = "从候补里去掉了。"
BOOKED = "约好了，预约号{number}。"

JOIN = Deed("wait.join", "替人排候补", "wait", waiting_list.plain, key_of=lambda wait: wait.id)
TAKE_OFF = Deed("wait.off", "去掉候补", "wait", waiting_list.plain)
TAKE = Deed("appointment.book", "代人预约", "appointment", key_of=lambda held: held.number)
CALL = Deed("wait.phone", "看手机号", "wait")


@dataclass(frozen=True, slots=True)
class Listing:
    after: Annotated[int | None, forms.whole, "从哪一个往后"] = None


@dataclass(frozen=True, slots=True, repr=False)
class Joining:
    key: Key
    matter: Annotated[str, forms.text(64), "事项"]
    phone: Annotated[str, forms.text(20), "手机号"]
    from_on: Annotated[date, forms.day, "从哪天"]
    to_on: Annotated[date, forms.day, "到哪天"]


@dataclass(frozen=True, slots=True)
class Pressed:
    key: Key


@dataclass(frozen=True, slots=True, repr=False)
class Taking:
    key: Key
    name: Annotated[str, forms.text(20), "姓名"]


@pages.get("/waiting")
@guarded(WORK)
async def waiting_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, asked = _gate(request), request.ctx.session.hall_id, forms.query(request, Listing)
    found = await gate.db.consult(waiting_list.listed, hall_id, PAGE + 1, asked.after or 0)
    if found:
        await saw(request, "hall", f"{hall_id} waiting")
    every = await gate.db.consult(matters.catalogue, hall_id, with_withdrawn=True)
    today = day_of(now(request))
    return await show(
        request,
        "waiting.html",
        offered=await gate.db.consult(waiting_list.offered, hall_id),
        found=found[:PAGE],
        later=f"{LIST}?after={found[PAGE - 1].wait.id}" if len(found) > PAGE else "",
        every=every,
        names={one.id: one.name for one in every},
        today=today,
        until=today + timedelta(days=USUAL_DAYS),
        key=new_key(),
    )


@pages.post("/waiting")
@guarded(WORK)
async def join_list(request: Request[Any, Any]) -> HTTPResponse:
    form, hall_id = forms.posted(request, Joining), request.ctx.session.hall_id

    async def joined(tx: Tx) -> Wait:
        matter = await matters.matter(tx, hall_id, form.matter)
        return await waiting_list.join_for(tx, form.phone, matter, form.from_on, form.to_on, now(request))

    with suppress(DoneBefore):
        await act_once(request, JOIN, None, form.key, joined)
    return went(request, LIST, JOINED)


@pages.post("/waiting/<wait_id:int>/off")
@guarded(WORK)
async def leave_list(request: Request[Any, Any], wait_id: int) -> HTTPResponse:
    form, hall_id = forms.posted(request, Pressed), request.ctx.session.hall_id
    with suppress(DoneBefore):
        await act_once(request, TAKE_OFF, wait_id, form.key, waiting_list.take_off, hall_id, wait_id, now(request))
    return went(request, LIST, OFF)


@pages.post("/waiting/<wait_id:int>/book")
@guarded(WORK)
async def book_offer(request: Request[Any, Any], wait_id: int) -> HTTPResponse:
    """Books the place that is kept for somebody who said yes on the phone."""
    form, session = forms.posted(request, Taking), request.ctx.session
    try:
        pressed = (waiting_list.take_offer, session.member.name, session.hall_id, wait_id, form.name, now(request))
        held = await act_once(request, TAKE, None, form.key, *pressed, keeps=lambda made: made.number)
        number = held.number
    except DoneBefore as before:
        number = before.said
    return went(request, LIST, BOOKED.format(number=number))


@pages.post("/waiting/<wait_id:int>/phone")
@guarded(WORK)
async def phone_of_wait(request: Request[Any, Any], wait_id: int) -> HTTPResponse:
    """The whole number, for a call: who looked stands written."""
    hall_id = request.ctx.session.hall_id

    async def read(tx: Tx) -> str | None:
        try:
            return (await waiting_list.one(tx, hall_id, wait_id)).phone
        except WaitNotFound:
            raise NoSuchPage() from None

    said = await act(request, CALL, wait_id, read)
    return await show(request, "appointment_phone.html", phone=said, of=f"-{wait_id}")


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
