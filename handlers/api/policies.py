"""Policies for whom one is: the documents in force on a day that say they are for one's category of taxpayers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from bot.desk import Desk
from bot.phrases import policies as say
from hall.citizens import preferences
from handlers import forms
from handlers.api import shapes
from handlers.api.me import known_category
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded
from handlers.schemas import Day
from kit.clock import day_of
from knowledge.policies import Policies, Policy, categories, may_quote

policies = Blueprint("policies")


@dataclass(frozen=True, slots=True)
class Whose:
    category: Annotated[str | None, known_category, "哪一类纳税人；登录了又没写，就按自己选过的"] = None
    on: Annotated[date | None, forms.day, "哪一天的规定；不写是今天"] = None


class CategorySeen(TypedDict):
    id: str
    name: str


class CategoryList(TypedDict):
    categories: list[CategorySeen]


class PolicySeen(TypedDict):
    id: str
    doc_no: str
    issuers: list[str]
    title: str
    valid_from: Annotated[Day | None, "还没有核到是 null"]
    valid_to: Annotated[Day | None, "没有写截止日是 null"]
    relief: Annotated[str | None, "优惠了什么；正文还没有核对过的不说，是 null"]
    why: Annotated[str, "为什么列出来"]


class PolicyList(TypedDict):
    on: Day
    categories: Annotated[list[str], "按哪几类找的；空着是全部"]
    policies: list[PolicySeen]


@policies.get("/categories")
@guarded("public")
@described("有哪几类纳税人", answers={200: CategoryList})
async def every_category(_request: Request[Any, Any]) -> HTTPResponse:
    told: CategoryList = {"categories": [{"id": one, "name": name} for one, name in categories().items()]}
    return json(told)


@policies.get("/policies")
@guarded("anyone")
@described("适用的政策", query=Whose, answers={200: PolicyList})
async def in_force(request: Request[Any, Any]) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    desk: Desk = request.app.ctx.desk
    asked = forms.query(request, Whose)
    on = asked.on or day_of(here.clock())
    chosen = (asked.category,) if asked.category else await _theirs(here, request.ctx.citizen_id)
    known = desk.library.shelf.policies
    told: PolicyList = {
        "on": on.isoformat(),
        "categories": list(chosen),
        "policies": [_shape(policy, known, chosen) for policy in known.for_categories(chosen, on)],
    }
    return json(told)


async def _theirs(here: Reception, citizen_id: int | None) -> tuple[str, ...]:
    return () if citizen_id is None else (await here.db.consult(preferences.of, citizen_id)).categories


def _shape(of: Policy, known: Policies, chosen: Collection[str]) -> PolicySeen:
    last = known.last_day(of)
    named = [categories()[one] for one in of.taxpayers if (one in chosen or not chosen) and one in categories()]
    return {
        "id": of.id,
        "doc_no": of.doc_no,
        "issuers": list(of.issuers),
        "title": of.title,
        "valid_from": shapes.day_if(of.starts),
        "valid_to": shapes.day_if(last),
        "relief": of.relief if may_quote(of) else None,
        "why": say.why(named, is_chosen=bool(chosen)),
    }
