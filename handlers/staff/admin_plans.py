"""/staff/admin/plans: how many places each group gives in each span of time, and what another plan would do to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import open_days, slots
from hall.appointments.plans import LENGTHS, MOST_PLACES, Foreseen, Plan, cut
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places import service as places
from hall.places.calendar import say_spans
from handlers import forms
from handlers.guards import guarded
from handlers.staff import slots_said
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall
from kit.clock import day_of
from kit.errors import Problem

PLANS = "/staff/admin/plans"
WORK = "staff: lead admin"
SET = Deed("plan.set", "改放号计划", "plan")
SET_UP = "{letter}类照新的放号了。已经约出去的不受影响。"
USUAL = {"minutes": 30, "capacity": 4, "reserve": 0}  # in the form of a group that has no plan yet


@dataclass(frozen=True, slots=True)
class Written:
    minutes: Annotated[int, forms.between(LENGTHS[0], LENGTHS[-1]), "每段几分钟"]
    capacity: Annotated[int, forms.between(0, MOST_PLACES), "每段几个号"]
    reserve: Annotated[int, forms.between(0, MOST_PLACES), "另留几个"] = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A group with its plan. `spans`: how many slots a usual day has by it."""

    group: Group
    matters: int
    plan: Plan | None
    spans: int


@pages.get("/admin/plans")
@guarded(WORK)
async def plans_page(request: Request[Any, Any]) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    hall = await db.consult(places.hall, hall_id)
    by_group = {plan.group_id: plan for plan in await db.consult(slots.plans, hall_id)}
    bookable = [one for one in await db.consult(matters.catalogue, hall_id) if one.is_open_to_booking]
    planned = []
    for group in await db.consult(matters.groups, hall_id):
        plan = by_group.get(group.id)
        spans = 0 if plan is None else len(cut(day_of(now(request)), hall.hours, timedelta(minutes=plan.minutes)))
        planned.append(Planned(group, sum(one.group_id == group.id for one in bookable), plan, spans))
    days = gate_of(request).settings.appointments.days_ahead
    return await show(request, "admin_plans.html", planned=planned, hours=say_spans(hall.hours), days=days)


@pages.get("/admin/plans/<letter:str>")
@guarded(WORK)
async def plan_page(request: Request[Any, Any], letter: str) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    group = await db.consult(matters.lettered, hall_id, letter)
    hall = await db.consult(places.hall, hall_id)
    every = await db.consult(matters.catalogue, hall_id)
    plan = await db.consult(slots.plan_of, group)
    return await show(
        request,
        "admin_plan.html",
        group=group,
        plan=plan,
        usual=USUAL,
        hours=say_spans(hall.hours),
        lengths=LENGTHS,
        most=MOST_PLACES,
        bookable=[one for one in every if one.group_id == group.id and one.is_open_to_booking],
    )


@pages.post("/admin/plans/<letter:str>/would")
@guarded(WORK)
async def would_plan(request: Request[Any, Any], letter: str) -> HTTPResponse:
    """What the plan as it stands in the form would do. What is wrong while somebody types is no refusal."""
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    group = await db.consult(matters.lettered, hall_id, letter)
    told: Mapping[str, Any]
    try:
        told = {"problem": None, "seen": await _foreseen(request, group, forms.posted(request, Written))}
    except Problem as problem:
        told = {"problem": problem, "seen": None}
    return await show(request, "admin_plan_would.html", **told)


async def _foreseen(request: Request[Any, Any], group: Group, form: Written) -> Foreseen:
    gate, session, at = gate_of(request), request.ctx.session, now(request)
    hall = await gate.db.consult(places.hall, group.hall_id)
    calendar = await gate.db.consult(places.calendar, group.hall_id)
    plan = Plan(group.id, group.hall_id, form.minutes, form.capacity, form.reserve, session.member.name, at)
    return await gate.db.consult(slots.foresee, plan, hall, calendar, gate.settings.appointments.days_ahead, at)


@pages.post("/admin/plans/<letter:str>")
@guarded(WORK)
async def set_plan(request: Request[Any, Any], letter: str) -> HTTPResponse:
    form, session, gate = forms.posted(request, Written), request.ctx.session, gate_of(request)
    group = await gate.db.consult(matters.lettered, session.hall_id, letter)
    what = (group.letter, form.minutes, form.capacity, form.reserve, session.member.name, now(request))
    deed, days = of_hall(request, SET, slots.plain_plan), gate.settings.appointments.days_ahead
    done = await act(request, deed, group.letter, open_days.set_plan, session.hall_id, *what, days)
    return went(request, PLANS, SET_UP.format(letter=group.letter) + slots_said.of([done]))
