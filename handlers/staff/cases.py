"""/staff/cases: taking in what somebody brings, and every step of it to the end; on the desk too, under who is here.

What is asked by htmx is answered with the part that stands in `#case`, on the desk as on a page of its own.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from bot import following
from bot.phrases import receipts
from bot.phrases.general import sample_note
from hall.audit.model import Deed
from hall.cases import progress, stops, supplements
from hall.cases import service as cases
from hall.cases.clocks import UNITS, WORKDAYS, Limit
from hall.cases.model import LEADS, Case, CaseNotFound, Missing, Progress, State
from hall.cases.rows import MOST_WORDS
from hall.matters import service as matters
from hall.places import service as places
from hall.queue import service as queue
from hall.staff import service as people
from hall.staff.model import StaffMember
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.desk import WORK
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.clock import day_of
from kit.db import Tx
from kit.ids import tidy_number

CASES = "/staff/cases"
MOST_MATERIALS = 100
OPENED = Deed("case.open", "收件", "case", progress.plain, key_of=lambda made: made[0].number)


@dataclass(frozen=True, slots=True)
class Wanted:
    number: Annotated[str, forms.text(40), "办件编号"] = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """`matter` is chosen where the ticket does not say it."""

    ticket: Annotated[str, forms.text(8), "票号"] = ""
    matter: Annotated[str, forms.text(64), "事项"] = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """`brought`: places of the matter's materials that were handed in."""

    matter: Annotated[str, forms.text(64), "事项"]
    key: Key
    ticket: Annotated[str, forms.text(8), "票号"] = ""
    applicant: Annotated[str, forms.text(64), "申请人"] = ""
    brought: Annotated[tuple[int, ...], forms.several(forms.whole, MOST_MATERIALS), "交了哪几样"] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """`words`: the reason or the result; `places`: of the materials that are missing, or came."""

    key: Key
    words: Annotated[str, forms.text(MOST_WORDS), "原因或者结果"] = ""
    next: Annotated[str | None, forms.text(MOST_WORDS), "接下来"] = None
    places: Annotated[tuple[int, ...], forms.several(forms.whole, MOST_MATERIALS), "哪几样"] = ()
    also: Annotated[str, forms.text(supplements.MOST_NAME), "清单以外的"] = ""
    approver: Annotated[str, forms.text(64), "谁批准的"] = ""
    days: Annotated[int | None, forms.up_to(stops.MOST_DAYS), "最多停几天"] = None
    unit: Annotated[str, forms.text(4), "天数的单位"] = WORKDAYS

    @property
    def limit(self) -> Limit | None:
        return None if self.days is None else Limit(self.days, self.unit)


# ------------------------------------------------------------------------------------------------ the steps

Verb = Callable[[Tx, str, StaffMember, Step, datetime], Awaitable[Case]]


