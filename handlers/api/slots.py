"""GET /api/v1/slots: the places still free on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.appointments import offers
from hall.matters.model import MatterNotFound
from hall.places.model import HallNotFound
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded

slots = Blueprint("slots")


@dataclass(frozen=True, slots=True)
class Wished:
    hall: Annotated[str, forms.text(32), "大厅的 id"]
    matter: Annotated[str, forms.text(64), "事项的 id"]
    on: Annotated[date, forms.day, "哪一天"]


@slots.get("/slots")
@guarded("public")
@described("一天里还有的号", query=Wished, answers={200: shapes.SlotList}, refusals=(HallNotFound, MatterNotFound))
async def free(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    wished = forms.query(request, Wished)
    matter = (await here.catalogue.held()).matter(wished.hall, wished.matter)
    return json(shapes.slots(await here.db.consult(offers.on_offer, matter, wished.on, here.clock())))
