"""`bangban progress`: where a case, an appointment or a ticket stands, for someone entitled to know."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import following
from bot.following import Asking, Followed
from bot.intents import TICKET_NUMBER
from bot.phrases.general import sample_note
from cli.opening import opened
from hall.audit import service as audit
from hall.audit.model import By
from hall.places import service as places
from hall.places.model import Hall
from hall.staff import service as staff
from handlers.api import case_shapes
from kit import clock
from kit.db import Database
from kit.errors import Problem
from kit.settings import Settings

TERMINAL = "terminal"  # all who sit at this machine are one source of guesses

Told = tuple[str, dict[str, Any]]  # for people, for programs


class CodeNeeded(Problem):
    status = 403
    code = "code_needed"
    sentence = "请加上 --code：办件是受理回执上的6位查询码，预约是预约手机号的后4位。工作人员用 --as 姓名。"


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
        return await look(db, settings.hall.id, *given, clock.now())


async def look(
    db: Database, hall_id: str, number: str, code: str | None, staff_name: str | None, now: datetime
) -> Told:
    """A ticket is public; a case or an appointment is for whoever has its code, or is staff.

    Raises CodeNeeded, StaffUnknown, NotYourRole, and what `following.follow` answers with.
    """
    if not (staff_name or code or TICKET_NUMBER.fullmatch(number.lower())):
        raise CodeNeeded()
    asking = await db.consult(staff.named, staff_name) if staff_name else None
    found = await following.ask(db, number, Asking(hall_id, now, code=code, staff=asking, sources=(TERMINAL,)))
    if asking is not None:
        await db.transact(audit.saw, By(asking, hall_id, now), found.kind, number.upper())
    halls = {hall.id: hall for hall in await db.consult(places.halls)}
    here = halls[found.case.case.hall_id if found.case else hall_id]
    return following.said(found) + sample_note(here), _facts(found, halls)


def _facts(found: Followed, halls: Mapping[str, Hall]) -> dict[str, Any]:
    """As `POST /api/v1/progress` answers, the thing itself on the first level, for scripts that read no further."""
    body = case_shapes.progress(found, halls)
    thing: Any = body["case"] or body["appointment"] or body["ticket"]
    return {**thing, "kind": body["kind"], "said": body["said"], "chain": body["chain"]}
