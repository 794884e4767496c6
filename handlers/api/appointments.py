"""Citizens' own appointments: book, look, move, cancel. Another person's number is answered like an unknown one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.appointments import forms as parts
from hall.appointments import service as verbs
from hall.appointments.model import Appointment, Form, Relation
from hall.appointments.model import Request as Wish
from hall.appointments.refusals import (
    AlreadyBooked,
    AlreadyCancelled,
    AppointmentNotFound,
    Banned,
    LimitReached,
    MatterShut,
    NeedsCompany,
    NeedsKey,
    NotBookable,
    OutsideWindow,
    PastCutoff,
    SlotFull,
    SlotGone,
    SlotNotForMatter,
    TooLate,
)
from hall.appointments.rules import COMPANY_LIMIT
from hall.matters.model import MatterNotFound
from hall.places.model import YearNotPublished
from handlers import forms
from handlers.api import pages, repeats, shapes
from handlers.api.reception import Reception
from handlers.described import Key, described
from handlers.guards import guarded
from kit import qr
from kit.clock import from_ms, to_ms
from kit.db import Tx

appointments = Blueprint("appointments", url_prefix="/appointments")
USUAL = 50  # appointments of a page
PLACE = re.compile(r"([0-9]{13})/([0-9]{1,15})")
NO_PLACE = (MatterShut, SlotFull, SlotGone, SlotNotForMatter)
BY_RULE = (AlreadyBooked, Banned, LimitReached, NeedsKey, OutsideWindow, YearNotPublished)
TOO_LATE = (AlreadyCancelled, PastCutoff, TooLate, YearNotPublished)


def _cursor(of: Appointment) -> str:
    return f"{to_ms(of.starts_at):013d}/{of.id}"


def _place(cursor: str) -> tuple[datetime, int]:
    """Where a page ended: the time and the id of its last appointment. Raises Misread."""
    found = PLACE.fullmatch(pages.meaning(cursor))
    if found is None:
        raise forms.Misread(pages.BAD_CURSOR)
    return from_ms(int(found[1])), int(found[2])


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    slot_id: Annotated[int, forms.whole]
    matter_id: Annotated[str, forms.text(64)]
    name: Annotated[str, forms.text(60, parts.good_name), "来办的人"]
    phone: Annotated[str, forms.text(30, parts.good_phone), "11位手机号"]
    relation: Annotated[Relation, forms.one_of(Relation), "给本人、家人还是单位约"] = Relation.SELF
    id_number: Annotated[str | None, forms.text(30, parts.good_id_number), "身份证号；大厅按它数次数时要填"] = None
    company: Annotated[str | None, forms.text(COMPANY_LIMIT), "单位名称"] = None
    credit_code: Annotated[str | None, forms.text(30, parts.good_credit_code), "统一社会信用代码"] = None

    def form(self) -> Form:
        return Form(self.name, self.phone, self.relation, self.id_number, self.company, self.credit_code)


@dataclass(frozen=True, slots=True)
class Moving:
    slot_id: Annotated[int, forms.whole, "改到哪个号"]


@dataclass(frozen=True, slots=True)
class Listing:
    past: Annotated[bool, forms.yes_or_no, "1：过去的和取消的也要"] = False
    after: Annotated[tuple[datetime, int] | None, forms.text(pages.LONGEST, _place), "上一页的 next"] = None
    limit: Annotated[int, pages.limit, "一页几个"] = USUAL


class AppointmentList(TypedDict):
    appointments: list[shapes.AppointmentSeen]
    next: Annotated[str | None, "下一页的 after；没有了是 null"]


class NumberCode(TypedDict):
    image: Annotated[str, "data:image/png;base64,…，扫出来就是预约号"]


@appointments.post("")
@guarded("citizen")
@described(
    "预约一个号",
    body=Booking,
    key=Key.MUST,
    answers={201: shapes.AppointmentSeen},
    refusals=(*NO_PLACE, *BY_RULE, MatterNotFound, NotBookable, NeedsCompany),
)
async def book(request: Request[Any, Any]) -> HTTPResponse:
    """Wishes that come together are decided together. The same key gets the same appointment, as it now stands."""
    here: Reception = request.app.ctx.reception
    wish, key = forms.body(request, Booking), repeats.said(request)
    matter = (await here.catalogue.held()).matter(await here.hall_of(wish.slot_id), wish.matter_id)
    asked = Wish(request.ctx.citizen_id, wish.slot_id, matter, wish.form(), key)
    return json(await shape(here, await here.rush.book(asked, here.clock())), status=201)


@appointments.get("")
@guarded("citizen")
@described("我的预约", query=Listing, answers={200: AppointmentList})
async def own(request: Request[Any, Any]) -> HTTPResponse:
    """Those still ahead; with past=1 all, cancelled ones too."""
    here: Reception = request.app.ctx.reception
    asked = forms.query(request, Listing)
    found = await here.db.consult(
        verbs.own, request.ctx.citizen_id, here.clock(), asked.past, asked.after, asked.limit + 1
    )
    page, following = pages.head(found, _cursor, asked.limit)
    told: AppointmentList = {"appointments": [await shape(here, one) for one in page], "next": following}
    return json(told)


@appointments.get("/<number:str>")
@guarded("citizen")
@described("看一个预约", answers={200: shapes.AppointmentSeen}, refusals=(AppointmentNotFound,))
async def look(request: Request[Any, Any], number: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    return json(await shape(here, await here.db.consult(verbs.look, request.ctx.citizen_id, number)))


@appointments.get("/<number:str>/code")
@guarded("citizen")
@described("预约号的二维码：到了大厅给导办台扫", answers={200: NumberCode}, refusals=(AppointmentNotFound,))
async def code(request: Request[Any, Any], number: str) -> HTTPResponse:
    """The number and nothing else, so that any scanner types it."""
    here: Reception = request.app.ctx.reception
    held = await here.db.consult(verbs.look, request.ctx.citizen_id, number)
    told: NumberCode = {"image": qr.png_address(held.number)}
    return json(told)


@appointments.delete("/<number:str>")
@guarded("citizen")
@described("取消预约", answers={200: shapes.AppointmentSeen}, refusals=(AppointmentNotFound, *TOO_LATE))
async def cancel(request: Request[Any, Any], number: str) -> HTTPResponse:
    """Answers the appointment as it now is."""
    here: Reception = request.app.ctx.reception
    gone = await here.db.transact(verbs.cancel, request.ctx.citizen_id, number, here.clock())
    return json(await shape(here, gone))


@appointments.post("/<number:str>/reschedule")
@guarded("citizen")
@described(
    "改约：号码不变，换一个时间",
    body=Moving,
    key=Key.MAY,
    answers={200: shapes.AppointmentSeen},
    refusals=(AppointmentNotFound, *TOO_LATE, *NO_PLACE, *BY_RULE),
)
async def reschedule(request: Request[Any, Any], number: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    form, now = forms.body(request, Moving), here.clock()

    async def work(tx: Tx) -> repeats.Body:
        return await shape(here, await verbs.reschedule(tx, request.ctx.citizen_id, number, form.slot_id, now))

    return json(await here.db.transact(repeats.once_only, repeats.key_if_given(request, form), work, now))


async def shape(here: Reception, one: Appointment) -> shapes.AppointmentSeen:
    return shapes.appointment(one, await here.catalogue.held(), here.clock())
