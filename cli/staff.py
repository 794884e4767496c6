"""`bangban staff add | reset`: the first ones, and who is locked out while no admin is there; else the staff pages."""

import argparse
import asyncio
from datetime import datetime
from typing import Any

from cli.opening import opened
from hall.places import service as places
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role
from kit import clock
from kit.db import Tx
from kit.settings import Settings

ROLES = "、".join(Role)
ONCE = "一次性密码：{password}\n只显示这一次，请当面告诉本人。"


def add(commands: Any) -> None:
    family = commands.add_parser("staff", help="工作人员").add_subparsers(required=True, metavar="命令")
    command = family.add_parser("add", help="添加工作人员，给出一次性密码")
    command.add_argument("name", metavar="NAME", help="姓名")
    command.add_argument("--role", required=True, help=f"角色：{ROLES}")
    command.add_argument("--hall", metavar="ID", default=EVERYWHERE, help="只在这个大厅（不写是全部大厅）")
    command.set_defaults(run=run)
    resetting = family.add_parser("reset", help="重设密码，清除动态码，给出一次性密码")
    resetting.add_argument("name", metavar="NAME", help="姓名")
    resetting.set_defaults(run=run_reset)


def run(settings: Settings, given: argparse.Namespace) -> None:
    name = given.name.strip()
    password = asyncio.run(_run(settings, _add, name, given.role, given.hall, clock.now()))
    print(f"已添加 {name}（{given.role}）。\n{ONCE.format(password=password)}")


def run_reset(settings: Settings, given: argparse.Namespace) -> None:
    print(ONCE.format(password=asyncio.run(_run(settings, _reset, given.name.strip()))))


async def _run(settings: Settings, verb: Any, *given: Any) -> str:
    async with opened(settings) as db:
        password: str = await db.transact(verb, *given)
        return password


async def _add(tx: Tx, name: str, role: str, hall_id: str, now: datetime) -> str:
    """Raises HallNotFound, NameTaken, UnknownRole."""
    if hall_id != EVERYWHERE:
        await places.hall(tx, hall_id)
    return await staff.add(tx, name, role, now, hall_id)


async def _reset(tx: Tx, name: str) -> str:
    """Raises StaffUnknown, StaffDisabled."""
    member = await staff.named(tx, name)
    await staff.drop_second_step(tx, member.id)
    return await staff.reset_password(tx, member.id)
