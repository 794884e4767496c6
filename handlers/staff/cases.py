"""/staff/cases/<number>: every step of a case to the end; on the desk too, under who is here.

What is asked by htmx is answered with the part that stands in `#case`, on the desk as on a page of its own.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.cases import progress, promises, stops, supplements
from hall.cases import service as cases
from hall.cases.clocks import UNITS, WORKDAYS, Limit
from hall.cases.model import LEADS, Case, CaseNotFound, Missing, Progress, State
from hall.cases.rows import MOST_WORDS
from hall.staff import service as people
from hall.staff.model import NotYourRole, StaffMember
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.desk import WORK
from handlers.staff.pages import is_part, pages, show, went
from handlers.staff.presses import DoneBefore, Key, act_once, new_key
from kit.db import Tx

CASES = "/staff/cases"
MOST_MATERIALS = 100


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


async def _promise(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    limit = step.limit or Limit(0, step.unit)  # refused there, in its words
    return await promises.accept_with_missing(tx, number, staff, limit, now, why=step.words, next_step=step.next)


async def _review(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await cases.review(tx, number, staff, now, step.next)


async def _ask(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    missing = [Missing(place, "") for place in step.places] + ([Missing(None, step.also)] if step.also else [])
    approved = {"why": step.words, "approver": await _approver(tx, step), "limit": step.limit}
    return await supplements.ask_to_supplement(tx, number, staff, missing, now, **approved)  # type: ignore[arg-type]


async def _take(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    return await supplements.take_supplement(tx, number, staff, now, step.places)


async def _special(tx: Tx, number: str, staff: StaffMember, step: Step, now: datetime) -> Case:
    limit = step.limit or Limit(0, step.unit)
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
    "promise": (_promise, "容缺受理"),
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


@pages.get("/cases/<number:str>")
@guarded(WORK)
async def case_page(request: Request[Any, Any], number: str) -> HTTPResponse:
    return await _shown(request, await case_of(request, number))


@pages.post("/cases/<number:str>/<step:str>")
@guarded(WORK)
async def take_step(request: Request[Any, Any], number: str, step: str) -> HTTPResponse:
    if step not in STEPS:
        raise NoSuchPage()
    case, form = await case_of(request, number), forms.posted(request, Step)
    with suppress(DoneBefore):
        pressed = (form.key, STEPS[step][0], case.number, request.ctx.session.member, form, now(request))
        await act_once(request, DEEDS[step], case.number, *pressed)
    if not is_part(request):
        return went(request, f"{CASES}/{case.number}")
    return await _shown(request, await case_of(request, number))


async def _shown(request: Request[Any, Any], case: Case) -> HTTPResponse:
    page = "case.html" if is_part(request) else "case_page.html"
    return await show(request, page, **await values_of(request, case), key=new_key())


async def values_of(request: Request[Any, Any], case: Case) -> dict[str, Any]:
    """What case.html shows; that it was seen is noted."""
    gate, session = _gate(request), request.ctx.session
    await saw(request, "case", case.number)
    found: Progress = (await gate.db.consult(progress.told, [case], now(request)))[0]
    everybody = await gate.db.consult(people.everybody)
    lacking = [one for one in found.materials if one.is_needed and not one.is_brought]
    return {
        "found": found,
        "case": case,
        "trail": await gate.db.consult(progress.trail, case.id),
        "leads": [one.name for one in everybody if one.may(LEADS, case.hall_id) and one.id != session.member.id],
        "units": UNITS,
        "State": State,
        "awaited": [one for one in found.materials if supplements.is_awaited(case, one)],
        "lacking": lacking,
        "wants_why": not all(one.may_follow for one in lacking),
    }


async def case_of(request: Request[Any, Any], number: str) -> Case:
    """One of the hall they look at. Raises CaseNotFound, for another hall's too: no number is told apart."""
    session = request.ctx.session
    with suppress(NotYourRole):
        case = await _gate(request).db.consult(progress.for_staff, number, session.member)
        if case is not None and case.hall_id == session.hall_id:
            return case
    raise CaseNotFound()


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
