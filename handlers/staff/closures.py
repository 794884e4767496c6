"""/staff/closures: what is closed when, what a closure would do before it is made, and who knows of it afterwards."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import closures, effects, lists
from hall.appointments.closures import Closure, How
from hall.appointments.effects import Foresight
from hall.appointments.model import Appointment
from hall.appointments.refusals import AppointmentNotFound, ClosureNotFound
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places import service as places
from hall.queue import seats
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.clock import instant_at, say_span
from kit.db import Tx

LIST = "/staff/closures"
LOOK, WORK = "staff: guide lead", "staff: lead"
PAGE = 50
PAST = timedelta(days=30)  # a closure that is over is still shown
HALL = "hall"
CLOSED = "停办安排好了：挪走{moved}个，取消{cancelled}个，到场的{kept}个不动。"
CALLED, REOPENED, AGAIN = "记下了，打过电话了。", "恢复放号了。已经挪走和取消的不会自动回来。", "刚才已经安排过了。"
BAD_TIME = "时间请写成 09:30 这样。"
BAD_SPAN = "停什么，请在下面选一个。"

CLOSE = Deed("closure.new", "停办", "closure", closures.plain, key_of=lambda made: made[0].id)
GO_ON = Deed("closure.empty", "接着安排停办的人", "closure")
REOPEN = Deed("closure.end", "恢复放号", "closure", closures.plain)
CALL = Deed("closure.called", "打过电话", "appointment")


def _clock_time(came: Any) -> time:
    """A time as 09:30."""
    try:
        return time.fromisoformat(str(came))
    except ValueError:
        raise forms.Misread(BAD_TIME) from None


clock_time = forms.reading(type="string", format="time")(_clock_time)


@dataclass(frozen=True, slots=True)
class Planned:
    """`what`: "hall", "g" and a group's id, "c" and a counter's number, or "m" and a matter's id. Without times: whole
    days."""

    what: Annotated[str, forms.text(80), "停什么"]
    from_on: Annotated[date, forms.day, "从哪天"]
    to_on: Annotated[date, forms.day, "到哪天"]
    reason: Annotated[str, forms.text(closures.REASON_LENGTH), "原因"]
    from_at: Annotated[time | None, clock_time, "几点起"] = None
    to_at: Annotated[time | None, clock_time, "到几点"] = None
    how: Annotated[How, forms.one_of(How), "约好的人怎么办"] = How.MOVE
    page: Annotated[int, forms.whole, "第几页"] = 1

    @property
    def starts_at(self) -> datetime:
        return instant_at(self.from_on, self.from_at or time())

    @property
    def ends_at(self) -> datetime:
        return instant_at(self.to_on, self.to_at) if self.to_at else instant_at(self.to_on + timedelta(days=1), time())


@dataclass(frozen=True, slots=True)
class Pressed:
    key: Key
    how: Annotated[How, forms.one_of(How), "约好的人怎么办"] = How.MOVE
    number: Annotated[str, forms.text(24), "预约号"] = ""


@dataclass(frozen=True, slots=True)
class Listing:
    after: Annotated[int | None, forms.whole, "从哪一个往后"] = None


@pages.get("/closures")
@guarded(LOOK)
async def closures_page(request: Request[Any, Any]) -> HTTPResponse:
    gate, hall_id, at = _gate(request), request.ctx.session.hall_id, now(request)
    found = await gate.db.consult(closures.ahead, hall_id, at - PAST)
    return await show(
        request,
        "closures.html",
        coming=[one for one in found if one.ends_at > at],
        past=[one for one in reversed(found) if one.ends_at <= at],
        left=await gate.db.consult(effects.left, found),
        names=await gate.db.consult(closures.names, found),
        groups=await gate.db.consult(matters.groups, hall_id),
        every=await gate.db.consult(matters.catalogue, hall_id),
        counters=await gate.db.consult(places.counters, hall_id),
        longest=closures.REASON_LENGTH,
    )


@pages.get("/closures/new")
@guarded(WORK)
async def preview_closure(request: Request[Any, Any]) -> HTTPResponse:
    """What it would do, as the places are now."""
    gate, session, plan = _gate(request), request.ctx.session, forms.query(request, Planned)
    closures.check(plan.starts_at, plan.ends_at, plan.reason)
    closing = await gate.db.consult(_closing, session.hall_id, plan.what)
    seen = Foresight((), 0, 0)
    span = (plan.starts_at, plan.ends_at, plan.how, now(request))
    for one in closing:
        seen += await gate.db.consult(effects.foresee, session.hall_id, one.group_id, *span, one.matter_id)
    first = PAGE * (plan.page - 1)
    shown = seen.people[first : first + PAGE]
    if shown:
        await saw(request, "hall", f"{session.hall_id} closure {plan.from_on}")
    return await show(
        request,
        "closure_preview.html" if is_part(request) else "closure_new.html",
        plan=plan,
        closing=closing,
        span=say_span(plan.starts_at, plan.ends_at),
        seen=seen,
        shown=shown,
        address=request.query_string.partition("&page=")[0],
        pages=-(-len(seen.people) // PAGE),
        is_part=is_part(request),
        key=new_key(),
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes, as `closures.shut` takes it, and as it is called."""

    name: str
    group_id: int | None
    matter_id: str | None = None


