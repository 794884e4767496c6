"""/board/<hall>: the silent call board, for a big screen in the hall and for a phone. It follows the API's stream."""

import hashlib
import html
from pathlib import Path
from string import Template
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import file
from sanic.response import html as page

from hall.places import service as places
from handlers.errors import NoSuchPage
from handlers.guards import guarded
from handlers.screens.simulator import HEADERS
from kit.db import Database

board = Blueprint("board", url_prefix="/board")

HERE = Path(__file__).resolve().parent
ASSETS = {name: HERE.parent / "static" / name for name in ("board.css", "board.js", "board_line.js", "board.svg")}
PAGE = Template((HERE / "board.html").read_text("utf-8"))
# A screen that has been on for months loads the page anew when this is another.
PARTS = b"".join(path.read_bytes() for path in (HERE / "board.html", *ASSETS.values()))
EDITION = hashlib.sha256(PARTS).hexdigest()[:12]


@board.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    path = ASSETS.get(name)
    if path is None:
        raise NoSuchPage()
    return await file(path, headers=HEADERS, request_headers=request.headers)


@board.get("/<hall_id:str>")
@guarded("public")
async def look(request: Request[Any, Any], hall_id: str) -> HTTPResponse:
    db: Database = request.app.ctx.db
    hall = await db.consult(places.hall, hall_id)
    filled = PAGE.substitute(hall_id=html.escape(hall.id), hall=html.escape(hall.name), edition=EDITION)
    return page(filled, headers=HEADERS)
