"""/staff/floor: the guide's desk. Numbers for people who come, and those who booked; its lists ask by themselves."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request
from sanic.response import empty

from hall.appointments import by_staff, closures, lists, waiting_list
from hall.appointments import service as appointments
from hall.appointments.closures import Closure
from hall.appointments.lists import Wanted
from hall.appointments.model import Appointment, State
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.queue import seats
from hall.queue import service as queue
from hall.queue.model import GroupNotFound, Privilege, Ticket, TicketNotFound
from handlers import forms
from handlers.api.tickets import Claim
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff import slips
from handlers.staff.acts import now, saw
from handlers.staff.pages import HEADERS, pages, show, went
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
LEFT, BACK = "{number}撤下了。", "{number}重新排上了。"
SHOWN = 20  # of today's who are still expected: the next ones; all stand on the page of appointments

TAKE = Deed("ticket.take", "替人取号", "ticket", key_of=lambda ticket: ticket.number)
CHECK_IN = Deed("appointment.arrive", "签到取号", "ticket", key_of=lambda ticket: ticket.number)
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
    """`number`: an appointment's, typed or scanned; the last four digits of the phone it was booked with; or the
    letter of a group, for somebody who has not booked."""

    key: Key
    number: Annotated[str, forms.text(40), "预约号、手机尾号或字母"]


@dataclass(frozen=True, slots=True)
class Taking:
    key: Key
    group: Annotated[int, forms.whole, "办哪一类"]
    privilege: Annotated[Claim | None, forms.one_of(Claim), "优先"] = None


@dataclass(frozen=True, slots=True)
class Pressed:
    key: Key


@dataclass(frozen=True, slots=True)
class Looking:
    """`ticket`: just taken, to be printed."""

    ticket: Annotated[str, forms.text(8), "票号"] = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the lists on the page show, so that nothing is sent twice: whom, and how they stand."""

    people: Annotated[str, forms.text(24), "名单上的人"] = ""
    mark: Annotated[str, forms.text(24), "现在的样子"] = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """What changes by itself on the page. `more`: how many of today's are not shown."""

    today: tuple[Appointment, ...]
    more: int
    tickets: tuple[Ticket, ...]
    closures: tuple[Closure, ...]
    names: Mapping[int, str]  # of what each of them closes
    to_call: int  # people a place is kept for, whom only we can tell

    @property
    def people(self) -> str:
        return _mark(*(one.number for one in self.today))

    @property
    def mark(self) -> str:
        tickets = (f"{one.number}{one.state}" for one in self.tickets)
        return _mark(self.people, *tickets, *(str(one.id) for one in self.closures), str(self.more), str(self.to_call))


def _mark(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


async def _lists(tx: Tx, hall_id: str, now: datetime) -> Lists:
    on = day_of(now)
    counts = await lists.counts(tx, hall_id, on)
    closed = await closures.ahead(tx, hall_id, now)
    today = await lists.of_day(tx, hall_id, Wanted(on, state=State.BOOKED), SHOWN)
    return Lists(
        today,
        counts.get(State.BOOKED, 0) - len(today),
        await seats.of_day(tx, hall_id, on),
        closed,
        await closures.names(tx, closed),
        sum(one.is_to_call for one in await waiting_list.offered(tx, hall_id)),
    )


@pages.get("/floor")
@guarded(WORK)
async def floor(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, at = _gate(request), request.ctx.session.hall_id, now(request)
    found = await gate.db.consult(_lists, hall_id, at)
    if found.today:
        await saw(request, "hall", f"{hall_id} {day_of(at)}")
    number = forms.query(request, Looking).ticket
    return await show(
        request,
        "hall_floor.html",
        lists=found,
        groups=await gate.db.consult(matters.groups, hall_id),
        privileges=ON_SIGHT,
        slip=await slips.of(request, number) if number else None,
        key=new_key(),
    )


@pages.get("/floor/lists")
@guarded(WORK)
async def floor_lists(request: Request[Any, Any]) -> HTTPResponse:
    """The lists as they are now; nothing while they are as the page shows them, so that nothing flickers."""
    gate, hall_id, at = _gate(request), request.ctx.session.hall_id, now(request)
    found, known = await gate.db.consult(_lists, hall_id, at), forms.query(request, Known)
    if found.mark == known.mark:
        return empty(headers=HEADERS)
    if found.today and found.people != known.people:
        await saw(request, "hall", f"{hall_id} {day_of(at)}")
    return await show(request, "hall_floor_lists.html", lists=found, key=new_key())


@pages.post("/floor/check-in")
@guarded(WORK)
async def check_in(request: Request[Any, Any]) -> HTTPResponse:
    """The box that takes everything: a letter takes a number, all else is somebody who booked."""
    form, session = forms.posted(request, Coming), request.ctx.session
    given = tidy_number(form.number)
    deed, verb = (TAKE, _take_by_letter) if len(given) == 1 else (CHECK_IN, _arrive)
    return await _taken(request, deed, form.key, verb, session.hall_id, given)


async def _taken(request: Request[Any, Any], deed: Deed, key: str, verb: Any, *what: Any) -> HTTPResponse:
    """On to the desk, with the ticket to be printed; sent again it is the same one."""
    try:
        pressed = (key, verb, *what, request.ctx.session.member.name, now(request))
        number = (await act_once(request, deed, None, *pressed, keeps=lambda ticket: ticket.number)).number
        said = TAKEN.format(number=number)
    except DoneBefore as before:
        number, said = before.said, AGAIN
    return went(request, f"{FLOOR}?{urlencode({'ticket': number})}", said)


async def _arrive(tx: Tx, hall_id: str, given: str, staff: str, now: datetime) -> Ticket:
    """Raises NobodyBooked, SeveralFound, and as `queue.take`."""
    held = await _expected(tx, hall_id, given, now)
    group = await matters.group(tx, held.group_id)
    return await queue.take(tx, hall_id, group, held.citizen_id, now, held, by=staff)


async def _take_by_letter(tx: Tx, hall_id: str, letter: str, staff: str, now: datetime) -> Ticket:
    """Raises GroupNotFound, and as `queue.take`."""
    groups = {group.letter: group for group in await matters.groups(tx, hall_id)}
    if letter not in groups:
        raise GroupNotFound(letter=letter, letters="、".join(groups))
    return await queue.take(tx, hall_id, groups[letter], None, now, by=staff)


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
    form = forms.posted(request, Taking)
    return await _taken(request, TAKE, form.key, _take, request.ctx.session.hall_id, form)


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


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
