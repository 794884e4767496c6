"""`bangban messages`: what citizens left for a person, until the staff pages show it."""

import argparse
import asyncio
from typing import Any

from cli.opening import opened
from cli.progress import member
from hall.hand_overs import service as hand_overs
from hall.hand_overs.model import HandOver, Kind
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
    command.add_argument("--as", dest="staff", metavar="STAFF", required=True, help="哪位工作人员在看")
    command.add_argument("--done", type=int, metavar="N", help="第 N 条已经办完")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    print(asyncio.run(_run(settings, arguments.staff, arguments.done)))


async def _run(settings: Settings, name: str, done: int | None) -> str:
    async with opened(settings) as db:
        if done is None:
            return await db.consult(listed, name)
        return await db.transact(closed, name, done)


async def listed(tx: Tx, name: str) -> str:
    """One line for each who waits, the longest first. Raises StaffUnknown."""
    await member(tx, name)
    return "\n".join(map(_line, await hand_overs.waiting(tx))) or NOBODY


async def closed(tx: Tx, name: str, number: int) -> str:
    """Raises StaffUnknown, NothingToClose."""
    await member(tx, name)
    if not await hand_overs.close(tx, number, clock.now()):
        raise NothingToClose(number=number)
    return f"第 {number} 条记为办完。"


def _line(one: HandOver) -> str:
    return f"{one.id}　{say_day(day_of(one.asked_at))}{say_time(one.asked_at)}　{KINDS[one.kind]}：{one.text}"
