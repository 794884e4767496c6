"""Doors for the hall's own machines: a kiosk takes tickets for people we do not know, a tablet rates at its counter.

A machine is known by the key it was set up with (hall/places/devices.py), which its browser holds in a cookie no page
can read and no other site can send. In the demo any browser may be one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty, json

from bot import following
from bot.following import Asking
from hall.appointments.refusals import AlreadyCancelled, AppointmentNotFound, MissedTime, NotToday, TooEarly
from hall.matters.model import MatterNotFound
from hall.places import devices as kept
from hall.places.model import HallNotFound, YearNotPublished
from hall.queue import service as queue
from hall.queue.model import HallClosed, Privilege, Ticket
from hall.ratings import dealings, tablet
from hall.ratings import service as ratings
from hall.ratings.model import AlreadyRated, Channel, Given, NoSuchReason, Promise, TimeToRateOver
from handlers import forms
from handlers.api import rating_shapes, repeats, shapes
from handlers.api.catalogue import Held
from handlers.api.ratings import MOST_REASONS
from handlers.api.reception import Reception
from handlers.api.tickets import Claim
from handlers.api.visitors import TooFast
from handlers.described import Key, described
from handlers.guards import DEVICE_COOKIE, DeviceUnknown, guarded
from kit import guesses
from kit.db import Tx
from kit.errors import Problem
from kit.guesses import TooManyGuesses
from kit.ids import tidy_number

devices = Blueprint("devices")


class AtAnotherHall(Problem):
    status = 409
    code = "at_another_hall"
    sentence = "您约的是{hall}，不在这里。请到那里签到；在这里办，可以取现场号。"


A_YEAR = 366 * 24 * 3600


@dataclass(frozen=True, slots=True, repr=False)
class Reporting:
    key: Annotated[str, forms.text(64), "登记这台设备时给的密钥"]


@dataclass(frozen=True, slots=True)
class Taking:
    group: Annotated[str, forms.text(1), "哪一类，比如 A"]
    privilege: Annotated[Claim | None, forms.one_of(Claim), "老人、残疾人、军人优先"] = None
    hall: Annotated[str | None, forms.text(32), "只在演示时看"] = None


@dataclass(frozen=True, slots=True, repr=False)
class Arriving:
    appointment: Annotated[str, forms.text(24), "预约号"]
    code: Annotated[str, forms.text(4), "预约时留的手机号的后 4 位"]
    hall: Annotated[str | None, forms.text(32), "只在演示时看"] = None


@dataclass(frozen=True, slots=True)
class Standing:
    hall: Annotated[str, forms.text(32), "大厅"]
    counter: Annotated[int, forms.whole, "窗口号"]


@dataclass(frozen=True, slots=True, repr=False)
class TabletOpinion:
    hall: Annotated[str, forms.text(32), "大厅"]
    counter: Annotated[int, forms.whole, "窗口号"]
    key: Annotated[str, forms.text(100), "刚办完的那一件的钥匙，见 GET"]
    level: Annotated[int, forms.up_to(5), "5 非常满意 到 1 非常不满意"]
    reasons: Annotated[tuple[str, ...], forms.several(forms.text(32), MOST_REASONS), "原因的 id"] = ()


class KioskTicket(TypedDict):
    """一张号，和凭它评价用的查询码"""

    ticket: shapes.TicketSeen
    code: str


@devices.post("/devices/session")
@guarded("public")
@described("大厅的设备报到", body=Reporting, answers={204: None}, refusals=(DeviceUnknown, TooFast))
async def report(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    here.visitors.admit(request)
    key = forms.body(request, Reporting).key
    if await here.db.consult(kept.known, key) is None:
        raise DeviceUnknown()
    answer = empty()
    is_safe = request.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.add_cookie(
        DEVICE_COOKIE, key, path="/api/v1", max_age=A_YEAR, httponly=True, samesite="Strict", secure=is_safe
    )
    return answer


@devices.post("/kiosk/tickets")
@guarded("kiosk")
@described(
    "自助机取号，不用登录",
    body=Taking,
    key=Key.MUST,
    answers={201: KioskTicket},
    refusals=(DeviceUnknown, HallNotFound, MatterNotFound, HallClosed, YearNotPublished),
)
async def take(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    form, held, now = forms.body(request, Taking), await here.catalogue.held(), here.clock()
    hall_id = _hall(request, form.hall)
    group = held.group(hall_id, form.group)

    async def work(tx: Tx) -> repeats.Body:
        why = Privilege(form.privilege) if form.privilege else None
        taken = await queue.take(tx, hall_id, group, None, now, privilege=why)
        return dict(await _told(tx, taken, held, now))

    key = repeats.key_of(f"kiosk {_name(request)}", request, form)
    return json(await here.db.transact(repeats.once_only, key, work, now), status=201)


@devices.post("/kiosk/arrivals")
@guarded("kiosk")
@described(
    "自助机签到：凭预约号和手机号后 4 位取号",
    body=Arriving,
    answers={201: KioskTicket},
    refusals=(
        *(DeviceUnknown, HallClosed, YearNotPublished, TooManyGuesses, AtAnotherHall),
        *(AppointmentNotFound, AlreadyCancelled, MissedTime, NotToday, TooEarly),
    ),
)
async def arrive(request: Request[Any, Any]) -> HTTPResponse:
    """Sent again it gives the same ticket: an appointment is kept with one. A wrong phone is counted as a guess."""
    here: Reception = request.app.ctx.reception
    form, held, now = forms.body(request, Arriving), await here.catalogue.held(), here.clock()
    hall_id, sources = _hall(request, form.hall), (f"kiosk {_name(request)}",)
    asking = Asking(hall_id, now, code=form.code, sources=sources)
    if (early := await here.db.consult(guesses.early, asking.tries(tidy_number(form.appointment)), now)) is not None:
        raise early

    async def work(tx: Tx) -> KioskTicket | Problem:
        booked = await following.appointment(tx, form.appointment, asking)
        if isinstance(booked, Problem):
            return booked  # and not raised: the guess is to be counted
        if booked.hall_id != hall_id:
            raise AtAnotherHall(hall=held.hall(booked.hall_id).name)
        taken = await queue.take(tx, hall_id, held.groups[booked.group_id], booked.citizen_id, now, booked)
        return await _told(tx, taken, held, now)

    told = await here.db.transact(work)
    if isinstance(told, Problem):
        raise told
    return json(told, status=201)


async def _told(tx: Tx, taken: Ticket, held: Held, now: datetime) -> KioskTicket:
    ticket = shapes.ticket(taken, held, await queue.first_wait(tx, taken, now))
    return {"ticket": ticket, "code": dealings.ticket_code(taken.id)}


def _name(request: Request[Any, Any]) -> str:
    device = request.ctx.device
    return "demo" if device is None else str(device.id)


def _hall(request: Request[Any, Any], asked: str | None) -> str:
    """Where the machine stands; what it says of itself counts in the demo only."""
    device = request.ctx.device
    if device is None:
        return asked or str(request.app.ctx.reception.settings.hall.id)
    return str(device.hall_id)


@devices.get("/tablet")
@guarded("tablet")
@described(
    "窗口评价器：刚办完的那一件", query=Standing, answers={200: rating_shapes.TabletSeen}, refusals=(DeviceUnknown,)
)
async def look(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    at = forms.query(request, Standing)
    _check_place(request, at.hall, at.counter)
    seconds = here.settings.ratings.tablet_seconds
    found = await here.db.consult(tablet.finished, at.hall, at.counter, seconds, here.clock())
    return json(rating_shapes.tablet(at.counter, found), headers={"Cache-Control": "no-store"})


@devices.post("/tablet/ratings")
@guarded("tablet")
@described(
    "窗口评价器：评价刚办完的那一件",
    body=TabletOpinion,
    answers={201: rating_shapes.TabletRated},
    refusals=(DeviceUnknown, TimeToRateOver, AlreadyRated, NoSuchReason),
)
async def rate(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    form, now = forms.body(request, TabletOpinion), here.clock()
    _check_place(request, form.hall, form.counter)

    async def work(tx: Tx) -> rating_shapes.TabletRated:
        dealing = await tablet.by_key(tx, form.hall, form.counter, form.key, now)
        given = Given(form.level, form.reasons)
        kept = await ratings.rate(tx, dealing, given, Channel.TABLET, now, Promise.of(here.settings.ratings))
        return {"level": kept.level, "level_name": kept.level.chinese}

    return json(await here.db.transact(work), status=201)


def _check_place(request: Request[Any, Any], hall_id: str, counter: int) -> None:
    """A tablet speaks for the counter it was set up at. Raises DeviceUnknown."""
    device = request.ctx.device
    if device is not None and (device.hall_id, device.counter) != (hall_id, counter):
        raise DeviceUnknown()
