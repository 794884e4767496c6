"""/kiosk/<hall>: the guide, tickets, progress and ratings for somebody who stands before a screen and touches it."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from hall.places import service as places
from handlers.guards import guarded
from handlers.screens.pages import Screen
from kit.db import Database

kiosk = Blueprint("kiosk", url_prefix="/kiosk")
SCREEN = Screen.of(
    "kiosk",
    "kiosk.css",
    "kiosk_print.css",
    "kiosk.js",
    "kiosk_guide.js",
    "kiosk_line.js",
    "kiosk_number.js",
    "kiosk_parts.js",
    "kiosk_rating.js",
    "kiosk_ticket.js",
    "device.js",
    "faces.js",
    "board_line.js",
    "board.svg",
)


@kiosk.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    return await SCREEN.asset(request, name)


@kiosk.get("/<hall_id:str>")
@guarded("public")
async def look(request: Request[Any, Any], hall_id: str) -> HTTPResponse:
    db: Database = request.app.ctx.db
    hall = await db.consult(places.hall, hall_id)
    return SCREEN.show(hall_id=hall.id, hall=hall.name)
