"""/staff/admin/counters: the hall's counters, what each serves, and what would be left without one."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.matters import service as matters
from hall.places.model import MOST_NUMBER, NOTE_LIMIT, Counter
from hall.queue import premises, seats
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall
from kit.db import Tx

COUNTERS = "/staff/admin/counters"
WORK = "staff: lead admin"
FORM_BYTES = 64 * 1024  # a counter may serve each of hundreds of matters by name
MOST_MATTERS, MOST_GROUPS = 500, 26
SET_UP = Deed("counter.new", "新设窗口", "counter")
CHANGE = Deed("counter.change", "改窗口", "counter")
TAKE_DOWN = Deed("counter.close", "撤窗口", "counter")
MADE, CHANGED = "{number}号窗口设好了，可以坐下叫号了。", "{number}号窗口改好了，下一次叫号就照新的。"
GONE = "{number}号窗口撤了。以前在它办过的都还在；再设同一个号就接着用。"


@dataclass(frozen=True, slots=True)
class Serving:
    """Without a name it is called after its groups. `only`: ids of matters; none: all of its groups."""

    name: Annotated[str, forms.text(NOTE_LIMIT), "名称"] = ""
    groups: Annotated[tuple[str, ...], forms.several(forms.text(1), MOST_GROUPS), "业务组"] = ()
    only: Annotated[tuple[str, ...], forms.several(forms.text(64), MOST_MATTERS), "只办"] = ()


@dataclass(frozen=True, slots=True)
class New(Serving):
    number: Annotated[int, forms.up_to(MOST_NUMBER), "号码"] = 0


@pages.get("/admin/counters")
@guarded(WORK)
async def counters_page(request: Request[Any, Any]) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    seated = await db.consult(seats.seats, hall_id, now(request))
    return await show(
        request,
        "admin_counters.html",
        seated=seated,
        unserved=await db.consult(premises.unserved, hall_id),
        free=next((n for n in range(1, MOST_NUMBER + 1) if n not in {one.counter.number for one in seated}), ""),
        **await _offered(request),
    )


@pages.get("/admin/counters/<number:int>")
@guarded(WORK)
async def counter_page(request: Request[Any, Any], number: int) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    counter = await db.consult(seats.counter, hall_id, number)
    seated = await db.consult(seats.seats, hall_id, now(request))
    as_is, without = [await db.consult(premises.unserved, hall_id, but) for but in (None, number)]
    return await show(
        request,
        "admin_counter.html",
        counter=counter,
        by=next(one.by for one in seated if one.counter == counter),
        would_lack=[one for one in without if one not in as_is],
        **await _offered(request),
    )


async def _offered(request: Request[Any, Any]) -> dict[str, Any]:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    groups = await db.consult(matters.groups, hall_id)
    every = await db.consult(matters.catalogue, hall_id)
    by_group = {group.letter: [one for one in every if one.group_id == group.id] for group in groups}
    return {"groups": groups, "by_group": by_group, "names": {one.id: one.name for one in every}}


@pages.post("/admin/counters")
@guarded(WORK)
async def set_up_counter(request: Request[Any, Any]) -> HTTPResponse:
    form = forms.posted(request, New, FORM_BYTES)
    await act(
        request,
        of_hall(request, SET_UP, premises.plain),
        form.number,
        _set,
        form,
        form.number,
        request.ctx.session.hall_id,
        True,
    )
    return went(request, COUNTERS, MADE.format(number=form.number))


@pages.post("/admin/counters/<number:int>")
@guarded(WORK)
async def change_counter(request: Request[Any, Any], number: int) -> HTTPResponse:
    form, hall_id = forms.posted(request, Serving, FORM_BYTES), request.ctx.session.hall_id
    await gate_of(request).db.consult(seats.counter, hall_id, number)
    await act(request, of_hall(request, CHANGE, premises.plain), number, _set, form, number, hall_id, False)
    return went(request, COUNTERS, CHANGED.format(number=number))


async def _set(tx: Tx, form: Serving, number: int, hall_id: str, is_new: bool) -> None:
    await (premises.set_up if is_new else premises.change)(tx, await _counter(tx, form, number, hall_id))


async def _counter(tx: Tx, form: Serving, number: int, hall_id: str) -> Counter:
    named = {group.letter: group.name for group in await matters.groups(tx, hall_id)}
    name = form.name or "、".join(named.get(letter, letter) for letter in form.groups)
    return Counter(hall_id, number, name, form.groups, form.only or None)


@pages.post("/admin/counters/<number:int>/close")
@guarded(WORK)
async def take_down_counter(request: Request[Any, Any], number: int) -> HTTPResponse:
    hall_id = request.ctx.session.hall_id
    await act(
        request, of_hall(request, TAKE_DOWN, premises.plain), number, premises.take_down, hall_id, number, now(request)
    )
    return went(request, COUNTERS, GONE.format(number=number))


@pages.post("/admin/counters/would")
@guarded(WORK)
async def would_lack(request: Request[Any, Any]) -> HTTPResponse:
    """What would be left without a counter, were the form saved as it stands. Nothing is written."""
    form, hall_id, db = forms.posted(request, New, FORM_BYTES), request.ctx.session.hall_id, gate_of(request).db
    counter = await db.consult(_counter, form, form.number, hall_id)
    as_is = await db.consult(premises.unserved, hall_id)
    then = await db.consult(premises.unserved, hall_id, None, counter)
    return await show(request, "admin_counter_would.html", as_is=as_is, then=then)
