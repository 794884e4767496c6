"""/staff/appointments: any day's list, one by its number or all of a phone, and what can be done about one."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request

from hall.appointments import by_staff, lists
from hall.appointments import service as appointments
from hall.appointments.lists import Wanted
from hall.appointments.model import Appointment, State
from hall.appointments.offers import Of
from hall.appointments.refusals import AppointmentNotFound
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.queue import service as queue
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import act, now, saw
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.clock import day_of, from_ms, to_ms
from kit.db import Tx
from kit.errors import NotFound
from kit.ids import read_phone, tidy_number

LIST = "/staff/appointments"
LOOK, WORK = "staff: clerk guide lead", "staff: guide lead"
PAGE = 50
MOVED, MOVED_CALL = "改好了，已经告诉本人。", "改好了。本人没有微信，请打电话告诉他。"
GONE, GONE_CALL = "取消了，已经告诉本人。", "取消了。本人没有微信，请打电话告诉他。"
EXCUSED = "这一次不算了。已经停约的要另外解除。"
UNCHANGED = "刚才已经做过了，不用再做。"

MOVE = Deed("appointment.move", "改约", "appointment", lists.plain)
CANCEL = Deed("appointment.cancel", "取消预约", "appointment", lists.plain)
EXCUSE = Deed("appointment.excuse", "这次不算", "appointment", lists.plain)
CALL = Deed("appointment.phone", "看手机号", "appointment")


class Half(StrEnum):
    MORNING = "am"
    AFTERNOON = "pm"


class Whose(StrEnum):
    """Who wants it so: the person, or the hall, which then says why."""

    PERSON = "person"
    HALL = "hall"


class NoneFound(NotFound):
    code = "none_found"
    sentence = "这个大厅没有这个预约。请核对预约号，或者输入预约时留的11位手机号。"


@dataclass(frozen=True, slots=True)
class Listing:
    on: Annotated[date | None, forms.day, "哪一天"] = None
    matter: Annotated[str, forms.text(64), "事项"] = ""
    state: Annotated[State | None, forms.one_of(State), "状态"] = None
    half: Annotated[Half | None, forms.one_of(Half), "上午还是下午"] = None
    after: Annotated[str, forms.text(40), "从哪一个往后"] = ""


@dataclass(frozen=True, slots=True, repr=False)
class Sought:
    what: Annotated[str, forms.text(40), "预约号或手机号"]


@dataclass(frozen=True, slots=True)
class Day:
    on: Annotated[date | None, forms.day, "改到哪一天"] = None


@dataclass(frozen=True, slots=True)
class Moving:
    key: Key
    slot: Annotated[int, forms.whole, "几点"]
    whose: Annotated[Whose, forms.one_of(Whose), "谁要改"] = Whose.PERSON
    why: Annotated[str, forms.text(by_staff.REASON_LENGTH), "原因"] = ""


@dataclass(frozen=True, slots=True)
class Cancelling:
    key: Key
    whose: Annotated[Whose, forms.one_of(Whose), "谁要取消"] = Whose.PERSON
    why: Annotated[str, forms.text(by_staff.REASON_LENGTH), "原因"] = ""


@dataclass(frozen=True, slots=True)
class Excusing:
    key: Key
    why: Annotated[str, forms.text(100), "为什么不算"]


# ------------------------------------------------------------------------------------------------ finding


@pages.get("/appointments")
@guarded(LOOK)
async def appointments_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, asked = _gate(request), request.ctx.session.hall_id, forms.query(request, Listing)
    on = asked.on or day_of(now(request))
    wanted = Wanted(on, asked.matter or None, asked.state, None if asked.half is None else asked.half is Half.MORNING)
    found = await gate.db.consult(lists.of_day, hall_id, wanted, PAGE + 1, _place(asked.after))
    if found:
        await saw(request, "hall", f"{hall_id} {on}")
    return await show(
        request,
        "appointments.html",
        found=found[:PAGE],
        later=_address(asked, on, found[PAGE - 1]) if len(found) > PAGE else "",
        asked=asked,
        on=on,
        counts=await gate.db.consult(lists.counts, hall_id, on),
        every=await gate.db.consult(matters.catalogue, hall_id),
        states=State,
        is_search=False,
    )


def _place(after: str) -> tuple[datetime, int] | None:
    """Where the page before ended; what cannot be read begins at the beginning."""
    at, _, number = after.partition("-")
    is_place = at.isascii() and number.isascii() and at.isdigit() and number.isdigit() and len(after) < 30
    return (from_ms(int(at)), int(number)) if is_place else None


def _address(asked: Listing, on: date, last: Appointment) -> str:
    given = {"on": on, "matter": asked.matter, "state": asked.state, "half": asked.half}
    given["after"] = f"{to_ms(last.starts_at)}-{last.id}"
    return f"{LIST}?{urlencode({name: value for name, value in given.items() if value})}"


@pages.post("/appointments/find")
@guarded(LOOK)
async def find_appointment(request: Request[Any, Any]) -> HTTPResponse:
    """In a body, so that no phone stands in an address. A number leads to its page, a phone to a list."""
    gate, hall_id, sought = _gate(request), request.ctx.session.hall_id, forms.posted(request, Sought)
    if read_phone(sought.what) is None:
        with suppress(AppointmentNotFound):
            held = await gate.db.consult(lists.at_hall, hall_id, tidy_number(sought.what))
            return went(request, f"{LIST}/{held.number}")
        raise NoneFound()
    found = await gate.db.consult(lists.of_phone, hall_id, sought.what)
    if not found:
        raise NoneFound()
    for one in found:
        await saw(request, "appointment", one.number)
    page = "appointments_found.html" if is_part(request) else "appointments_search.html"
    return await show(request, page, found=found, later="", is_search=True)


# ------------------------------------------------------------------------------------------------ one of them


@pages.get("/appointments/<number:str>")
@guarded(LOOK)
async def appointment_page(request: Request[Any, Any], number: str) -> HTTPResponse:
    gate, at, asked = _gate(request), now(request), forms.query(request, Day)
    held = await _held(request, number)
    await saw(request, "appointment", held.number)
    is_ahead = held.state is State.BOOKED and held.starts_at > at
    of = Of(held.hall_id, held.group_id, held.matter_id)
    days = await gate.db.consult(lists.free_days, of, at) if is_ahead else {}
    on = asked.on or (held.on if held.on in days else next(iter(days), None))
    free = await gate.db.consult(appointments.free_slots, held.hall_id, held.group_id, on, at) if on in days else ()
    return await show(
        request,
        "appointment.html",
        held=held,
        story=await gate.db.consult(lists.story, held),
        ticket=await gate.db.consult(queue.of_appointment, held.id),
        is_ahead=is_ahead,
        is_today=held.on == day_of(at),
        days=days,
        on=on,
        free=[one for one in free if one.id != held.slot_id],
        key=new_key(),
    )


@pages.post("/appointments/<number:str>/move")
@guarded(WORK)
async def move_appointment(request: Request[Any, Any], number: str) -> HTTPResponse:
    form, held = forms.posted(request, Moving), await _held(request, number)
    why = form.why if form.whose is Whose.HALL else None
    said = UNCHANGED
    with suppress(DoneBefore):
        pressed = (form.key, by_staff.move_for, request.ctx.session.member.name, held.number, form.slot)
        await act_once(request, MOVE, held.number, *pressed, now(request), why)
        said = await _told(request, held, MOVED, MOVED_CALL)
    return went(request, f"{LIST}/{held.number}", said)


@pages.post("/appointments/<number:str>/cancel")
@guarded(WORK)
async def cancel_appointment(request: Request[Any, Any], number: str) -> HTTPResponse:
    form, held = forms.posted(request, Cancelling), await _held(request, number)
    why = form.why if form.whose is Whose.HALL else None
    said = UNCHANGED
    with suppress(DoneBefore):
        pressed = (form.key, by_staff.cancel_for, request.ctx.session.member.name, held.number)
        await act_once(request, CANCEL, held.number, *pressed, now(request), why)
        said = await _told(request, held, GONE, GONE_CALL)
    return went(request, f"{LIST}/{held.number}", said)


@pages.post("/appointments/<number:str>/excuse")
@guarded("staff: lead")
async def excuse_appointment(request: Request[Any, Any], number: str) -> HTTPResponse:
    form, held = forms.posted(request, Excusing), await _held(request, number)
    with suppress(DoneBefore):
        pressed = (form.key, by_staff.excuse, request.ctx.session.member.name, held.number, form.why)
        await act_once(request, EXCUSE, held.number, *pressed, now(request))
    return went(request, f"{LIST}/{held.number}", EXCUSED)


@pages.post("/appointments/<number:str>/phone")
@guarded(WORK)
async def phone_of_appointment(request: Request[Any, Any], number: str) -> HTTPResponse:
    """The whole number, for a call: who looked stands written."""
    held = await _held(request, number)
    return await show(
        request, "appointment_phone.html", phone=await act(request, CALL, held.number, _phone, held), of=""
    )


async def _phone(tx: Tx, held: Appointment) -> str | None:
    return held.phone


async def _held(request: Request[Any, Any], number: str) -> Appointment:
    """Of the hall they look at; another's is answered like one that is not there."""
    try:
        return await _gate(request).db.consult(lists.at_hall, request.ctx.session.hall_id, number)
    except AppointmentNotFound:
        raise NoSuchPage() from None


async def _told(request: Request[Any, Any], held: Appointment, on_wechat: str, by_phone: str) -> str:
    story = await _gate(request).db.consult(lists.story, held)
    return on_wechat if story.is_on_wechat else by_phone


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
