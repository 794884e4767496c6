"""A hall's board as data: once, and as a stream of the same. Nothing on it says who anybody is."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.places.model import HallNotFound
from handlers.api.board_shapes import BoardSeen
from handlers.described import Media, described
from handlers.guards import guarded
from handlers.streams import Boards, TooManyScreens

boards = Blueprint("boards", url_prefix="/boards")
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep the lines to itself until they fill its buffer
    "X-Content-Type-Options": "nosniff",
}
EVENTS = Media(
    ("text/event-stream",),
    "不带名字的消息是整块屏（id 是 version），先来一条现在的，每变一次来一条；"
    "每三秒有一条 event: beat，写着 now 和 as_of：线还通，屏还准。十秒没有消息就重新连。",
    BoardSeen,
)


@boards.get("/<hall_id:str>")
@guarded("public")
@described("叫号屏，现在的样子", answers={200: BoardSeen}, refusals=(HallNotFound,))
async def look(request: Request[Any, Any], hall_id: str) -> HTTPResponse:
    """The whole board; `version` grows with every change."""
    open_boards: Boards = request.app.ctx.boards
    return json((await open_boards.read(hall_id)).as_json(), headers=HEADERS)


@boards.get("/<hall_id:str>/stream")
@guarded("public")
@described("叫号屏，变了就推过来", answers={200: EVENTS}, refusals=(HallNotFound, TooManyScreens))
async def follow(request: Request[Any, Any], hall_id: str) -> None:
    """Server-sent events. One without a name is the whole board, its id the version; `beat` says how old that is."""
    open_boards: Boards = request.app.ctx.boards
    async with open_boards.listening(hall_id) as screen:
        response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=HEADERS)
        heard: bytes | None = await screen.greet()
        while heard is not None:
            await response.send(heard)
            heard = await screen.hear()
        await response.send(end_stream=True)
