"""`bangban ratings`: what people said of a dealing, and following up a bad rating. For leads; sums for everybody."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from cli import reading
from cli.opening import acting, named_by_staff, opened
from hall.ratings import reasons, replies
from hall.ratings import sums as the_sums
from hall.ratings.model import Channel, Fact, Level, Promise, Rating, What
from hall.ratings.replies import Open
from hall.ratings.sums import By, Sum
from hall.staff.model import StaffMember
from kit import clock
from kit.clock import day_of, say_day, say_time
from kit.db import Tx
from kit.settings import Settings

Press = Callable[[Tx, Settings, argparse.Namespace, StaffMember, datetime], Awaitable[str]]
NONE_OPEN = "没有要处理的差评。"
NONE = "还没有评价。"
TOO_FEW = "这个月的评价太少，为了不让人猜出是谁评的，不显示。"
FACTS = {
    What.RATED: "评价",
    What.SEEN: "看过",
    What.CALLED: "回访",
    What.ANSWERED: "答复",
    What.SETTLED: "了结",
    What.LATE_CONTACT: "没有按承诺联系",
    What.LATE_REPLY: "没有按承诺答复",
}
CHANNELS = {
    Channel.CHAT: "微信对话",
    Channel.API: "小程序",
    Channel.TABLET: "窗口评价器",
    Channel.KIOSK: "自助机",
    Channel.SAMPLE: "示例",
}
WHO = {"citizen": "群众", "job": "系统"}


def add(commands: Any) -> None:
    family = commands.add_parser("ratings", help="好差评：差评的答复和回访，汇总").add_subparsers(
        required=True, metavar="命令"
    )
    listing = _command(family, "list", "要处理的差评，最早的在前", _list)
    listing.add_argument("--all", action="store_true", help="最近的评价，好评也要")
    _about_one(_command(family, "show", "看一条，联系方式也看得到（会记下谁看过）", _show))
    _with_words(_command(family, "call", "打过电话了，写明说了什么", _call), "NOTE")
    _with_words(_command(family, "answer", "答复：群众会看到这段话", _answer), "TEXT")
    _with_words(_command(family, "settle", "了结，联系方式随即删除", _settle), "NOTE")
    adding = _command(family, "sums", "一个月的汇总", _sums)
    adding.add_argument("--by", type=By, choices=list(By), default=By.COUNTER, help="按窗口、事项还是日子")
    adding.add_argument("--month", type=reading.month, metavar="YYYY-MM", help="哪个月（不写是上个月）")


def _command(family: Any, name: str, help_: str, press: Press) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = family.add_parser(name, help=help_)
    command.add_argument("--hall", metavar="ID", help="哪个大厅（默认见 settings.toml）")
    named_by_staff(command)
    command.set_defaults(run=lambda settings, given: print(asyncio.run(_run(settings, given, press))))
    return command


def _about_one(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("number", metavar="N", type=int, help="第几条，见 list")
    return command


def _with_words(command: argparse.ArgumentParser, name: str) -> None:
    _about_one(command).add_argument("words", metavar=name, help="写什么")


async def _run(settings: Settings, given: argparse.Namespace, press: Press) -> str:
    async def act(tx: Tx) -> str:
        now = clock.now()
        return await press(tx, settings, given, await acting(tx, given, given.hall or settings.hall.id, now), now)

    async with opened(settings) as db:
        return await db.transact(act)


# ------------------------------------------------------------------------------------------------ bad ratings


async def _list(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    hall_id = given.hall or settings.hall.id
    replies.check_lead(staff, hall_id)
    if given.all:
        return "\n".join(map(_line, await replies.recent(tx, hall_id, staff))) or NONE
    found = await replies.unsettled(tx, hall_id, now, Promise.of(settings.ratings))
    return "\n".join(map(_open_line, found)) or NONE_OPEN


def _line(one: Rating) -> str:
    """A good rating is told without its number: nobody need be asked about it."""
    number = f"{one.number}　" if one.level.is_bad else ""
    about = one.matter_name or "没有说办什么事"
    why = "、".join(reasons.names(one.level, one.reasons))
    return f"{one.id}　{_at(one.at)}　{one.level.chinese}　{number}{about}　{why or '没有写原因'}　{one.state}"


def _open_line(one: Open) -> str:
    parts = [_line(one.rating)]
    if one.rating.contacted_at is None:
        parts.append(f"联系最晚{_by(one.owed.contact_by, one.is_contact_late)}")
    if one.rating.answered_at is None:
        parts.append(f"答复最晚{_by(one.owed.reply_by, one.is_reply_late)}")
    if one.rating.wants_call:
        parts.append("要电话回访")
    return "　".join(parts)


def _by(day: date | None, is_late: bool) -> str:
    if day is None:
        return "：放假安排还没有公布，说不准"
    return say_day(day) + ("（已经过了）" if is_late else "")


async def _show(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    found, history = await replies.look(tx, given.number, staff, now)
    counter = f"{found.counter}号窗口" if found.counter else "不知道哪个窗口"
    lines = [_line(found), f"在{counter}，通过{CHANNELS[found.channel]}评的"]
    if found.note:
        lines.append(f"留言：{found.note}")
    if found.wants_call:
        lines.append(f"要电话回访：{found.contact or '了结后已经删除'}")
    return "\n".join(lines + [_fact(one) for one in history])


def _fact(one: Fact) -> str:
    said = f"：{one.note}" if one.note else ""
    return f"  {_at(one.at)}　{WHO.get(one.by, one.by)}　{FACTS[one.what]}{said}"


async def _call(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    return f"第{(await replies.call(tx, given.number, staff, given.words, now)).id}条记下了回访。"


async def _answer(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    found = await replies.answer(tx, given.number, staff, given.words, now)
    if found.citizen_id is None:
        return f"第{found.id}条记下了答复。这位群众没有微信，请打电话告诉。"
    return f"第{found.id}条记下了答复，会在微信里告诉群众（夜里不打扰，早上再发）。"


async def _settle(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    return f"第{(await replies.settle(tx, given.number, staff, given.words, now)).id}条了结了，联系方式已经删除。"


def _at(instant: datetime) -> str:
    return f"{say_day(day_of(instant))}{say_time(instant)}"


# ------------------------------------------------------------------------------------------------ sums


async def _sums(tx: Tx, settings: Settings, given: argparse.Namespace, staff: StaffMember, now: datetime) -> str:
    first, _ = the_sums.month_of(day_of(now))
    month = given.month or the_sums.month_before(first)
    found = await the_sums.sums(tx, given.hall or settings.hall.id, month, given.by, staff, now)
    title = f"{month.year}年{month.month}月，共{sum(one.count for one in found)}条"
    return "\n".join([title, *map(_sum_line, found)]) if found else TOO_FEW


def _sum_line(one: Sum) -> str:
    levels = "　".join(f"{level.chinese}{n}" for level, n in zip(sorted(Level, reverse=True), one.levels, strict=True))
    return f"  {one.name or '其余'}：{one.count}条，基本满意以上{one.content:.0%}　{levels}"
