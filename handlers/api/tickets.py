"""Tickets of the queue: take one, see how many are ahead, give it up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.appointments import service as appointments
from hall.appointments.refusals import AlreadyCancelled, AppointmentNotFound, MissedTime, NotToday, TooEarly
from hall.matters.model import Group, MatterNotFound
from hall.places.model import HallNotFound, YearNotPublished
from hall.queue import estimates
from hall.queue import service as queue
from hall.queue.model import CITIZEN, HallClosed, NotWaiting, Privilege, Ticket, TicketNotFound
from handlers import forms
from handlers.api import repeats, shapes
from handlers.api.catalogue import Held
from handlers.api.etags import fresh
from handlers.api.reception import Reception
from handlers.described import Key, described
from handlers.guards import guarded
from kit.clock import day_of
from kit.db import Tx

tickets = Blueprint("tickets", url_prefix="/tickets")
NUMBER_SHOWN = 8


class TicketList(TypedDict):
    tickets: list[shapes.TicketSeen]


class Claim(StrEnum):
    """Why somebody asks to be called earlier. The counter sees whether it is so; what it gives is the hall's rule."""

    ELDERLY = Privilege.ELDERLY
    DISABLED = Privilege.DISABLED
    SOLDIER = Privilege.SOLDIER


@dataclass(frozen=True, slots=True)
class Taking:
    """A walk-in names the hall and a matter or a group; who has an appointment names that, which says the rest."""

    hall: Annotated[str | None, forms.text(32)] = None
    group: Annotated[str | None, forms.text(1), "票号打头的字母；和 matter 写一个就行"] = None
    matter: Annotated[str | None, forms.text(64)] = None
    appointment: Annotated[str | None, forms.text(24), "预约号：到了大厅签到，别的都不用写"] = None
    privilege: Annotated[Claim | None, forms.one_of(Claim), "优先的理由，窗口会看证件"] = None

    def __post_init__(self) -> None:
        """Raises BadForm when it does not say what for."""
        if self.appointment:
            return
        lacking = {"hall": forms.MISSING} if not self.hall else {}
        if not (self.group or self.matter):
            lacking["matter"] = forms.MISSING
        if lacking:
            raise forms.BadForm(fields=lacking)


@dataclass(frozen=True, slots=True)
class Where:
    hall: Annotated[str, forms.text(32)]


@tickets.post("")
@guarded("citizen")
@described(
    "取号：现场取，或者凭预约签到",
    body=Taking,
    key=Key.MUST,
    answers={201: shapes.TicketSeen},
    refusals=(
        *(HallNotFound, MatterNotFound, HallClosed, YearNotPublished),
        *(AppointmentNotFound, AlreadyCancelled, MissedTime, NotToday, TooEarly),
    ),
)
async def take(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    form, held, now = forms.body(request, Taking), await here.catalogue.held(), here.clock()
    citizen_id = request.ctx.citizen_id

    async def work(tx: Tx) -> repeats.Body:
        held_by = await appointments.look(tx, citizen_id, form.appointment) if form.appointment else None
        group = held.groups[held_by.group_id] if held_by else _group(held, form)
        why = Privilege(form.privilege) if form.privilege else None
        what = (group.hall_id, group, citizen_id, now, held_by)
        taken = await queue.take(tx, *what, matter_id=form.matter, privilege=why)
        return shapes.ticket(taken, held, await queue.first_wait(tx, taken, now))

    return json(await here.db.transact(repeats.once_only, repeats.key(request, form), work, now), status=201)


@tickets.get("")
@guarded("citizen")
@described("我今天的号", answers={200: TicketList, 304: None})
async def own(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    held, now = await here.catalogue.held(), here.clock()
    async with here.db.read() as tx:
        found = await queue.own(tx, request.ctx.citizen_id, day_of(now))
        counters = await queue.counters_of(tx, found)
        seen = [shapes.ticket(one, held, await queue.wait(tx, one, now), counters.get(one.id)) for one in found]
    return fresh(request, {"tickets": seen})


@tickets.get("/<number:str>")
@guarded("citizen")
@described(
    "今天的一张票：前面几位，要等多久",
    query=Where,
    answers={200: shapes.TicketSeen, 304: None},
    refusals=(TicketNotFound,),
)
async def look(request: Request[Any, Any], number: str) -> HTTPResponse:
    """One's own of today, as it stands now."""
    here: Reception = request.app.ctx.reception
    held, hall, now = await here.catalogue.held(), forms.query(request, Where).hall, here.clock()
    async with here.db.read() as tx:
        found = await _own(tx, request.ctx.citizen_id, hall, number, now)
        counter = (await queue.counters_of(tx, [found])).get(found.id)
        return fresh(request, shapes.ticket(found, held, await queue.wait(tx, found, now), counter))


@tickets.delete("/<number:str>")
@guarded("citizen")
@described(
    "不等了：让出排队的位置", query=Where, answers={200: shapes.TicketSeen}, refusals=(TicketNotFound, NotWaiting)
)
async def leave(request: Request[Any, Any], number: str) -> HTTPResponse:
    """The place in the queue is given up; answers the ticket as it now is."""
    here: Reception = request.app.ctx.reception
    held, hall, now = await here.catalogue.held(), forms.query(request, Where).hall, here.clock()

    async def work(tx: Tx) -> Ticket:
        return await queue.leave(tx, await _own(tx, request.ctx.citizen_id, hall, number, now), CITIZEN, now)

    return json(shapes.ticket(await here.db.transact(work), held, estimates.OVER))


def _group(held: Held, form: Taking) -> Group:
    """Raises HallNotFound, MatterNotFound."""
    hall_id = form.hall or ""
    return (
        held.groups[held.matter(hall_id, form.matter).group_id]
        if form.matter
        else held.group(hall_id, form.group or "")
    )


async def _own(tx: Tx, citizen_id: int, hall_id: str, number: str, now: datetime) -> Ticket:
    """Raises TicketNotFound, for someone else's number too."""
    found = await queue.find(tx, hall_id, number, day_of(now))
    if found is None or found.citizen_id != citizen_id:
        raise TicketNotFound(number=number[:NUMBER_SHOWN])
    return found
