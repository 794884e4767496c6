"""/staff/admin/matters/events: 一件事, which matters belong to it in which order, and what people would read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from sanic import HTTPResponse, Request

from bot import hall_questions
from hall.audit.model import Deed
from hall.matters import columns, entering, life_events, listing, written
from hall.matters import service as matters
from hall.matters.life_events import Step
from hall.matters.model import Audience, LifeEvent, Matter
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall

LIST = "/staff/admin/matters/events"
WORK = "staff: lead admin"
FORM_BYTES = 32 * 1024
SAVE = Deed("event.save", "改一件事", "event")
NEW = Deed("event.new", "新设一件事", "event")
DROP = Deed("event.drop", "去掉一件事", "event")
SAVED, DROPPED = "“{name}”存好了，聊天和指南里马上就是新的。", "“{name}”去掉了，里面的事项都还在。"
NO_SUCH, SEVERAL = "“{line}”没有这个事项", "“{line}”不止一个，是哪一个：{near}"
FIELDS = [column for column in columns.EVENT if column.key not in ("id", "matters")]
AUDIENCES = [(audience.chinese, audience.chinese) for audience in Audience]


@dataclass(frozen=True, slots=True)
class Named:
    id: Annotated[str, forms.text(life_events.LONGEST_ID), "编号"]


@dataclass(frozen=True, slots=True)
class Shown:
    """`seen`: the mark of the life event as the page showed it."""

    seen: Annotated[str, forms.text(16), "看到的样子"]


@pages.get("/admin/matters/events")
@guarded(WORK)
async def events_page(request: Request[Any, Any]) -> HTTPResponse:
    every = await _every(request)
    listed = [(one, life_events.matters_of(one, every)) for one in await _events(request)]
    return await show(request, "admin_life_events.html", listed=listed, there_are=len(every), address=address)


def address(event_id: str) -> str:
    return f"{LIST}/of/{quote(event_id, safe='')}"


@pages.get("/admin/matters/events/new")
@guarded(WORK)
async def new_event_page(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, None, {}, "")


@pages.get("/admin/matters/events/of/<event_id:str>")
@guarded(WORK)
async def event_page(request: Request[Any, Any], event_id: str) -> HTTPResponse:
    event = await gate_of(request).db.consult(life_events.event, request.ctx.session.hall_id, event_id)
    every = await _every(request, with_withdrawn=True)
    lines = "\n".join(life_events.line_of(one, every) for one in life_events.matters_of(event, every))
    return await _shown(request, event, written.texts_of(columns.EVENT, listing.event_row(event)), lines)


async def _shown(
    request: Request[Any, Any], event: LifeEvent | None, texts: dict[str, str], lines: str
) -> HTTPResponse:
    values: dict[str, Any] = {
        "event": event,
        "texts": texts,
        "lines": lines,
        "columns": FIELDS,
        "offered": {"for": AUDIENCES},
        "seen": written.mark(event) if event else "",
        "to": address(event.id) if event else LIST,
    }
    return await show(request, "admin_life_event.html", **values)


@pages.post("/admin/matters/events/would")
@guarded(WORK)
async def would_say(request: Request[Any, Any]) -> HTTPResponse:
    """What the form means as it stands: which matters, what is otherwise, and what people would read."""
    typed = forms.typed(request, FORM_BYTES)
    every, there = await _every(request, with_withdrawn=True), await _events(request)
    steps = life_events.steps(typed.get("lines", "").splitlines(), every)
    before = next((one for one in there if one.id == typed.get("id")), None)
    wrong: list[str] = []
    made = listing.event_of(_row(typed, steps), request.ctx.session.hall_id, there, wrong)
    then = {one.id for one in _meant(steps)}
    return await show(
        request,
        "admin_life_event_would.html",
        steps=steps,
        said="" if wrong else hall_questions.event_text(made, [one for one in every if not one.is_withdrawn]),
        gone=[one for one in life_events.matters_of(before, every) if one.id not in then] if before else [],
        is_same=before == made,
        has_new_order=before is not None and made.matters != before.matters and then == set(before.matters),
        new=then - set(before.matters) if before else set(),
        twice=life_events.said_twice(made, there),
    )


@pages.post("/admin/matters/events")
@guarded(WORK)
async def add_event(request: Request[Any, Any]) -> HTTPResponse:
    event_id = forms.posted(request, Named, FORM_BYTES).id
    return await _save(request, NEW, event_id, "")


@pages.post("/admin/matters/events/of/<event_id:str>")
@guarded(WORK)
async def save_event(request: Request[Any, Any], event_id: str) -> HTTPResponse:
    seen = forms.posted(request, Shown, FORM_BYTES).seen
    await gate_of(request).db.consult(life_events.event, request.ctx.session.hall_id, event_id)
    return await _save(request, SAVE, event_id, seen)


async def _save(request: Request[Any, Any], deed: Deed, event_id: str, seen: str) -> HTTPResponse:
    """Raises BadForm where a line means no one matter."""
    typed, hall_id = forms.typed(request, FORM_BYTES), request.ctx.session.hall_id
    steps = life_events.steps(typed.get("lines", "").splitlines(), await _every(request, with_withdrawn=True))
    if unknown := [_asked(one) for one in steps if one.matter is None]:
        raise forms.BadForm(fields={"lines": "；".join(unknown)})
    row = _row(typed, steps) | {"id": event_id}
    of = of_hall(request, deed, entering.plain_event)
    line = await act(request, of, event_id, entering.save_event, hall_id, row, seen)
    return went(request, LIST, SAVED.format(name=line.name))


def _asked(step: Step) -> str:
    near = "、".join(one.name for one in step.near)
    return SEVERAL.format(line=step.line, near=near) if near else NO_SUCH.format(line=step.line)


def _row(typed: dict[str, str], steps: Sequence[Step]) -> dict[str, Any]:
    row = {column.key: typed[column.key] for column in columns.EVENT if column.key in typed}
    return row | {"matters": [one.id for one in _meant(steps)]}


def _meant(steps: Sequence[Step]) -> list[Matter]:
    return [one.matter for one in steps if one.matter is not None]


@pages.post("/admin/matters/events/of/<event_id:str>/drop")
@guarded(WORK)
async def drop_event(request: Request[Any, Any], event_id: str) -> HTTPResponse:
    hall_id = request.ctx.session.hall_id
    event = await gate_of(request).db.consult(life_events.event, hall_id, event_id)
    await act(request, of_hall(request, DROP, entering.plain_event), event_id, life_events.drop, hall_id, event_id)
    return went(request, LIST, DROPPED.format(name=event.name))


async def _every(request: Request[Any, Any], *, with_withdrawn: bool = False) -> tuple[Matter, ...]:
    hall_id = request.ctx.session.hall_id
    return await gate_of(request).db.consult(matters.catalogue, hall_id, with_withdrawn=with_withdrawn)


async def _events(request: Request[Any, Any]) -> tuple[LifeEvent, ...]:
    return await gate_of(request).db.consult(life_events.events, request.ctx.session.hall_id)
