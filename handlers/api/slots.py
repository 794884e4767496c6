"""GET /api/v1/slots: the places still free on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.appointments import service as appointments
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Reception
from handlers.guards import guarded

slots = Blueprint("slots")


@dataclass(frozen=True, slots=True)
class Wished:
    hall: Annotated[str, forms.text(32)]
    matter: Annotated[str, forms.text(64)]
    on: Annotated[date, forms.day]


@slots.get("/slots")
@guarded("public")
async def free(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    wished = forms.query(request, Wished)
    matter = (await here.catalogue.held()).matter(wished.hall, wished.matter)
    of_day = (matter.hall_id, matter.group_id, wished.on, here.clock())
    return json(shapes.slots(await here.db.consult(appointments.free_slots, *of_day)))
