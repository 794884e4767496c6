"""/rate/<hall>/<counter>: the tablet at a counter asks whoever has just been served there how it was."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from hall.places import service as places
from handlers.errors import NoSuchPage
from handlers.guards import guarded
from handlers.screens.pages import Screen
from kit.db import Database

tablet = Blueprint("tablet", url_prefix="/rate")
SCREEN = Screen.of("tablet", "tablet.css", "tablet.js", "device.js", "faces.js", "board_line.js", "board.svg")


@tablet.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    return await SCREEN.asset(request, name)


@tablet.get("/<hall_id:str>/<counter:int>")
@guarded("public")
async def look(request: Request[Any, Any], hall_id: str, counter: int) -> HTTPResponse:
    """The page itself says nothing of anybody; what it asks for, it asks as a device."""
    db: Database = request.app.ctx.db
    hall = await db.consult(places.hall, hall_id)
    if counter not in {one.number for one in await db.consult(places.counters, hall_id)}:
        raise NoSuchPage()
    return SCREEN.show(hall_id=hall.id, hall=hall.name, counter=str(counter))
