"""/staff/floor/book: booking for somebody on the phone, in one pass of the keys, by the rules of every booking."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import by_staff, lists
from hall.appointments.model import Appointment
from hall.appointments.offers import Of
from hall.audit.model import Deed
from hall.matters import service as matters
from handlers import forms
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now
from handlers.staff.hall_floor import WORK
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.db import Tx

BOOKED = "约好了，预约号{number}，请念给对方记下。"
BOOK = Deed("appointment.book", "代人预约", "appointment", lists.plain, key_of=lambda held: held.number)


@dataclass(frozen=True, slots=True)
class Wish:
    matter: Annotated[str, forms.text(64), "事项"] = ""
    on: Annotated[date | None, forms.day, "哪一天"] = None


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    key: Key
    matter: Annotated[str, forms.text(64), "事项"]
    slot: Annotated[int, forms.whole, "时间"]
    name: Annotated[str, forms.text(20), "姓名"]
    phone: Annotated[str, forms.text(20), "手机号"]


@pages.get("/floor/book")
@guarded(WORK)
async def book_page(request: Request[Any, Any]) -> HTTPResponse:
    """The whole page; what is asked by a change of matter or day is answered with the days and times alone."""
    gate, hall_id, at, wish = _gate(request), request.ctx.session.hall_id, now(request), forms.query(request, Wish)
    every = [one for one in await gate.db.consult(matters.catalogue, hall_id) if one.is_open_to_booking]
    matter = next((one for one in every if one.id == wish.matter), every[0] if every else None)
    days = await gate.db.consult(lists.free_days, Of.matter(matter), at, with_reserve=True) if matter else {}
    on = wish.on if wish.on in days else next(iter(days), None)
    free = await gate.db.consult(by_staff.free_on, hall_id, matter.group_id, on, at) if matter and on else ()
    page = "hall_floor_times.html" if is_part(request) else "hall_floor_book.html"
    return await show(request, page, every=every, matter=matter, days=days, on=on, free=free, key=new_key())


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
    return went(request, f"/staff/appointments/{number}", BOOKED.format(number=number))


async def _book(tx: Tx, hall_id: str, form: Booking, staff: str, now: datetime) -> Appointment:
    matter = await matters.matter(tx, hall_id, form.matter)
    return await by_staff.book_for(tx, staff, form.phone, form.name, form.slot, matter, now)


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
