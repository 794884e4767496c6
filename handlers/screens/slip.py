"""/slip/<hall>/<day>/<number>: where a paper ticket's code leads, how many are ahead. It says what the board says."""

from datetime import date
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from bot import following
from bot.following import Asking
from hall.places import service as places
from hall.queue.model import TicketNotFound
from handlers.guards import guarded
from handlers.screens.pages import Screen
from kit import clock
from kit.clock import day_of, say_day
from kit.db import Database
from kit.ids import tidy_number

slip = Blueprint("slip", url_prefix="/slip")
SCREEN = Screen.of("slip", "slip.css", "slip.js", "board.svg")
LONGEST = 8
OVER = "这张小票是{day}的，只在当天有效。还要办，请重新取号。"


@slip.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    return await SCREEN.asset(request, name)


@slip.get("/<hall_id:str>/<on:ymd>/<number:str>")
@guarded("anyone")
async def look(request: Request[Any, Any], hall_id: str, on: date, number: str) -> HTTPResponse:
    """Yesterday's paper is not told of today's ticket. Raises HallNotFound, TooFast."""
    db: Database = request.app.ctx.db
    hall, at, ticket = await db.consult(places.hall, hall_id), clock.now(), tidy_number(number)[:LONGEST]
    if on != day_of(at):
        said = OVER.format(day=say_day(on))
    else:
        try:
            said = following.said(await following.ask(db, ticket, Asking(hall.id, at)))
        except TicketNotFound as gone:
            said = gone.message
    return SCREEN.show(hall_id=hall.id, hall=hall.name, number=ticket, said=said)
