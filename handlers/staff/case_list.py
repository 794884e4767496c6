"""/staff/cases: one by its number, the hall's by state and whose they are, and what is due or late."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request

from hall.cases import concerns, listing, progress
from hall.cases.clocks import Light
from hall.cases.concerns import Concern, Watched
from hall.cases.listing import Wanted
from hall.cases.model import State
from hall.matters import service as matters
from hall.queue import seats
from handlers import forms
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now
from handlers.staff.cases import CASES
from handlers.staff.desk import WORK
from handlers.staff.pages import pages, show, went
from kit.ids import has_good_check, tidy_number

PAGE = 20


class Whose(StrEnum):
    MINE = "mine"
    COUNTER = "counter"
    HALL = "hall"


WHOSE = {Whose.MINE: "我经手的", Whose.COUNTER: "我这个窗口办的事项", Whose.HALL: "全大厅的"}


LIGHTS = {Light.GREEN: "绿", Light.YELLOW: "黄", Light.RED: "红"}
GRAVE = (Concern.LEGAL_OVER, Concern.PROMISED_OVER, Concern.STOP_OVER, Concern.OWED_OVER)


class Which(StrEnum):
    DUE = "due"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """`after`: where the page before ended; a case's id, or how many of what is due have been shown."""

    number: Annotated[str, forms.text(40), "办件编号"] = ""
    which: Annotated[Which, forms.one_of(Which), "哪一些"] = Which.DUE
    whose: Annotated[Whose, forms.one_of(Whose), "谁的"] = Whose.HALL
    state: Annotated[State | None, forms.one_of(State), "状态"] = None
    after: Annotated[int | None, forms.whole, "从哪里接着看"] = None


@pages.get("/cases")
@guarded(WORK)
async def list_cases(request: Request[Any, Any]) -> HTTPResponse:
    asked, gate, hall_id = forms.query(request, Asked), _gate(request), request.ctx.session.hall_id
    number, member = tidy_number(asked.number), request.ctx.session.member
    if number.startswith("ST") and has_good_check(number):
        return went(request, f"{CASES}/{number}")
    wanted = await _wanted(request, asked)
    due: Sequence[Watched] = ()
    if number or asked.which is Which.ALL:
        found = await gate.db.consult(listing.listed, hall_id, member, wanted, PAGE + 1, asked.after)
        told = await gate.db.consult(progress.told, found[:PAGE], now(request))
        rows = [Watched(one, (), None) for one in told]
        older = found[PAGE - 1].id if len(found) > PAGE else None
    else:
        first = max(asked.after or 0, 0)
        due = await gate.db.consult(concerns.due, hall_id, member, now(request), wanted)
        rows = list(due[first : first + PAGE])
        older = first + PAGE if len(due) > first + PAGE else None
    sits = wanted.matter_ids != []
    address = None if older is None else _address(asked, older)
    values: dict[str, Any] = {"rows": rows, "asked": asked, "due": len(due), "older": address, "sits": sits}
    names: dict[str, Any] = {"whose": WHOSE, "states": State, "Which": Which, "LIGHTS": LIGHTS, "GRAVE": GRAVE}
    return await show(request, "cases.html", **values, **names)


@pages.get("/cases/due")
@guarded(WORK)
async def count_due(request: Request[Any, Any]) -> HTTPResponse:
    """For the home page, which asks for it after it is there."""
    gate, session = _gate(request), request.ctx.session
    due = await gate.db.consult(concerns.due, session.hall_id, session.member, now(request))
    ids = [one.progress.case.id for one in due]
    mine = await gate.db.consult(listing.touched, session.member.id, ids)
    return await show(request, "cases_due.html", mine=len(mine), hall_due=len(ids))


async def _wanted(request: Request[Any, Any], asked: Asked) -> Wanted:
    session, matter_ids = request.ctx.session, None
    if asked.whose is Whose.COUNTER:
        matter_ids = await _of_counter(request)
    staff_id = session.member.id if asked.whose is Whose.MINE else None
    return Wanted(asked.state, staff_id, matter_ids, asked.number)


async def _of_counter(request: Request[Any, Any]) -> list[str]:
    """Ids of what is done where they sit; nothing where they have not sat down."""
    gate, session = _gate(request), request.ctx.session
    here = await gate.db.consult(seats.own, session.hall_id, session.member, now(request))
    if here is None:
        return []
    letters = {group.id: group.letter for group in await gate.db.consult(matters.groups, session.hall_id)}
    every = await gate.db.consult(matters.catalogue, session.hall_id, with_withdrawn=True)
    return [one.id for one in every if here.serves(letters.get(one.group_id, ""), one.id)]


def _address(asked: Asked, after: int) -> str:
    told = {"number": asked.number, "which": asked.which, "whose": asked.whose, "state": asked.state, "after": after}
    return f"{CASES}?{urlencode({name: value for name, value in told.items() if value})}"


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
