"""The guide: halls, their matters, and the places still free."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.matters.matching import matching
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Reception
from handlers.guards import guarded

guide = Blueprint("guide")


@dataclass(frozen=True, slots=True)
class Where:
    hall: Annotated[str | None, forms.text(32)] = None  # else the hall the account speaks for


@dataclass(frozen=True, slots=True)
class Finding:
    q: Annotated[str | None, forms.text(100)] = None
    hall: Annotated[str | None, forms.text(32)] = None


@guide.get("/halls")
@guarded("public")
async def halls(request: Request[Any, Any]) -> HTTPResponse:
    held = await request.app.ctx.reception.catalogue.held()
    return json({"halls": [shapes.hall(hall) for hall in held.halls.values()]})


@guide.get("/matters")
@guarded("public")
async def find(request: Request[Any, Any]) -> HTTPResponse:
    """All matters of a hall, or with `q` those the words may mean, likeliest first, at most five."""
    here: Reception = request.app.ctx.reception
    asked, held = forms.query(request, Finding), await here.catalogue.held()
    found = held.all_matters(asked.hall or here.settings.hall.id)
    chosen = found if asked.q is None else matching(found, asked.q)
    return json({"matters": [shapes.matter_line(matter, held) for matter in chosen]})


@guide.get("/matters/<matter_id:str>")
@guarded("public")
async def look(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    asked, held = forms.query(request, Where), await here.catalogue.held()
    return json(shapes.matter(held.matter(asked.hall or here.settings.hall.id, matter_id), held))
