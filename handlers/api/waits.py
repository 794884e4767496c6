"""GET /api/v1/waits: for somebody who thinks of coming: whether the doors are open, and how long it takes by group."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.places.model import HallNotFound
from hall.queue.board import Board, GroupWaiting
from hall.queue.model import PostState
from handlers import forms
from handlers.api import shapes
from handlers.api.board_shapes import DoorsNow
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded
from handlers.schemas import Instant
from handlers.streams import Boards

waits = Blueprint("waits")


@dataclass(frozen=True, slots=True)
class Where:
    hall: Annotated[str | None, forms.text(32), "不写就是公众号所属的大厅"] = None


class GroupWait(TypedDict):
    letter: str
    name: str
    waiting: Annotated[int, "有几位在等"]
    open_counters: Annotated[int, "开着几个窗口"]
    low_minutes: Annotated[int | None, "现在来最快等几分钟；说不准是 null"]
    high_minutes: Annotated[int | None, "最慢几分钟"]


class Waits(TypedDict):
    hall: shapes.HallBrief
    as_of: Instant
    doors: DoorsNow
    groups: list[GroupWait]


@waits.get("/waits")
@guarded("anyone")
@described("现在去要等多久", query=Where, answers={200: Waits}, refusals=(HallNotFound,))
async def look(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    boards: Boards = request.app.ctx.boards
    return json(_shape(await boards.read(forms.query(request, Where).hall or here.settings.hall.id)))


def _shape(board: Board) -> Waits:
    doors = board.doors
    return {
        "hall": {"id": board.hall_id, "name": board.hall_name},
        "as_of": shapes.instant(board.as_of),
        "doors": {
            "is_open": doors.is_open,
            "sentence": doors.sentence,
            "changes_at": shapes.instant(doors.changes_at),
        },
        "groups": [_group(group, board) for group in board.groups],
    }


def _group(group: GroupWaiting, board: Board) -> GroupWait:
    serving = (c for c in board.counters if group.letter in c.groups and c.state is PostState.OPEN)
    return {
        "letter": group.letter,
        "name": group.name,
        "waiting": group.waiting,
        "open_counters": sum(1 for _ in serving),
        "low_minutes": group.low_minutes,
        "high_minutes": group.high_minutes,
    }
