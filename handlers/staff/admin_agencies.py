"""/staff/admin/matters/agencies: who is responsible for the matters, and where they are reached."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.matters import agencies, columns, entering, listing, written
from hall.matters import service as matters
from hall.matters.model import BadEntry
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall

LIST = "/staff/admin/matters/agencies"
WORK = "staff: lead admin"
SAVE = Deed("agency.save", "改部门", "agency")
NEW = Deed("agency.new", "新登记部门", "agency")
SAVED = "“{name}”存好了，机器人马上照新的说。"
THERE = "编号“{id}”已经有了，请在名单里点它来改"


@dataclass(frozen=True, slots=True)
class Named:
    id: Annotated[str, forms.text(64), "编号"]


@pages.get("/admin/matters/agencies")
@guarded(WORK)
async def agencies_page(request: Request[Any, Any]) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    every = await db.consult(matters.catalogue, hall_id)
    listed = [
        (one, columns.say_hours(one.hours), sum(matter.agency_id == one.id for matter in every))
        for one in await db.consult(agencies.agencies, hall_id)
    ]
    return await show(request, "admin_agencies.html", listed=listed, columns=columns.AGENCY, texts={}, address=_address)


def _address(agency_id: str) -> str:
    return f"{LIST}/{quote(agency_id, safe='')}"


@pages.get("/admin/matters/agencies/<agency_id:str>")
@guarded(WORK)
async def agency_page(request: Request[Any, Any], agency_id: str) -> HTTPResponse:
    agency = await gate_of(request).db.consult(agencies.agency, request.ctx.session.hall_id, agency_id)
    texts = written.texts_of(columns.AGENCY, listing.agency_row(agency))
    return await show(
        request, "admin_agency.html", agency=agency, columns=columns.AGENCY, texts=texts, address=_address
    )


@pages.post("/admin/matters/agencies")
@guarded(WORK)
async def add_agency(request: Request[Any, Any]) -> HTTPResponse:
    agency_id, hall_id = forms.posted(request, Named).id, request.ctx.session.hall_id
    if agency_id in {one.id for one in await gate_of(request).db.consult(agencies.agencies, hall_id)}:
        raise BadEntry(reasons=THERE.format(id=agency_id))
    deed, row = of_hall(request, NEW, entering.plain_agency), _row(request, agency_id)
    line = await act(request, deed, agency_id, entering.enter, hall_id, "agency", row)
    return went(request, LIST, SAVED.format(name=line.name))


@pages.post("/admin/matters/agencies/<agency_id:str>")
@guarded(WORK)
async def save_agency(request: Request[Any, Any], agency_id: str) -> HTTPResponse:
    hall_id = request.ctx.session.hall_id
    await gate_of(request).db.consult(agencies.agency, hall_id, agency_id)
    deed, row = of_hall(request, SAVE, entering.plain_agency), _row(request, agency_id)
    line = await act(request, deed, agency_id, entering.enter, hall_id, "agency", row)
    return went(request, LIST, SAVED.format(name=line.name))


def _row(request: Request[Any, Any], agency_id: str) -> dict[str, Any]:
    return written.row_of(columns.AGENCY, forms.typed(request, forms.BODY_BYTES)) | {"id": agency_id}
