"""`bangban staff add`."""

import argparse
import asyncio
from typing import Any

from cli.opening import opened
from hall.staff import service as staff
from hall.staff.model import Role
from kit import clock
from kit.settings import Settings

ROLES = "、".join(Role)


def add(commands: Any) -> None:
    family = commands.add_parser("staff", help="工作人员").add_subparsers(required=True, metavar="命令")
    command = family.add_parser("add", help="添加工作人员，给出一次性密码")
    command.add_argument("name", metavar="NAME", help="姓名")
    command.add_argument("--role", required=True, help=f"角色：{ROLES}")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    password = asyncio.run(_add(settings, arguments.name.strip(), arguments.role))
    print(
        f"已添加 {arguments.name.strip()}（{arguments.role}）。\n一次性密码：{password}\n只显示这一次，请当面告诉本人。"
    )


async def _add(settings: Settings, name: str, role: str) -> str:
    async with opened(settings) as db:
        return await db.transact(staff.add, name, role, clock.now())
