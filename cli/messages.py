"""`bangban messages`: what citizens left for a person, until the staff pages show it."""

import argparse
import asyncio
from typing import Any

from cli.opening import acting, named_by_staff, opened
from hall.hand_overs import service as hand_overs
from hall.hand_overs.model import HandOver, Kind
from hall.staff.model import Role
from kit import clock
from kit.clock import day_of, say_day, say_time
from kit.db import Tx
from kit.errors import NotFound
from kit.settings import Settings

KINDS = {Kind.TALK: "等人工", Kind.MESSAGE: "留言"}
NOBODY = "没有人在等，留言都办完了。"


class NothingToClose(NotFound):
    code = "nothing_to_close"
    sentence = "没有第 {number} 条，或者它已经办完了：运行 bangban messages --as 姓名 看看现在有哪些。"


def add(commands: Any) -> None:
    command = commands.add_parser("messages", help="群众转人工和留言，还没办完的")
    named_by_staff(command, Role.CLERK, Role.GUIDE, Role.LEAD, Role.ADMIN)
    command.add_argument("--done", type=int, metavar="N", help="第 N 条已经办完")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    print(asyncio.run(_run(settings, arguments)))


async def _run(settings: Settings, given: argparse.Namespace) -> str:
    async with opened(settings) as db:
        return await db.transact(listed if given.done is None else closed, given)


async def listed(tx: Tx, given: argparse.Namespace) -> str:
    """One line for each who waits, the longest first. Raises StaffUnknown."""
    await acting(tx, given, None, clock.now())
    return "\n".join(map(_line, await hand_overs.waiting(tx))) or NOBODY


async def closed(tx: Tx, given: argparse.Namespace) -> str:
    """Raises StaffUnknown, NothingToClose."""
    await acting(tx, given, None, clock.now())
    if not await hand_overs.close(tx, given.done, clock.now()):
        raise NothingToClose(number=given.done)
    return f"第 {given.done} 条记为办完。"


def _line(one: HandOver) -> str:
    return f"{one.id}　{say_day(day_of(one.asked_at))}{say_time(one.asked_at)}　{KINDS[one.kind]}：{one.text}"
