"""`bangban cases`: what a clerk does with a case, until the web desk is there."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import following
from bot.phrases import progress as words
from bot.phrases import receipts
from bot.phrases.general import sample_note
from cli.opening import acting, named_by_staff, opened
from hall.cases import concerns, progress, promises, stops, supplements
from hall.cases import service as cases
from hall.cases.clocks import UNITS, WORKDAYS, Limit
from hall.cases.concerns import Watched
from hall.cases.model import Case, CaseNotFound, Missing, Progress
from hall.matters import service as matters
from hall.places import service as places
from hall.staff import service as people
from hall.staff.model import StaffMember
from kit import clock
from kit.clock import local, say_day
from kit.db import Tx
from kit.ids import mask_name
from kit.settings import Settings

NOBODY = "系统"


@dataclass(frozen=True, slots=True)
class Press:
    """Who does what when; `given` is what was typed."""

    staff: StaffMember
    approver: StaffMember | None
    now: datetime
    hall_id: str
    given: argparse.Namespace

    @property
    def limit(self) -> Limit | None:
        return None if self.given.days is None else Limit(self.given.days, self.given.unit)


async def _open(tx: Tx, press: Press) -> str:
    given = press.given
    hall, matter = await places.hall(tx, press.hall_id), await matters.matter(tx, press.hall_id, given.matter)
    came = await following.visit(tx, hall.id, press.now, ticket=given.ticket, appointment=given.appointment)
    case, code = await cases.open(
        tx,
        matter,
        press.now,
        staff=press.staff,
        citizen_id=came.citizen_id,
        applicant=given.applicant or came.applicant,
        came=came.came,
        lacking=given.lacking,
    )
    return receipts.received(hall, matter, await _told(tx, case, press), code) + sample_note(hall)


async def _accept(tx: Tx, press: Press) -> str:
    case = await cases.accept(tx, press.given.number, press.staff, press.now, press.given.next)
    return await _notice(tx, press, case)


async def _accept_missing(tx: Tx, press: Press) -> str:
    given, limit = press.given, Limit(press.given.days, press.given.unit)
    said = {"why": given.why, "next_step": given.next}
    return await _notice(
        tx, press, await promises.accept_with_missing(tx, given.number, press.staff, limit, press.now, **said)
    )


async def _notice(tx: Tx, press: Press, case: Case) -> str:
    hall = await places.hall(tx, case.hall_id)
    return receipts.accepted(hall, await _told(tx, case, press)) + sample_note(hall)


async def _supplement(tx: Tx, press: Press) -> str:
    given = press.given
    missing = [Missing(place, "") for place in given.missing] + [Missing(None, name) for name in given.also]
    approved = {"why": given.why, "approver": press.approver, "limit": press.limit}
    return await _now(
        tx, press, await supplements.ask_to_supplement(tx, given.number, press.staff, missing, press.now, **approved)
    )


async def _take(tx: Tx, press: Press) -> str:
    given = press.given
    took = await supplements.take_supplement(tx, given.number, press.staff, press.now, given.only or None)
    return await _now(tx, press, took)


async def _review(tx: Tx, press: Press) -> str:
    given = press.given
    return await _now(tx, press, await cases.review(tx, given.number, press.staff, press.now, given.next))


async def _suspend(tx: Tx, press: Press) -> str:
    given = press.given
    verb = stops.begin_special if given.special else stops.suspend
    limit = Limit(given.days, given.unit)
    stopped = await verb(tx, given.number, press.staff, press.approver, given.why, limit, press.now, given.next)
    return await _now(tx, press, stopped)


async def _resume(tx: Tx, press: Press) -> str:
    given = press.given
    note = given.why or stops.GOES_ON
    return await _now(tx, press, await stops.resume(tx, given.number, press.staff, press.now, note, given.next))


async def _conclude(tx: Tx, press: Press) -> str:
    given = press.given
    ended = await cases.conclude(tx, given.number, press.staff, given.result, press.now, given.next)
    return await _now(tx, press, ended)


async def _decline(tx: Tx, press: Press) -> str:
    return await _now(tx, press, await cases.decline(tx, press.given.number, press.staff, press.given.why, press.now))


async def _refuse(tx: Tx, press: Press) -> str:
    return await _now(tx, press, await cases.refuse(tx, press.given.number, press.staff, press.given.why, press.now))


async def _show(tx: Tx, press: Press) -> str:
    case = await progress.for_staff(tx, press.given.number, press.staff)
    if case is None:
        raise CaseNotFound()
    found = await _told(tx, case, press)
    lines = [words.progress(found), f"申请人：{mask_name(case.applicant) if case.applicant else '没有登记'}", "材料："]
    lines += [f"  {line}" for line in receipts.materials(found.materials)]
    lines.append("经过：")
    for step in await progress.trail(tx, case.id):
        who = f"{step.by or NOBODY}{f'，{step.approved_by}批准' if step.approved_by else ''}"
        lines.append(f"  {local(step.at):%Y-%m-%d %H:%M:%S} {who}：{step.note}")
    return "\n".join(lines)


async def _due(tx: Tx, press: Press) -> str:
    found = await concerns.due(tx, press.hall_id, press.staff, press.now)
    return "\n".join(map(_watched, found)) or "没有快到期、超期或要留意的办件。"


def _watched(one: Watched) -> str:
    case = one.progress.case
    by = f"{say_day(one.by_on)}　" if one.by_on else ""
    what = "；".join(kind.chinese for kind in one.concerns)
    return f"{by}{what}　{case.number}　{case.matter_name}　{case.state.chinese}"


async def _now(tx: Tx, press: Press, case: Case) -> str:
    return words.progress(await _told(tx, case, press))


async def _told(tx: Tx, case: Case, press: Press) -> Progress:
    return (await progress.told(tx, [case], press.now))[0]


PRESSES: dict[str, tuple[Callable[[Tx, Press], Awaitable[str]], str]] = {
    "open": (_open, "收件，打印收件凭证和查询码"),
    "accept": (_accept, "受理，打印受理通知"),
    "accept-missing": (_accept_missing, "容缺受理：缺的写明几天内补齐，打印受理通知"),
    "supplement": (_supplement, "一次性告知缺什么（补正）"),
    "take": (_take, "补的材料收到了"),
    "review": (_review, "转审核"),
    "suspend": (_suspend, "停时限：中止，或加 --special 特别程序"),
    "resume": (_resume, "接着办，时限接着算"),
    "conclude": (_conclude, "办结"),
    "decline": (_decline, "退件"),
    "refuse": (_refuse, "不予受理"),
    "show": (_show, "看一个办件的全部经过"),
    "due": (_due, "快到期、超期和要留意的办件"),
}
HAS_NEXT = {"accept", "accept-missing", "review", "suspend", "resume", "conclude"}
WHY_MUST = {"suspend", "decline", "refuse"}


def add(commands: Any) -> None:
    family = commands.add_parser("cases", help="办件：收件、受理、补正、审核、办结").add_subparsers(
        dest="press", required=True, metavar="做什么"
    )
    for name, (_, meaning) in PRESSES.items():
        press = family.add_parser(name, help=meaning)
        if name == "open":
            press.add_argument("matter", metavar="MATTER", help="事项编号，比如 food-business-licence")
            came = press.add_mutually_exclusive_group()
            came.add_argument("--ticket", metavar="A012", help="今天的票号：办件归取号的人")
            came.add_argument("--appointment", metavar="NUMBER", help="预约号")
            press.add_argument("--applicant", metavar="NAME", help="申请人（默认用预约人的名字）")
            press.add_argument("--lacking", metavar="N", type=int, nargs="+", default=[], help="清单里第几样没有交")
        elif name != "due":
            press.add_argument("number", metavar="NUMBER", help="办件编号")
        _add_words(press, name)
        named_by_staff(press)
        if name in ("open", "due"):
            press.add_argument("--hall", metavar="ID", help="哪个大厅（默认见 settings.toml）")
        press.set_defaults(run=run)


def _add_words(press: argparse.ArgumentParser, name: str) -> None:
    if name in HAS_NEXT:
        press.add_argument("--next", metavar="TEXT", help="告诉申请人接下来做什么、等什么")
    if name == "supplement":
        press.add_argument("--missing", metavar="N", type=int, nargs="+", default=[], help="清单里第几样缺或不对")
        press.add_argument("--also", metavar="NAME", action="append", default=[], help="清单之外还要的材料，可以写几次")
    if name == "take":
        press.add_argument("--only", metavar="N", type=int, nargs="+", help="只收到第几样（默认全收到了）")
    if name == "conclude":
        press.add_argument("--result", metavar="TEXT", required=True, help="办理结果，申请人会看到")
    if name in WHY_MUST or name in ("supplement", "resume", "accept-missing"):
        press.add_argument("--why", metavar="TEXT", required=name in WHY_MUST, help="原因，申请人会看到")
    if name in ("suspend", "supplement"):
        press.add_argument("--approved-by", metavar="STAFF", help="哪位带班领导批准的")
        press.add_argument("--days", metavar="N", type=int, required=name == "suspend", help="最多停多少天")
    if name == "accept-missing":
        press.add_argument("--days", metavar="N", type=int, required=True, help="缺的材料多少天内补齐")
    if name in ("suspend", "supplement", "accept-missing"):
        press.add_argument("--unit", choices=UNITS, default=WORKDAYS, help="天数的单位")
    if name == "suspend":
        press.add_argument("--special", action="store_true", help="特别程序：听证、检验、勘验、专家评审等")


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    print(asyncio.run(_run(settings, arguments)))


async def _run(settings: Settings, arguments: argparse.Namespace) -> str:
    async with opened(settings) as db:
        hall_id = getattr(arguments, "hall", None) or settings.hall.id
        return await db.transact(pressed, arguments, hall_id, clock.now())


async def pressed(tx: Tx, given: argparse.Namespace, hall_id: str, now: datetime) -> str:
    """What the clerk reads, or hands over, after it. Raises StaffUnknown, and as the verb."""
    staff = await acting(tx, given, hall_id, now)
    approved_by = getattr(given, "approved_by", None)
    approver = await people.named(tx, approved_by) if approved_by else None
    verb, _ = PRESSES[given.press]
    return await verb(tx, Press(staff, approver, now, hall_id, given))
