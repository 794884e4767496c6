"""Citizens' own appointments: book, look, move, cancel. Another person's number is answered like an unknown one."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.appointments import forms as parts
from hall.appointments import service as verbs
from hall.appointments.model import Appointment, Form, Relation
from hall.appointments.model import Request as Wish
from hall.appointments.rules import COMPANY_LIMIT
from handlers import forms
from handlers.api import repeats, shapes
from handlers.api.reception import Reception
from handlers.guards import guarded
from kit.db import Tx

appointments = Blueprint("appointments", url_prefix="/appointments")


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    slot_id: Annotated[int, forms.whole]
    matter_id: Annotated[str, forms.text(64)]
    name: Annotated[str, forms.text(60, parts.good_name)]
    phone: Annotated[str, forms.text(30, parts.good_phone)]
    relation: Annotated[Relation, forms.one_of(Relation)] = Relation.SELF
    id_number: Annotated[str | None, forms.text(30, parts.good_id_number)] = None
    company: Annotated[str | None, forms.text(COMPANY_LIMIT)] = None
    credit_code: Annotated[str | None, forms.text(30, parts.good_credit_code)] = None

    def form(self) -> Form:
        return Form(self.name, self.phone, self.relation, self.id_number, self.company, self.credit_code)


@dataclass(frozen=True, slots=True)
class Moving:
    slot_id: Annotated[int, forms.whole]


@dataclass(frozen=True, slots=True)
class Listing:
    past: Annotated[bool, forms.yes_or_no] = False


@appointments.post("")
@guarded("citizen")
async def book(request: Request[Any, Any]) -> HTTPResponse:
    """Wishes that come together are decided together. The same key gets the same appointment, as it now stands."""
    here: Reception = request.app.ctx.reception
    wish, key = forms.body(request, Booking), repeats.said(request)
    matter = (await here.catalogue.held()).matter(await here.hall_of(wish.slot_id), wish.matter_id)
    asked = Wish(request.ctx.citizen_id, wish.slot_id, matter, wish.form(), key)
    return json(await shape(here, await here.rush.book(asked, here.clock())), status=201)


@appointments.get("")
@guarded("citizen")
async def own(request: Request[Any, Any]) -> HTTPResponse:
    """Those still ahead; with past=1 all, cancelled ones too."""
    here: Reception = request.app.ctx.reception
    include_past = forms.query(request, Listing).past
    found = await here.db.consult(verbs.own, request.ctx.citizen_id, here.clock(), include_past)
    return json({"appointments": [await shape(here, one) for one in found]})


@appointments.get("/<number:str>")
@guarded("citizen")
async def look(request: Request[Any, Any], number: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    return json(await shape(here, await here.db.consult(verbs.look, request.ctx.citizen_id, number)))


@appointments.delete("/<number:str>")
@guarded("citizen")
async def cancel(request: Request[Any, Any], number: str) -> HTTPResponse:
    """Answers the appointment as it now is."""
    here: Reception = request.app.ctx.reception
    gone = await here.db.transact(verbs.cancel, request.ctx.citizen_id, number, here.clock())
    return json(await shape(here, gone))


@appointments.post("/<number:str>/reschedule")
@guarded("citizen")
async def reschedule(request: Request[Any, Any], number: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    form, now = forms.body(request, Moving), here.clock()

    async def work(tx: Tx) -> repeats.Body:
        return await shape(here, await verbs.reschedule(tx, request.ctx.citizen_id, number, form.slot_id, now))

    return json(await here.db.transact(repeats.once_only, repeats.key_if_given(request, form), work, now))


async def shape(here: Reception, one: Appointment) -> repeats.Body:
    return shapes.appointment(one, await here.catalogue.held(), here.clock())
