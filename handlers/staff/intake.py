"""/staff/cases/new: taking in what somebody brings, and accepting it in the same press; its papers, printed and again.

Papers stand in a dialog over the desk (`#paper`), so that what was being done stays where it is.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from bot import following
from bot.phrases import receipts
from bot.phrases.general import sample_note
from hall.appointments import service as appointments
from hall.appointments.refusals import AlreadyCancelled, AppointmentNotFound, MissedTime, NotToday, TooEarly
from hall.audit.model import Deed
from hall.cases import progress, promises, rows
from hall.cases import service as cases
from hall.cases.clocks import UNITS, WORKDAYS, Limit
from hall.cases.model import Case
from hall.cases.rows import MOST_WORDS
from hall.matters import service as matters
from hall.matters.matching import matching
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import seats
from hall.queue import service as queue
from hall.queue.model import Ticket
from hall.staff.model import StaffMember
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now, saw
from handlers.staff.cases import MOST_MATERIALS, case_of, values_of
from handlers.staff.desk import WORK
from handlers.staff.pages import is_part, pages, show
from handlers.staff.presses import DoneBefore, Key, act_once, keep_receipt, last_receipt, new_key
from kit.clock import day_of
from kit.db import Tx
from kit.ids import tidy_number

MOST_CHOICES = 9  # a digit each
OPENED = Deed("case.open", "收件", "case", progress.plain, key_of=lambda made: made[0].number)


class Then(StrEnum):
    """What follows in the same press."""

    KEEP = "keep"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Coming:
    """`matter` is chosen, or looked for as people call it (`said`), where the ticket does not say it."""

    ticket: Annotated[str, forms.text(8), "票号"] = ""
    matter: Annotated[str, forms.text(64), "事项"] = ""
    said: Annotated[str, forms.text(64), "办什么"] = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """`brought`: places of the matter's materials handed in. `days` and `why`: 容缺, for what was not."""

    matter: Annotated[str, forms.text(64), "事项"]
    key: Key
    ticket: Annotated[str, forms.text(8), "票号"] = ""
    appointment: Annotated[str, forms.text(24), "预约号"] = ""
    applicant: Annotated[str, forms.text(64), "申请人"] = ""
    brought: Annotated[tuple[int, ...], forms.several(forms.whole, MOST_MATERIALS), "交了哪几样"] = ()
    then: Annotated[Then, forms.one_of(Then), "收件以后"] = Then.KEEP
    days: Annotated[int | None, forms.up_to(promises.MOST_DAYS), "几天内补齐"] = None
    unit: Annotated[str, forms.text(4), "天数的单位"] = WORKDAYS
    why: Annotated[str, forms.text(MOST_WORDS), "为什么可以容缺"] = ""


@pages.get("/cases/new")
@guarded(WORK)
async def intake(request: Request[Any, Any]) -> HTTPResponse:
    form, hall_id, gate = forms.query(request, Coming), request.ctx.session.hall_id, _gate(request)
    ticket = await gate.db.consult(queue.find, hall_id, form.ticket, day_of(now(request))) if form.ticket else None
    every = await gate.db.consult(matters.catalogue, hall_id)
    here = await gate.db.consult(seats.own, hall_id, request.ctx.session.member, now(request))
    chosen, choices = _meant(form, ticket, every)
    matter = await gate.db.consult(matters.matter, hall_id, chosen) if chosen else None
    if matter is None and not form.said:
        letters = {group.id: group.letter for group in await gate.db.consult(matters.groups, hall_id)}
        choices = _likely(every, ticket, here, letters)
    page = "intake.html" if is_part(request) else "intake_page.html"
    values: dict[str, Any] = {"asked": form, "matter": matter, "choices": choices, "every": every, "units": UNITS}
    return await show(request, page, **values, key=new_key())


def _meant(form: Coming, ticket: Ticket | None, every: Sequence[Matter]) -> tuple[str, Sequence[Matter]]:
    """The id of the one matter, or those that what was said may mean."""
    if form.matter:
        return form.matter, ()
    if form.said:
        named = [one for one in every if one.name == form.said] or matching(every, form.said)
        return (named[0].id, ()) if len(named) == 1 else ("", named)
    return (ticket.matter_id if ticket else None) or "", ()


