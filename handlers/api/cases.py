"""Cases: one's own, or the one whose number and query code are on the receipt."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from bot import following
from bot.following import Asking
from bot.intents import CASE
from hall.cases import progress
from hall.cases.model import Case, CaseNotFound
from handlers import forms
from handlers.api import case_shapes, pages
from handlers.api.reception import Reception
from handlers.api.visitors import guessing
from handlers.described import described
from handlers.guards import guarded
from kit.guesses import TooManyGuesses
from kit.ids import tidy_number

cases = Blueprint("cases", url_prefix="/cases")
NUMBER_MOST, CODE_MOST = 40, 20  # as people type them, with spaces
OWN_MOST = 20  # of one page, unless it is said how many


class CasePage(TypedDict):
    """办件，新的在前"""

    cases: list[case_shapes.CaseBody]
    next: str | None


def _before(cursor: str) -> int:
    """The case the page before ended with."""
    place = pages.meaning(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise forms.Misread(pages.BAD_CURSOR)
    return int(place)


def _cursor(case: Case) -> str:
    return str(case.id)


@dataclass(frozen=True, slots=True)
class Listing:
    past: Annotated[bool, forms.yes_or_no] = False
    after: Annotated[int | None, forms.text(pages.LONGEST, _before), "上一页的 next"] = None
    limit: Annotated[int, pages.limit] = OWN_MOST


@dataclass(frozen=True, slots=True, repr=False)
class Opening:
    code: Annotated[str | None, forms.text(CODE_MOST)] = None


@cases.get("")
@guarded("citizen")
@described("我的办件", query=Listing, answers={200: CasePage})
async def own(request: Request[Any, Any]) -> HTTPResponse:
    """Those under way; with past=1 all, the ended ones too."""
    here: Reception = request.app.ctx.reception
    asked, held, now = forms.query(request, Listing), await here.catalogue.held(), here.clock()
    async with here.db.read() as tx:
        found = await progress.own(
            tx, request.ctx.citizen_id, include_past=asked.past, before_id=asked.after, n=asked.limit + 1
        )
        page, after = pages.head(found, _cursor, asked.limit)
        told = await progress.told(tx, page, now)
    shown = [case_shapes.case(one, held.hall(one.case.hall_id).name) for one in told]
    return json({"cases": shown, "next": after})


@cases.get("/<number:str>")
@guarded("anyone")
@described(
    "一个办件：自己的，或凭查询码",
    query=Opening,
    answers={200: case_shapes.CaseBody},
    refusals=(CaseNotFound, TooManyGuesses),
)
async def look(request: Request[Any, Any], number: str) -> HTTPResponse:
    """`POST /progress` does the same without a code in an address, which others may write down."""
    here: Reception = request.app.ctx.reception
    asked, held = forms.query(request, Opening), await here.catalogue.held()
    asking = Asking(here.settings.hall.id, here.clock(), request.ctx.citizen_id, asked.code, sources=guessing(request))
    if not CASE.fullmatch(tidy_number(number[:NUMBER_MOST]).lower()):
        raise CaseNotFound()
    found = await following.ask(here.db, number, asking)
    assert found.case is not None, "that is no number of an appointment or a ticket"
    return json(case_shapes.case(found.case, held.hall(found.case.case.hall_id).name))
