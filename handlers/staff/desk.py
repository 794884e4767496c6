"""/staff/desk: a clerk at a counter. Sitting down, the next number, who is here, what follows the call.

Each press answers with the part of the page that shows who is here (`#now`); the lines of people ask again by
themselves, and say when somebody else has changed what stands in `#now`.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import by_staff
from hall.appointments import service as appointments
from hall.appointments.model import State
from hall.appointments.refusals import AppointmentNotFound
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.places.model import Counter
from hall.queue import calling, seats, walk_ups
from hall.queue import service as queue
from hall.queue.model import NobodyWaits, TicketNotFound
from hall.queue.seats import Sight
from hall.staff.model import StaffMember
from handlers import forms
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, last_receipt, new_key
from kit.clock import day_of
from kit.db import Tx

DESK = "/staff/desk"
WORK = "staff: clerk lead"


class Press(StrEnum):
    OPEN = "open"
    NEXT = "next"
    WALK_UP = "walk-up"
    RECALL = "recall"
    SERVE = "serve"
    FINISH = "finish"
    FINISH_NEXT = "finish-next"
    MISSED = "missed"
    TRANSFER = "transfer"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"


CALLED = {
    Press.OPEN: "开窗",
    Press.NEXT: "叫下一位",
    Press.WALK_UP: "没取号的人来了",
    Press.RECALL: "再叫一次",
    Press.SERVE: "开始办理",
    Press.FINISH: "办完",
    Press.FINISH_NEXT: "办完，叫下一位",
    Press.MISSED: "过号",
    Press.TRANSFER: "转窗",
    Press.BACK: "过号的人回来",
    Press.PAUSE: "暂离",
    Press.RESUME: "暂离回来",
    Press.CLOSE: "关窗",
}
DEEDS = {press: Deed(f"desk.{press}", called, "counter") for press, called in CALLED.items()}


# Whoever was here is not any more, so what was open of their case goes too; a receipt just made stays at hand.
PARTING = (Press.NEXT, Press.WALK_UP, Press.FINISH, Press.FINISH_NEXT, Press.MISSED, Press.TRANSFER)


@dataclass(frozen=True, slots=True)
class Pressed:
    """`number`: of a ticket that comes back; `letter` and `why`: of a transfer; `appointment`: of who has no number."""

    press: Annotated[Press, forms.one_of(Press), "做什么"]
    counter: Annotated[int, forms.whole, "窗口号"]
    key: Key
    number: Annotated[str, forms.text(8), "票号"] = ""
    letter: Annotated[str, forms.text(2), "哪一类"] = ""
    appointment: Annotated[str, forms.text(24), "预约"] = ""
    why: Annotated[str, forms.text(calling.MOST_WHY), "为什么转"] = ""


async def _finish_next(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> None:
    """One key from one person to the next; when nobody waits, the counter is free."""
    await calling.finish(tx, counter, staff, now)
    with suppress(NobodyWaits):
        await calling.call_next(tx, counter, staff, now)


async def _transfer(tx: Tx, counter: Counter, staff: StaffMember, form: Pressed, now: datetime) -> None:
    await calling.transfer(tx, counter, staff, form.letter, form.why, now)


async def _back(tx: Tx, counter: Counter, staff: StaffMember, form: Pressed, now: datetime) -> None:
    """Raises TicketNotFound, NotMissed, NotWaiting."""
    found = await queue.find(tx, counter.hall_id, form.number, day_of(now))
    if found is None:
        raise TicketNotFound(number=form.number)
    await queue.come_back(tx, found, staff.name, now)


async def _walk_up(tx: Tx, counter: Counter, staff: StaffMember, form: Pressed, now: datetime) -> None:
    """Raises AppointmentNotFound, and as `walk_ups.serve_who_is_here`."""
    held = await appointments.find(tx, form.appointment) if form.appointment else None
    if form.appointment and (held is None or held.hall_id != counter.hall_id):
        raise AppointmentNotFound()
    await walk_ups.serve_who_is_here(tx, counter, staff, form.letter, held, now)


Simple = Callable[[Tx, Counter, StaffMember, datetime], Awaitable[object]]
Verb = Callable[[Tx, Counter, StaffMember, Pressed, datetime], Awaitable[object]]


def _simple(verb: Simple) -> Verb:
    """One that needs nothing but who presses where."""

    async def pressed(tx: Tx, counter: Counter, staff: StaffMember, form: Pressed, now: datetime) -> object:
        return await verb(tx, counter, staff, now)

    return pressed


VERBS: dict[Press, Verb] = {
    Press.OPEN: _simple(calling.open_post),
    Press.NEXT: _simple(calling.call_next),
    Press.WALK_UP: _walk_up,
    Press.RECALL: _simple(calling.recall),
    Press.SERVE: _simple(calling.serve),
    Press.FINISH: _simple(calling.finish),
    Press.FINISH_NEXT: _simple(_finish_next),
    Press.MISSED: _simple(calling.missed),
    Press.TRANSFER: _transfer,
    Press.BACK: _back,
    Press.PAUSE: _simple(calling.pause),
    Press.RESUME: _simple(calling.resume),
    Press.CLOSE: _simple(calling.close_post),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of people on the page show, so that nothing is sent twice."""

    mark: Annotated[str, forms.text(120), "现在的样子"] = ""


