"""/board/<hall>: the silent call board, for a big screen in the hall and for a phone. It follows the API's stream."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from hall.places import service as places
from handlers.guards import guarded
from handlers.screens.pages import Screen
from kit.db import Database

board = Blueprint("board", url_prefix="/board")
SCREEN = Screen.of("board", "board.css", "board.js", "board_line.js", "board.svg")


@board.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    return await SCREEN.asset(request, name)


@board.get("/<hall_id:str>")
@guarded("public")
async def look(request: Request[Any, Any], hall_id: str) -> HTTPResponse:
    db: Database = request.app.ctx.db
    hall = await db.consult(places.hall, hall_id)
    return SCREEN.show(hall_id=hall.id, hall=hall.name)
