"""`bangban appointments …`: a day's list, booking by phone, closures, pauses and appeals, for staff."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from cli.opening import acting, for_roles, named_by_staff, opened
from cli.reading import day
from hall.appointments import by_staff, closures
from hall.appointments.closures import How
from hall.appointments.model import Appointment, Relation
from hall.matters import service as matters
from hall.matters.matching import matching
from hall.matters.model import Matter
from hall.staff.model import Role
from kit import clock
from kit.clock import SHANGHAI, day_of, instant_at, local, say_day, say_time
from kit.db import Tx
from kit.errors import NotFound, Problem
from kit.ids import mask_name, mask_phone
from kit.settings import Settings


class WhoAsks(Problem):
    status = 403
    code = "staff_needed"
    sentence = "请加上 --as 姓名：预约名单只给工作人员看。"


class WhichMatter(NotFound):
    code = "which_matter"
    sentence = "“{said}”对不上一件能预约的事，请写事项编号{among}。"


class NoSuchGroup(NotFound):
    code = "no_such_group"
    sentence = "没有字母是“{letter}”的业务组，现有：{letters}。"


AT_WORK = (Role.CLERK, Role.GUIDE, Role.LEAD, Role.ADMIN)
IN_CHARGE = (Role.LEAD, Role.ADMIN)


def add(commands: Any) -> None:
    family = commands.add_parser("appointments", help="预约：名单、代约、停办、停约和申诉")
    family.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="哪天的名单（默认今天）")
    for_roles(family, *AT_WORK).add_argument("--as", dest="staff", metavar="STAFF", help="哪位工作人员")
    family.set_defaults(run=run_list)
    verbs = family.add_subparsers(metavar="命令")
    booking = named_by_staff(verbs.add_parser("book", help="给打电话来的人约一个，可以用预留的号"), *AT_WORK)
    booking.add_argument("matter", metavar="LETTER|MATTER", help="事项编号或名称；一组只有一件事时写字母也行")
    booking.add_argument("day", type=day, metavar="YYYY-MM-DD")
    booking.add_argument("time", type=_time, metavar="HH:MM")
    booking.add_argument("--phone", required=True, help="办事人的手机号")
    booking.add_argument("--name", required=True, help="办事人的姓名")
    booking.add_argument("--company", help="替单位办的，写单位名称")
    booking.set_defaults(run=run_book)
    cancelling = named_by_staff(verbs.add_parser("cancel", help="替本人取消，不算爽约"), *AT_WORK)
    cancelling.add_argument("number", metavar="NUMBER")
    cancelling.set_defaults(run=run_cancel)
    closing = named_by_staff(
        verbs.add_parser("close", help="停办一段时间：不再放号，约好的挪走或取消，并告诉本人"), Role.LEAD, Role.ADMIN
    )
    closing.add_argument("starts_at", type=_start, metavar="FROM", help="2026-11-25 或 2026-11-25T13:00")
    closing.add_argument("ends_at", type=_end, metavar="TO", help="同上；只写日期就是到那天结束")
    what = closing.add_mutually_exclusive_group()
    what.add_argument("--group", metavar="LETTER", help="只停这一组（默认整个大厅）")
    what.add_argument("--matter", metavar="ID", help="只停这一个事项，同组别的照常")
    closing.add_argument("--reason", required=True, help="原因，群众会看到")
    how = closing.add_mutually_exclusive_group()
    how.add_argument(
        "--move", dest="how", action="store_const", const=How.MOVE, default=How.MOVE, help="挪到最近的空号"
    )
    how.add_argument("--cancel", dest="how", action="store_const", const=How.CANCEL, help="全部取消")
    closing.set_defaults(run=run_close)
    verbs.add_parser("closures", help="还没过去的停办").set_defaults(run=run_closures)
    reopening = named_by_staff(verbs.add_parser("reopen", help="恢复放号"), *IN_CHARGE)
    reopening.add_argument("id", type=int, metavar="ID")
    reopening.set_defaults(run=run_reopen)
    pauses = named_by_staff(verbs.add_parser("bans", help="正在停约的；申诉核实了就解除"), *IN_CHARGE)
    pauses.add_argument("--number", metavar="NUMBER", help="只看这个预约的本人")
    pauses.add_argument("--lift", type=int, metavar="ID", help="解除这一条")
    pauses.add_argument("--why", metavar="TEXT", help="为什么解除")
    pauses.set_defaults(run=run_bans)
    excusing = named_by_staff(verbs.add_parser("excuse", help="这次爽约或取消不算"), *IN_CHARGE)
    excusing.add_argument("number", metavar="NUMBER")
    excusing.add_argument("--why", required=True, metavar="TEXT")
    excusing.set_defaults(run=run_excuse)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"时间要写成 09:30 这样，现在是“{text}”") from None


def _start(text: str) -> datetime:
    return _instant(text, timedelta(0))


def _end(text: str) -> datetime:
    return _instant(text, timedelta(days=1))


def _instant(text: str, of_a_day: timedelta) -> datetime:
    if len(text) <= len("2026-11-25"):
        return instant_at(day(text) + of_a_day, time(0))
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise argparse.ArgumentTypeError(f"要写成 2026-11-25 或 2026-11-25T13:00 这样，现在是“{text}”") from None


def _run(settings: Settings, given: argparse.Namespace, verb: Callable[[Tx, str, datetime], Awaitable[str]]) -> None:
    """One transaction by a member of staff, and the line that says what was done."""

    async def act(tx: Tx) -> str:
        return await verb(tx, (await acting(tx, given, settings.hall.id, clock.now())).name, clock.now())

    async def whole() -> str:
        async with opened(settings) as db:
            return await db.transact(act)

    print(asyncio.run(whole()))


# ------------------------------------------------------------------------------------------------ people


def run_list(settings: Settings, given: argparse.Namespace) -> None:
    if given.staff is None:
        raise WhoAsks()

    async def listed(tx: Tx, _: str, now: datetime) -> str:
        on: date = given.on or day_of(now)
        found = await by_staff.on_day(tx, settings.hall.id, on)
        return "\n".join([f"{say_day(on)}，{len(found)}个预约", *map(_line, found)])

    _run(settings, given, listed)


def _line(held: Appointment) -> str:
    who = f"{mask_name(held.name)} {mask_phone(held.phone)}" if held.name and held.phone else "（姓名已清除）"
    marks = ("代办" if held.relation is not Relation.SELF else "", "预留号" if held.is_reserve else "")
    note = "　".join(mark for mark in marks if mark)
    return (
        f"{say_time(held.starts_at)}　{held.number}　{held.state.chinese}　{who}　{held.matter_name}　{note}".rstrip()
    )


def run_book(settings: Settings, given: argparse.Namespace) -> None:
    async def book(tx: Tx, staff: str, now: datetime) -> str:
        matter = await _matter(tx, settings.hall.id, given.matter)
        slot = await by_staff.slot_at(tx, settings.hall.id, matter.group_id, instant_at(given.day, given.time))
        relation = Relation.COMPANY if given.company else Relation.SELF
        who = (given.phone, given.name, slot.id, matter, now, relation)
        held = await by_staff.book_for(tx, staff, *who, company=given.company)
        from_reserve = "（用的是预留号）" if held.is_reserve else ""
        return f"约好了{from_reserve}：{slot.say()}，{matter.name}\n预约号：{held.number}，请念给对方记下。"

    _run(settings, given, book)


async def _matter(tx: Tx, hall_id: str, said: str) -> Matter:
    """By its id, by what people call it, or by the letter of a group that has one matter only. Raises WhichMatter."""
    bookable = [matter for matter in await matters.catalogue(tx, hall_id) if matter.is_open_to_booking]
    letters = {group.letter: group.id for group in await matters.groups(tx, hall_id)}
    found = [matter for matter in bookable if matter.id == said]
    found = found or [matter for matter in bookable if matter.group_id == letters.get(said.upper())]
    found = found or matching(bookable, said)
    if len(found) != 1:
        among = f"，比如：{'、'.join(matter.id for matter in found)}" if found else ""
        raise WhichMatter(said=said, among=among)
    return found[0]


def run_cancel(settings: Settings, given: argparse.Namespace) -> None:
    async def cancel(tx: Tx, staff: str, now: datetime) -> str:
        gone = await by_staff.cancel_for(tx, staff, given.number, now)
        return f"已取消 {gone.number}：{say_day(gone.on)}{say_time(gone.starts_at)}，{gone.matter_name}。"

    _run(settings, given, cancel)


def run_excuse(settings: Settings, given: argparse.Namespace) -> None:
    async def excuse(tx: Tx, staff: str, now: datetime) -> str:
        held = await by_staff.excuse(tx, staff, given.number, given.why, now)
        return f"{held.number} 这一次不算了。已经停约的要另外解除：bangban appointments bans。"

    _run(settings, given, excuse)


def run_bans(settings: Settings, given: argparse.Namespace) -> None:
    async def lift(tx: Tx, staff: str, now: datetime) -> str:
        if not given.why:
            raise NeedsWhy()
        await by_staff.lift(tx, staff, given.lift, given.why, now)
        return f"第{given.lift}条停约解除了，现在就可以约。"

    async def listed(tx: Tx, _: str, now: datetime) -> str:
        found = await by_staff.pauses(tx, settings.hall.id, now, given.number)
        lines = [f"{p.id}　{p.key.chinese}　{p.rule}　到{say_day(day_of(p.until_at))}为止" for p in found]
        return "\n".join(lines) or "没有正在停约的。"

    _run(settings, given, listed if given.lift is None else lift)


class NeedsWhy(Problem):
    status = 422
    code = "needs_why"
    sentence = "请用 --why 写明为什么解除，会和您的名字一起留存。"


# ------------------------------------------------------------------------------------------------ closures


def run_close(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_close(settings, given)))


async def _close(settings: Settings, given: argparse.Namespace) -> str:
    async with opened(settings) as db:
        staff = (await db.transact(acting, given, settings.hall.id, clock.now())).name
        group_id = await db.consult(group_id_of, settings.hall.id, given.group)
        if given.matter is not None:
            group_id = (await db.consult(matters.matter, settings.hall.id, given.matter)).group_id
        what = (given.starts_at, given.ends_at, given.reason, staff, clock.now(), given.matter)
        closure = await db.transact(closures.shut, settings.hall.id, group_id, *what)
        done = await closures.empty_in_steps(db, closure, given.how, staff, clock.now)
    now_is = "不再放号" if given.matter is None else "这个事项约不了了，同组别的照常"
    lines = [
        f"停办 {done.closure_id} 号：{now_is}。挪走{done.moved}个，取消{done.cancelled}个，到场的{done.kept}个不动。"
    ]
    if done.to_call:
        lines.append(f"这些人没有微信，请打电话告诉：{'、'.join(done.to_call)}")
    lines.append(f"恢复放号：bangban appointments reopen {done.closure_id} --as {staff}")
    return "\n".join(lines)


async def group_id_of(tx: Tx, hall_id: str, letter: str | None) -> int | None:
    """The group of a letter; None for none, which is the whole hall. Raises NoSuchGroup."""
    if letter is None:
        return None
    groups = {group.letter: group.id for group in await matters.groups(tx, hall_id)}
    if letter.upper() not in groups:
        raise NoSuchGroup(letter=letter, letters="、".join(groups))
    return groups[letter.upper()]


def run_closures(settings: Settings, given: argparse.Namespace) -> None:
    async def listed() -> str:
        async with opened(settings) as db:
            found = await db.consult(closures.ahead, settings.hall.id, clock.now())
            names = await db.consult(closures.names, found)
        lines = []
        for one in found:
            span = "到".join(f"{local(at):%Y-%m-%d %H:%M}" for at in (one.starts_at, one.ends_at))
            lines.append(f"{one.id}　{span}　{names[one.id]}　{one.reason}（{one.made_by}）")
        return "\n".join(lines) or "没有停办的安排。"

    print(asyncio.run(listed()))


def run_reopen(settings: Settings, given: argparse.Namespace) -> None:
    async def reopen(tx: Tx, staff: str, now: datetime) -> str:
        n = await closures.reopen(tx, given.id, staff, now)
        return f"恢复了：{n}个时段重新放号。已经挪走和取消的不会自动回来。"

    _run(settings, given, reopen)