@pages.get("/desk")
@guarded(WORK)
async def desk_page(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, "desk.html")


@pages.get("/desk/now")
@guarded(WORK)
async def desk_now(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, "desk_now.html")


@pages.get("/desk/line")
@guarded(WORK)
async def desk_line(request: Request[Any, Any]) -> HTTPResponse:
    """The lines of people; with them the news that `#now` is not right any more."""
    sight = await _sight(request)
    response = await show(request, "desk_line.html", sight=sight, key=new_key())
    if forms.query(request, Known).mark != (sight.mark if sight else ""):
        response.headers["HX-Trigger"] = "desk-changed"
    return response


@pages.get("/desk/walk-up")
@guarded(WORK)
async def walk_up(request: Request[Any, Any]) -> HTTPResponse:
    """Who has no number: one of today's appointments that have not come, or nobody we know."""
    gate, hall_id, at = _gate(request), request.ctx.session.hall_id, now(request)
    sight = await _sight(request)
    if sight is None:
        return went(request, DESK)
    groups = [one for one in await gate.db.consult(matters.groups, hall_id) if one.letter in sight.counter.groups]
    ids = {group.id for group in groups}
    today = await gate.db.consult(by_staff.on_day, hall_id, day_of(at))
    expected = [one for one in today if one.state is State.BOOKED and one.group_id in ids]
    if expected:
        await saw(request, "hall", f"{hall_id} {day_of(at)}")
    return await show(request, "walk_up.html", sight=sight, groups=groups, expected=expected, key=new_key())


@pages.post("/desk")
@guarded(WORK)
async def press(request: Request[Any, Any]) -> HTTPResponse:
    form, session, gate = forms.posted(request, Pressed), request.ctx.session, _gate(request)
    counter = await gate.db.consult(seats.counter, session.hall_id, form.counter)
    with suppress(DoneBefore):
        pressed = (VERBS[form.press], counter, session.member, form, now(request))
        await act_once(request, DEEDS[form.press], counter.number, form.key, *pressed)
    if not is_part(request) or form.press in (Press.OPEN, Press.CLOSE):
        return went(request, DESK)
    response = await _shown(request, "desk_now.html", is_other=form.press in PARTING)
    response.headers["HX-Trigger"] = "line-changed"
    return response


async def _shown(request: Request[Any, Any], page: str, *, is_other: bool = False) -> HTTPResponse:
    """`is_other`: whoever was here is not any more, so what was open of their case goes too."""
    gate, hall_id = _gate(request), request.ctx.session.hall_id
    sight = await _sight(request)
    if sight is None:
        if page != "desk.html":  # the counter was closed meanwhile: the whole page is another
            return went(request, DESK)
        free = await gate.db.consult(seats.seats, hall_id, now(request))
        return await show(request, page, sight=None, key=new_key(), seats=free)
    if sight.called is not None and sight.called.name is not None:
        await saw(request, "ticket", sight.called.ticket.number)
    groups = await gate.db.consult(matters.groups, hall_id)
    receipt = await gate.db.consult(last_receipt, request.ctx.session.member.id, now(request))
    here: dict[str, Any] = {"sight": sight, "groups": groups, "receipt": receipt, "is_other": is_other}
    return await show(request, page, **here, key=new_key())


async def _sight(request: Request[Any, Any]) -> Sight | None:
    session = request.ctx.session
    return await _gate(request).db.consult(seats.sight, session.hall_id, session.member, now(request))


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
