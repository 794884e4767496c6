"""/staff/floor: the guide's desk. Numbers for people who come, those who booked, and bookings by phone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import by_staff, closures
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, State
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.queue import seats
from hall.queue import service as queue
from hall.queue.model import Privilege, Ticket, TicketNotFound
from handlers import forms
from handlers.api.tickets import Claim
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.pages import pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.clock import day_of
from kit.db import Tx
from kit.errors import NotFound, Problem
from kit.ids import tidy_number

FLOOR = "/staff/floor"
WORK = "staff: guide lead"
TAIL = 4  # digits of a phone that are enough to be found by
ON_SIGHT = tuple(map(Privilege, Claim))
TAKEN, AGAIN = "{number}，号取好了。", "刚才已经取过了，不用再取。"
BOOKED, LEFT, BACK = "约好了，预约号{number}。", "{number}撤下了。", "{number}重新排上了。"

TAKE = Deed("ticket.take", "替人取号", "ticket", key_of=lambda ticket: ticket.number)
CHECK_IN = Deed("appointment.arrive", "签到取号", "ticket", key_of=lambda ticket: ticket.number)
BOOK = Deed("appointment.book", "代人预约", "appointment", key_of=lambda held: held.number)
LEAVE = Deed("ticket.leave", "撤号", "ticket")
COME_BACK = Deed("ticket.back", "过号的人回来", "ticket")


class NobodyBooked(NotFound):
    code = "nobody_booked"
    sentence = "没有查到这个预约。请核对预约号，或者在下面的名单里找；没有约过的，可以现场取号。"


class SeveralFound(Problem):
    status = 409
    code = "several_found"
    sentence = "今天有{count}个预约的手机尾号是这个。请问清楚姓名，在下面的名单里点签到。"


@dataclass(frozen=True, slots=True)
class Coming:
    """`number`: an appointment's, typed or scanned, or the last four digits of the phone it was booked with."""

    key: Key
    number: Annotated[str, forms.text(40), "预约号或手机尾号"]


@dataclass(frozen=True, slots=True)
class Taking:
    key: Key
    group: Annotated[int, forms.whole, "办哪一类"]
    privilege: Annotated[Claim | None, forms.one_of(Claim), "优先"] = None


@dataclass(frozen=True, slots=True)
class Pressed:
    key: Key


@dataclass(frozen=True, slots=True)
class Wish:
    matter: Annotated[str, forms.text(64), "事项"] = ""
    on: Annotated[date | None, forms.day, "哪一天"] = None


@dataclass(frozen=True, slots=True)
class Booking:
    key: Key
    matter: Annotated[str, forms.text(64), "事项"]
    slot: Annotated[int, forms.whole, "时间"]
    name: Annotated[str, forms.text(20), "姓名"]
    phone: Annotated[str, forms.text(20), "手机号"]