async def _accept(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.accept(tx, number, staff, now, step.next)


async def _review(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.review(tx, number, staff, now, step.next)


async def _ask(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    missing = [Missing(place, "") for place in step.places] + ([Missing(None, step.also)] if step.also else [])
    approved = {"why": step.words, "approver": await _approver(tx, step), "limit": step.limit}
    return await supplements.ask_to_supplement(tx, number, staff, missing, now, **approved)  # type: ignore[arg-type]


async def _take(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await supplements.take_supplement(tx, number, staff, now, step.places)


async def _special(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    limit = step.limit or Limit(0, step.unit)  # refused there, in its words
    return await stops.begin_special(tx, number, staff, await _approver(tx, step), step.words, limit, now, step.next)


async def _suspend(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    limit = step.limit or Limit(0, step.unit)
    return await stops.suspend(tx, number, staff, await _approver(tx, step), step.words, limit, now, step.next)


async def _resume(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await stops.resume(tx, number, staff, now, step.words or stops.GOES_ON, step.next)


async def _conclude(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.conclude(tx, number, staff, step.words, now, step.next)


async def _decline(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.decline(tx, number, staff, step.words, now)


async def _refuse(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.refuse(tx, number, staff, step.words, now)


async def _approver(tx: Tx, step: Step) -> StaffMember | None:
    return await people.named(tx, step.approver) if step.approver else None


STEPS: dict[str, tuple[Verb, str]] = {
    "accept": (_accept, "受理"),
    "ask": (_ask, "一次性告知补正"),
    "take": (_take, "收到补的材料"),
    "review": (_review, "转审核"),
    "special": (_special, "特别程序"),
    "suspend": (_suspend, "中止"),
    "resume": (_resume, "接着办"),
    "conclude": (_conclude, "办结"),
    "decline": (_decline, "退件"),
    "refuse": (_refuse, "不予受理"),
}
DEEDS = {name: Deed(f"case.{name}", called, "case", progress.plain) for name, (_, called) in STEPS.items()}


# ------------------------------------------------------------------------------------------------ the doors


@pages.get("/cases")
@guarded(WORK)
async def find_case(request: Request[Any, Any]) -> HTTPResponse:
    number = tidy_number(forms.query(request, Wanted).number)
    if number:
        case = await _case(request, number)
        return went(request, f"{CASES}/{case.number}")
    return await show(request, "cases.html")


@pages.get("/cases/new")
@guarded(WORK)
async def intake(request: Request[Any, Any]) -> HTTPResponse:
    form, hall_id, gate = forms.query(request, Coming), request.ctx.session.hall_id, _gate(request)
    chosen = form.matter
    if form.ticket and not chosen:
        ticket = await gate.db.consult(queue.find, hall_id, form.ticket, day_of(now(request)))
        chosen = (ticket.matter_id if ticket else None) or ""
    matter = await gate.db.consult(matters.matter, hall_id, chosen) if chosen else None
    every = await gate.db.consult(matters.catalogue, hall_id)
    page = "intake.html" if is_part(request) else "intake_page.html"
    return await show(request, page, ticket=form.ticket, matter=matter, every=every, key=new_key())


@pages.post("/cases")
@guarded(WORK)
async def open_case(request: Request[Any, Any]) -> HTTPResponse:
    form, session = forms.posted(request, Handed), request.ctx.session
    at = now(request)
    try:
        pressed = (form.key, _open, session.hall_id, form, session.member, at)
        case, code = await act_once(request, OPENED, None, *pressed, keeps=lambda made: f"{made[0].number} {made[1]}")
        number = case.number
    except DoneBefore as before:
        number, _, code = before.said.partition(" ")
    text = await _gate(request).db.consult(_receipt, number, session.member, at, code)
    return await show(request, _page(request, "receipt"), text=text, number=number)


async def _open(tx: Tx, hall_id: str, form: Handed, staff: StaffMember, now: datetime) -> tuple[Case, str]:
    matter = await matters.matter(tx, hall_id, form.matter)
    came = await following.visit(tx, hall_id, now, ticket=form.ticket or None, appointment=None)
    lacking = [place for place in range(1, len(matter.materials) + 1) if place not in form.brought]
    return await cases.open(
        tx,
        matter,
        now,
        staff=staff,
        citizen_id=came.citizen_id,
        applicant=form.applicant or came.applicant,
        came=came.came,
        lacking=lacking,
    )


async def _receipt(tx: Tx, number: str, staff: StaffMember, now: datetime, code: str = "") -> str:
    """收件凭证 where the query code is known, else 受理通知."""
    found = await progress.progress(tx, number, now, staff=staff)
    hall = await places.hall(tx, found.case.hall_id)
    if not code:
        return receipts.accepted(hall, found) + sample_note(hall)
    matter = await matters.matter(tx, hall.id, found.case.matter_id)
    return receipts.received(hall, matter, found, code) + sample_note(hall)


@pages.get("/cases/<number:str>")
@guarded(WORK)
async def case_page(request: Request[Any, Any], number: str) -> HTTPResponse:
    return await _shown(request, await _case(request, number))


@pages.get("/cases/<number:str>/notice")
@guarded(WORK)
async def case_notice(request: Request[Any, Any], number: str) -> HTTPResponse:
    case = await _case(request, number)
    if case.accepted_on is None:
        raise NoSuchPage()
    text = await _gate(request).db.consult(_receipt, case.number, request.ctx.session.member, now(request))
    return await show(request, _page(request, "receipt"), text=text, number=case.number)


@pages.post("/cases/<number:str>/<step:str>")
@guarded(WORK)
async def take_step(request: Request[Any, Any], number: str, step: str) -> HTTPResponse:
    if step not in STEPS:
        raise NoSuchPage()
    case, form = await _case(request, number), forms.posted(request, Step)
    with suppress(DoneBefore):
        pressed = (form.key, STEPS[step][0], case.number, request.ctx.session.member, form, now(request))
        await act_once(request, DEEDS[step], case.number, *pressed)
    if not is_part(request):
        return went(request, f"{CASES}/{case.number}")
    return await _shown(request, await _case(request, number))


async def _shown(request: Request[Any, Any], case: Case) -> HTTPResponse:
    gate, session = _gate(request), request.ctx.session
    await saw(request, "case", case.number)
    found: Progress = (await gate.db.consult(progress.told, [case], now(request)))[0]
    everybody = await gate.db.consult(people.everybody)
    leads = [one.name for one in everybody if one.may(LEADS, case.hall_id) and one.id != session.member.id]
    trail = await gate.db.consult(progress.trail, case.id)
    values: dict[str, Any] = {
        "found": found,
        "case": case,
        "trail": trail,
        "leads": leads,
        "units": UNITS,
        "State": State,
    }
    return await show(request, _page(request, "case"), **values, key=new_key())


async def _case(request: Request[Any, Any], number: str) -> Case:
    """One of the hall they look at. Raises CaseNotFound, NotYourRole."""
    case = await _gate(request).db.consult(progress.for_staff, number, request.ctx.session.member)
    if case is None or case.hall_id != request.ctx.session.hall_id:
        raise CaseNotFound()
    return case


def _page(request: Request[Any, Any], name: str) -> str:
    return f"{name}.html" if is_part(request) else f"{name}_page.html"


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
