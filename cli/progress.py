"""`bangban progress`: where a case, an appointment or a ticket stands, for someone entitled to know."""

import argparse
import asyncio
import json
from datetime import datetime
from typing import Any

from bot.intents import APPOINTMENT, TICKET_NUMBER
from bot.phrases import errands as say
from bot.phrases.general import sample_note
from cli.opening import opened
from hall.appointments import service as appointments
from hall.appointments.refusals import AppointmentNotFound
from hall.cases import service as cases
from hall.places import service as places
from hall.queue import service as queue
from hall.staff import service as staff
from hall.staff.model import StaffMember
from kit import clock
from kit.db import Tx
from kit.errors import NotFound, Problem
from kit.secrets import is_same
from kit.settings import Settings

PHONE_TAIL = 4  # digits of the booking phone that open an appointment

Told = tuple[str, dict[str, Any]]  # for people, for programs


class CodeNeeded(Problem):
    status = 403
    code = "code_needed"
    sentence = "请加上 --code：办件是受理回执上的6位查询码，预约是预约手机号的后4位。工作人员用 --as 姓名。"


class StaffUnknown(Problem):
    status = 403
    code = "staff_unknown"
    sentence = "没有叫“{name}”的工作人员：请核对姓名，或先用 bangban staff add 添加。"


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    sentence = "今天没有 {number} 这个票号，请看看票上的字。"


def add(commands: Any) -> None:
    command = commands.add_parser("progress", help="查进度：办件、预约或今天的票号")
    command.add_argument("number", metavar="NUMBER", help="办件编号 ST…、预约号 Y… 或票号 A012")
    command.add_argument("--code", help="办件的6位查询码，或预约手机号的后4位")
    command.add_argument("--as", dest="staff", metavar="STAFF", help="以这位工作人员的身份查，不用查询码")
    command.add_argument("--json", action="store_true", help="给程序读")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    text, facts = asyncio.run(_open_and_look(settings, arguments))
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else text)


async def _open_and_look(settings: Settings, arguments: argparse.Namespace) -> Told:
    async with opened(settings) as db:
        given = (arguments.number.strip(), arguments.code, arguments.staff)
        text, facts = await db.consult(look, settings.hall.id, *given, clock.now())
        here = [hall for hall in await db.consult(places.halls) if hall.id == settings.hall.id]
        return text + "".join(map(sample_note, here)), facts


async def look(tx: Tx, hall_id: str, number: str, code: str | None, staff_name: str | None, now: datetime) -> Told:
    """A ticket is public; a case or an appointment is for whoever has its code, or is staff.

    Raises TicketNotFound, CodeNeeded, StaffUnknown, CaseNotFound, AppointmentNotFound.
    """
    if TICKET_NUMBER.fullmatch(number.lower()):
        return await _ticket(tx, hall_id, number, now)
    asking = await member(tx, staff_name) if staff_name else None
    if asking is None and not code:
        raise CodeNeeded()
    about = _appointment if APPOINTMENT.fullmatch(number.lower()) else _case
    return await about(tx, number, code, asking)


async def member(tx: Tx, name: str) -> StaffMember:
    """The staff member who asks. Raises StaffUnknown."""
    member = await staff.known(tx, name)
    if member is None:
        raise StaffUnknown(name=name)
    return member


async def _ticket(tx: Tx, hall_id: str, number: str, now: datetime) -> Told:
    """Public: it says what the board says, and how many wait before."""
    found = await queue.find(tx, hall_id, number, clock.day_of(now))
    if found is None:
        raise TicketNotFound(number=number.upper())
    wait = await queue.wait(tx, found, now)
    return say.place(found, wait), {
        "number": found.number,
        "state": found.state,
        "ahead": wait.ahead,
        "wait_low_minutes": wait.low,
        "wait_high_minutes": wait.high,
    }


async def _case(tx: Tx, number: str, code: str | None, asking: StaffMember | None) -> Told:
    found = await cases.progress(tx, number, code=code, staff=asking)
    return say.progress(found), {
        "number": found.number,
        "matter": found.matter_name,
        "state": found.state,
        "state_name": found.state.chinese,
        "since": _at(found.since),
        "next_step": found.next_step,
        "waits_for_person": found.waits_for_person,
        "received_on": found.received_on.isoformat(),
        "due_on": found.due_on and found.due_on.isoformat(),
        "legal_due_on": found.legal_due_on and found.legal_due_on.isoformat(),
        "history": [{"at": _at(f.at), "state": f.state, "note": f.note} for f in found.history],
    }


async def _appointment(tx: Tx, number: str, code: str | None, asking: StaffMember | None) -> Told:
    found = await appointments.find(tx, number)
    tail = (found.phone or "")[-PHONE_TAIL:] if found else ""
    has_code = bool(tail) and is_same(code or "", tail)
    if found is None or not (asking or has_code):
        raise AppointmentNotFound()
    return f"{say.appointment_line(found)}：{found.state.chinese}。", {
        "number": found.number,
        "matter": found.matter_name,
        "state": found.state,
        "state_name": found.state.chinese,
        "starts_at": _at(found.starts_at),
        "ends_at": _at(found.ends_at),
    }


def _at(instant: datetime) -> str:
    return clock.local(instant).isoformat(timespec="seconds")