def _likely(
    every: Sequence[Matter], ticket: Ticket | None, here: Counter | None, letters: dict[int, str]
) -> Sequence[Matter]:
    """What this counter does, of the group of who is here."""
    found = [one for one in every if ticket is None or one.group_id == ticket.group_id]
    if here is not None and ticket is None:
        found = [one for one in found if here.serves(letters.get(one.group_id, ""), one.id)]
    return found[:MOST_CHOICES]


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
    text = await _gate(request).db.consult(_paper, number, session.member, at, code)
    if not is_part(request):
        return await show(request, "receipt_page.html", text=text, number=number)
    values = await values_of(request, await case_of(request, number))
    return await show(request, "taken_in.html", **values, text=text, number=number, key=new_key())


async def _open(tx: Tx, hall_id: str, form: Handed, staff: StaffMember, now: datetime) -> tuple[Case, str]:
    matter = await matters.matter(tx, hall_id, form.matter)
    came = await _visit(tx, hall_id, form, staff, now)
    lacking = [place for place in range(1, len(matter.materials) + 1) if place not in form.brought]
    case, code = await cases.open(
        tx,
        matter,
        now,
        staff=staff,
        citizen_id=came.citizen_id,
        applicant=form.applicant or came.applicant,
        came=came.came,
        lacking=lacking,
    )
    await keep_receipt(tx, staff.id, case.number, code, now)
    if form.then is Then.KEEP:
        return case, code
    if form.days is None or not await rows.lacking(tx, case):
        return await cases.accept(tx, case.number, staff, now), code
    limit = Limit(form.days, form.unit)
    return await promises.accept_with_missing(tx, case.number, staff, limit, now, why=form.why), code


async def _visit(tx: Tx, hall_id: str, form: Handed, staff: StaffMember, now: datetime) -> following.Visit:
    """Who is here: by their ticket, or by an appointment, which has come with that as far as its rules let it.

    Raises TicketNotFound, AppointmentNotFound.
    """
    if form.ticket or not form.appointment:
        return await following.visit(tx, hall_id, now, ticket=form.ticket or None, appointment=None)
    held = await appointments.find(tx, form.appointment)
    if held is None or held.hall_id != hall_id:
        raise AppointmentNotFound()
    with suppress(NotToday, TooEarly, MissedTime, AlreadyCancelled):
        await appointments.arrive(tx, held, now, staff.name)
    return await following.visit(tx, hall_id, now, ticket=None, appointment=held.number)


# ------------------------------------------------------------------------------------------------ papers


async def _paper(tx: Tx, number: str, staff: StaffMember, now: datetime, code: str = "") -> str:
    """收件凭证 where the query code is known, else 受理通知."""
    found = await progress.progress(tx, number, now, staff=staff)
    hall = await places.hall(tx, found.case.hall_id)
    if not code:
        return receipts.accepted(hall, found) + sample_note(hall)
    matter = await matters.matter(tx, hall.id, found.case.matter_id)
    return receipts.received(hall, matter, found, code) + sample_note(hall)


@pages.get("/cases/<number:str>/notice")
@guarded(WORK)
async def case_notice(request: Request[Any, Any], number: str) -> HTTPResponse:
    case = await case_of(request, number)
    if case.accepted_on is None:
        raise NoSuchPage()
    text = await _gate(request).db.consult(_paper, case.number, request.ctx.session.member, now(request))
    return await _printed(request, case.number, text)


@pages.get("/cases/<number:str>/receipt")
@guarded(WORK)
async def last_paper(request: Request[Any, Any], number: str) -> HTTPResponse:
    """The last receipt of this clerk once more, while it is at hand: it has the query code."""
    member, gate, case = request.ctx.session.member, _gate(request), await case_of(request, number)
    kept = await gate.db.consult(last_receipt, member.id, now(request))
    if kept is None or kept.number != tidy_number(number):
        raise NoSuchPage()
    await saw(request, "case", case.number)
    text = await gate.db.consult(_paper, case.number, member, now(request), kept.code)
    return await _printed(request, case.number, text)


async def _printed(request: Request[Any, Any], number: str, text: str) -> HTTPResponse:
    return await show(request, "paper.html" if is_part(request) else "receipt_page.html", text=text, number=number)


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
