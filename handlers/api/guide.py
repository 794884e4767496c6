"""The guide: halls, themes, life events, matters, agencies. For everyone, and 304 to who has it already."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request

from hall.matters.life_events import matters_of
from hall.matters.matching import matching
from hall.matters.model import AgencyNotFound, Audience, LifeEventNotFound, Matter, MatterNotFound, ThemeNotFound
from hall.places.model import HallNotFound
from handlers import forms
from handlers.api import guide_shapes as shapes
from handlers.api import pages
from handlers.api.catalogue import Held
from handlers.api.etags import fresh
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded

guide = Blueprint("guide")


@dataclass(frozen=True, slots=True)
class Where:
    hall: Annotated[str | None, forms.text(32)] = None  # else the hall the account speaks for


@dataclass(frozen=True, slots=True)
class Finding:
    q: Annotated[str | None, forms.text(100), "用自己的话说，最像的五个"] = None
    hall: Annotated[str | None, forms.text(32)] = None
    theme: Annotated[str | None, forms.text(32), "主题的名字"] = None
    event: Annotated[str | None, forms.text(64), "一件事的 id"] = None
    agency: Annotated[str | None, forms.text(64)] = None
    audience: Annotated[Audience | None, forms.one_of(Audience)] = None
    after: Annotated[str | None, pages.after, "上一页的 next"] = None
    limit: Annotated[int | None, pages.limit] = None


async def _asked(request: Request[Any, Any]) -> tuple[str, Held]:
    """The hall that is meant, and what is known of it. Raises HallNotFound."""
    here: Reception = request.app.ctx.reception
    held = await here.catalogue.held()
    return held.hall(forms.query(request, Where).hall or here.settings.hall.id).id, held


@guide.get("/halls")
@guarded("public")
@described("大厅", answers={200: shapes.HallList, 304: None})
async def halls(request: Request[Any, Any]) -> HTTPResponse:
    held = await request.app.ctx.reception.catalogue.held()
    return fresh(request, {"halls": [shapes.hall(hall) for hall in held.halls.values()]})


@guide.get("/guide")
@guarded("public")
@described(
    "指南的入口：主题、一件事、给谁办",
    query=Where,
    answers={200: shapes.GuideShape, 304: None},
    refusals=(HallNotFound,),
)
async def themes(request: Request[Any, Any]) -> HTTPResponse:
    return fresh(request, shapes.guide(*await _asked(request)))


@guide.get("/agencies")
@guarded("public")
@described("办事机构", query=Where, answers={200: shapes.AgencyList, 304: None}, refusals=(HallNotFound,))
async def agencies(request: Request[Any, Any]) -> HTTPResponse:
    return fresh(request, shapes.agencies(*await _asked(request)))


@guide.get("/matters")
@guarded("public")
@described(
    "找事项",
    query=Finding,
    answers={200: shapes.MatterPage, 304: None},
    refusals=(HallNotFound, ThemeNotFound, AgencyNotFound, LifeEventNotFound),
)
async def find(request: Request[Any, Any]) -> HTTPResponse:
    """Matters of a hall, by the page; with `q` those the words may mean, likeliest first, at most five."""
    asked = forms.query(request, Finding)
    hall_id, held = await _asked(request)
    among = _among(held, hall_id, asked)
    if asked.q is None and asked.event is None:  # these have an order of their own, and are short
        page, further = pages.cut(among, _place, asked.after, asked.limit)
    else:
        page, further = among if asked.q is None else matching(among, asked.q), None
    return fresh(request, {"matters": [shapes.matter_line(matter, held) for matter in page], "next": further})


def _place(matter: Matter) -> str:
    """Where it stands in the catalogue."""
    return f"{matter.group_id:012d}/{matter.id}"


def _among(held: Held, hall_id: str, asked: Finding) -> tuple[Matter, ...]:
    """Raises ThemeNotFound, AgencyNotFound, LifeEventNotFound."""
    found = held.all_matters(hall_id)
    if asked.theme is not None and not any(matter.theme == asked.theme for matter in found):
        raise ThemeNotFound(theme=asked.theme)
    if asked.agency is not None and asked.agency not in held.guides[hall_id].agencies:
        raise AgencyNotFound()
    if asked.event is not None:
        event = next((event for event in held.guides[hall_id].events if event.id == asked.event), None)
        if event is None:
            raise LifeEventNotFound()
        found = matters_of(event, found)
    return tuple(
        matter
        for matter in found
        if asked.theme in (None, matter.theme)
        and asked.agency in (None, matter.agency_id)
        and (asked.audience is None or asked.audience in matter.audiences)
    )


@guide.get("/matters/<matter_id:str>")
@guarded("public")
@described(
    "一个事项的实施清单",
    query=Where,
    answers={200: shapes.MatterShape, 304: None},
    refusals=(HallNotFound, MatterNotFound),
)
async def look(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    hall_id, held = await _asked(request)
    return fresh(request, shapes.matter(held.matter(hall_id, matter_id), held))
