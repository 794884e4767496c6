"""/staff/admin/devices: the hall's kiosks and tablets: set up with a key that is shown once, and ended."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.places import devices
from hall.places import service as places
from hall.places.devices import DeviceKind
from hall.places.model import MOST_NUMBER
from handlers import forms
from handlers.guards import guarded
from handlers.machines import page_of
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went

DEVICES = "/staff/admin/devices"
WORK = "staff: lead admin"
SET_UP = Deed("device.new", "登记设备", "device", devices.plain, key_of=lambda made: made[0].id)
END = Deed("device.end", "停用设备", "device", devices.plain)
ENDED = "第{number}台停用了，它从现在起取不了号、评不了价。"

WHICH = "评价器要放在一个窗口，请选几号窗口。"


@dataclass(frozen=True, slots=True)
class New:
    kind: Annotated[DeviceKind, forms.one_of(DeviceKind), "是什么"]
    counter: Annotated[int | None, forms.up_to(MOST_NUMBER), "几号窗口"] = None


@pages.get("/admin/devices")
@guarded(WORK)
async def devices_page(request: Request[Any, Any]) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    return await show(
        request,
        "admin_devices.html",
        listed=await db.consult(devices.of_hall, hall_id),
        counters=await db.consult(places.counters, hall_id),
        kinds=tuple(DeviceKind),
    )


@pages.post("/admin/devices")
@guarded(WORK)
async def set_up_device(request: Request[Any, Any]) -> HTTPResponse:
    """Answers with the address and its key, which no later page can show."""
    form, session = forms.posted(request, New), request.ctx.session
    if form.kind is DeviceKind.TABLET and form.counter is None:
        raise forms.BadForm(fields={"counter": WHICH})
    counter = form.counter if form.kind is DeviceKind.TABLET else None
    what = (session.hall_id, form.kind, counter, session.member.name, now(request))
    made, key = await act(request, SET_UP, None, devices.set_up, *what)
    # Else as who sets it up reaches this server, which the gate has found to be ours.
    server = gate_of(request).settings.server.public_url or request.headers.get("origin", "")
    address = f"{server.rstrip('/')}{page_of(made, key)}"
    response = await show(request, "admin_device_once.html", made=made, address=address)
    response.headers["HX-Replace-Url"] = DEVICES
    return response


@pages.post("/admin/devices/<number:int>/end")
@guarded(WORK)
async def end_device(request: Request[Any, Any], number: int) -> HTTPResponse:
    await act(request, END, number, devices.end, request.ctx.session.hall_id, number, now(request))
    return went(request, DEVICES, ENDED.format(number=number))