@pages.get("/floor")
@guarded(WORK)
async def floor(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, at = _gate(request), request.ctx.session.hall_id, now(request)
    today = await gate.db.consult(by_staff.on_day, hall_id, day_of(at))
    if today:
        await saw(request, "hall", f"{hall_id} {day_of(at)}")
    return await show(
        request,
        "hall_floor.html",
        today=today,
        groups=await gate.db.consult(matters.groups, hall_id),
        tickets=await gate.db.consult(seats.of_day, hall_id, day_of(at)),
        closures=await gate.db.consult(closures.ahead, hall_id, at),
        privileges=ON_SIGHT,
        key=new_key(),
    )


@pages.post("/floor/check-in")
@guarded(WORK)
async def check_in(request: Request[Any, Any]) -> HTTPResponse:
    form, session = forms.posted(request, Coming), request.ctx.session
    said = AGAIN
    with suppress(DoneBefore):
        pressed = (form.key, _arrive, session.hall_id, form.number, session.member.name, now(request))
        said = TAKEN.format(number=(await act_once(request, CHECK_IN, None, *pressed)).number)
    return went(request, FLOOR, said)


async def _arrive(tx: Tx, hall_id: str, given: str, staff: str, now: datetime) -> Ticket:
    """Raises NobodyBooked, SeveralFound, and as `queue.take`."""
    held = await _expected(tx, hall_id, tidy_number(given), now)
    group = await matters.group(tx, held.group_id)
    return await queue.take(tx, hall_id, group, held.citizen_id, now, held, by=staff)


async def _expected(tx: Tx, hall_id: str, given: str, now: datetime) -> Appointment:
    if len(given) == TAIL and given.isdigit():
        today = await by_staff.on_day(tx, hall_id, day_of(now))
        fitting = [one for one in today if one.state is State.BOOKED and (one.phone or "").endswith(given)]
        if len(fitting) > 1:
            raise SeveralFound(count=len(fitting))
        held = fitting[0] if fitting else None
    else:
        held = await appointments.find(tx, given)
    if held is None or held.hall_id != hall_id:
        raise NobodyBooked()
    return held


@pages.post("/floor/tickets")
@guarded(WORK)
async def take(request: Request[Any, Any]) -> HTTPResponse:
    form, session = forms.posted(request, Taking), request.ctx.session
    said = AGAIN
    with suppress(DoneBefore):
        pressed = (form.key, _take, session.hall_id, form, session.member.name, now(request))
        said = TAKEN.format(number=(await act_once(request, TAKE, None, *pressed)).number)
    return went(request, FLOOR, said)


async def _take(tx: Tx, hall_id: str, form: Taking, staff: str, now: datetime) -> Ticket:
    why = Privilege(form.privilege) if form.privilege else None
    group = await matters.group(tx, form.group)
    if group.hall_id != hall_id:
        raise NoSuchPage()
    return await queue.take(tx, hall_id, group, None, now, privilege=why, by=staff)


@pages.post("/floor/tickets/<number:str>/<what:str>")
@guarded(WORK)
async def change_ticket(request: Request[Any, Any], number: str, what: str) -> HTTPResponse:
    if what not in CHANGES:
        raise NoSuchPage()
    form, session, (deed, verb, said) = forms.posted(request, Pressed), request.ctx.session, CHANGES[what]
    with suppress(DoneBefore):
        pressed = (form.key, _changed, verb, session.hall_id, number, session.member.name, now(request))
        await act_once(request, deed, number, *pressed)
    return went(request, FLOOR, said.format(number=number))


async def _changed(tx: Tx, verb: Any, hall_id: str, number: str, staff: str, now: datetime) -> None:
    found = await queue.find(tx, hall_id, number, day_of(now))
    if found is None:
        raise TicketNotFound(number=number[:8])
    await verb(tx, found, staff, now)


CHANGES = {"leave": (LEAVE, queue.leave, LEFT), "back": (COME_BACK, queue.come_back, BACK)}


@pages.get("/floor/book")
@guarded(WORK)
async def book_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, at, wish = _gate(request), request.ctx.session.hall_id, now(request), forms.query(request, Wish)
    on = wish.on or day_of(at)
    every = await gate.db.consult(matters.catalogue, hall_id)
    matter = next((one for one in every if one.id == wish.matter), None)
    free = await gate.db.consult(by_staff.free_on, hall_id, matter.group_id, on, at) if matter else ()
    return await show(request, "hall_floor_book.html", every=every, matter=matter, on=on, free=free, key=new_key())


@pages.post("/floor/book")
@guarded(WORK)
async def book(request: Request[Any, Any]) -> HTTPResponse:
    form, session = forms.posted(request, Booking), request.ctx.session
    try:
        pressed = (form.key, _book, session.hall_id, form, session.member.name, now(request))
        held = await act_once(request, BOOK, None, *pressed, keeps=lambda made: made.number)
        number = held.number
    except DoneBefore as before:
        number = before.said
    return went(request, FLOOR, BOOKED.format(number=number))


async def _book(tx: Tx, hall_id: str, form: Booking, staff: str, now: datetime) -> Appointment:
    matter = await matters.matter(tx, hall_id, form.matter)
    return await by_staff.book_for(tx, staff, form.phone, form.name, form.slot, matter, now)


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
