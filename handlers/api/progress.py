"""Where something stands, by the number of a case, an appointment or a ticket: what a kiosk asks without a session."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from bot import following
from bot.following import Asking
from hall.appointments.refusals import AppointmentNotFound
from hall.cases.model import CaseNotFound
from hall.places.model import HallNotFound
from hall.queue.model import TicketNotFound
from handlers import forms
from handlers.api import case_shapes
from handlers.api.cases import CODE_MOST, NUMBER_MOST
from handlers.api.reception import Reception
from handlers.api.visitors import guessing
from handlers.described import described
from handlers.guards import guarded
from kit.guesses import TooManyGuesses

progress = Blueprint("progress", url_prefix="/progress")


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """In a body, so that no code stands in an address. `hall`: whose ticket, else the one the account speaks for."""

    number: Annotated[str, forms.text(NUMBER_MOST)]
    code: Annotated[str | None, forms.text(CODE_MOST)] = None
    hall: Annotated[str | None, forms.text(32)] = None


@progress.post("")
@guarded("anyone")
@described(
    "查进度：办件、预约或今天的票号",
    body=Asked,
    answers={200: case_shapes.ProgressBody},
    refusals=(CaseNotFound, AppointmentNotFound, TicketNotFound, HallNotFound, TooManyGuesses),
)
async def look(request: Request[Any, Any]) -> HTTPResponse:
    """A case by its query code, an appointment by the last four digits of its phone; one's own without either."""
    here: Reception = request.app.ctx.reception
    asked, held = forms.body(request, Asked), await here.catalogue.held()
    hall = held.hall(asked.hall or here.settings.hall.id)
    asking = Asking(hall.id, here.clock(), request.ctx.citizen_id, asked.code, sources=guessing(request))
    return json(case_shapes.progress(await following.ask(here.db, asked.number, asking), held.halls))