async def _closing(tx: Tx, hall_id: str, what: str) -> tuple[Closing, ...]:
    """Raises BadForm, CounterNotFound, OthersServe."""
    if what == HALL:
        return (Closing(closures.WHOLE, None),)
    kind, named = what[:1], what[1:]
    if kind == "c" and named.isdecimal():
        alone = await closures.served_alone(tx, await seats.counter(tx, hall_id, int(named)))
        return tuple(map(_of_group, alone))
    if kind == "m":
        every = await matters.catalogue(tx, hall_id)
        found = tuple(Closing(one.name, one.group_id, one.id) for one in every if one.id == named)
    else:
        found = tuple(_of_group(one) for one in await matters.groups(tx, hall_id) if what == f"g{one.id}")
    if not found:
        raise forms.BadForm(fields={"what": BAD_SPAN})
    return found


def _of_group(group: Group) -> Closing:
    return Closing(group.title, group.id)


@pages.post("/closures")
@guarded(WORK)
async def close_span(request: Request[Any, Any]) -> HTTPResponse:
    plan, key = forms.posted(request, Planned), forms.posted(request, Pressed).key
    session, gate, at = request.ctx.session, _gate(request), now(request)
    staff = session.member.name

    async def shut(tx: Tx) -> list[Closure]:
        span = (plan.starts_at, plan.ends_at, plan.reason, staff, at)
        closing = await _closing(tx, session.hall_id, plan.what)
        return [await closures.shut(tx, session.hall_id, one.group_id, *span, one.matter_id) for one in closing]

    said = AGAIN
    with suppress(DoneBefore):
        made = await act_once(request, CLOSE, None, key, shut)
        done = [await closures.empty_in_steps(gate.db, one, plan.how, staff, gate.clock) for one in made]
        sums = {name: sum(getattr(one, name) for one in done) for name in ("moved", "cancelled", "kept")}
        said = CLOSED.format(**sums)
        if len(made) == 1:
            return went(request, f"{LIST}/{made[0].id}", said)
    return went(request, LIST, said)


@pages.get("/closures/<closure_id:int>")
@guarded(LOOK)
async def closure_page(request: Request[Any, Any], closure_id: int) -> HTTPResponse:
    gate, asked, closure = _gate(request), forms.query(request, Listing), await _closure(request, closure_id)
    found = await gate.db.consult(effects.outcomes, closure, PAGE + 1, asked.after or 0)
    if found:
        await saw(request, "closure", str(closure.id))
    return await show(
        request,
        "closure.html",
        closure=closure,
        name=(await gate.db.consult(closures.names, [closure]))[closure.id],
        found=found[:PAGE],
        later=f"{LIST}/{closure.id}?after={found[PAGE - 1].id}" if len(found) > PAGE else "",
        left=(await gate.db.consult(effects.left, [closure])).get(closure.id, 0),
        is_over=closure.ends_at <= now(request),
        key=new_key(),
    )


@pages.post("/closures/<closure_id:int>/go-on")
@guarded(WORK)
async def empty_closure(request: Request[Any, Any], closure_id: int) -> HTTPResponse:
    """Looks after who is left, where a step was lost on the way."""
    form, closure, gate = forms.posted(request, Pressed), await _closure(request, closure_id), _gate(request)
    staff = request.ctx.session.member.name
    with suppress(DoneBefore):
        await act_once(request, GO_ON, closure.id, form.key, closures.empty, closure, form.how, staff, now(request))
    await closures.empty_in_steps(gate.db, closure, form.how, staff, gate.clock)
    return went(request, f"{LIST}/{closure.id}")


@pages.post("/closures/<closure_id:int>/called")
@guarded(LOOK)
async def called_for_closure(request: Request[Any, Any], closure_id: int) -> HTTPResponse:
    form, closure = forms.posted(request, Pressed), await _closure(request, closure_id)

    async def noted(tx: Tx) -> Appointment:
        held = await lists.at_hall(tx, closure.hall_id, form.number)
        await effects.note_call(tx, held, request.ctx.session.member.name, now(request))
        return held

    with suppress(DoneBefore):
        try:
            await act_once(request, CALL, form.number, form.key, noted)
        except AppointmentNotFound:
            raise NoSuchPage() from None
    return went(request, f"{LIST}/{closure.id}", CALLED)


@pages.post("/closures/<closure_id:int>/reopen")
@guarded(WORK)
async def reopen_closure(request: Request[Any, Any], closure_id: int) -> HTTPResponse:
    form, closure = forms.posted(request, Pressed), await _closure(request, closure_id)
    with suppress(DoneBefore):
        pressed = (form.key, closures.reopen, closure.id, request.ctx.session.member.name)
        await act_once(request, REOPEN, closure.id, *pressed, now(request))
    return went(request, LIST, REOPENED)


async def _closure(request: Request[Any, Any], closure_id: int) -> Closure:
    """Of the hall they look at; another's is answered like one that is not there."""
    try:
        return await _gate(request).db.consult(closures.closure, request.ctx.session.hall_id, closure_id)
    except ClosureNotFound:
        raise NoSuchPage() from None


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
