"""`bangban queue rules`: the rule by which people are called, in words; and setting it."""

import argparse
import asyncio
import tomllib
from pathlib import Path
from typing import Any

from cli.opening import acting, for_roles, opened
from hall.places import service as places
from hall.queue import service as queue
from hall.queue.rules import Rules, plain, say
from hall.staff.model import Role
from kit import clock
from kit.db import Tx
from kit.errors import Problem
from kit.settings import Settings


class FileUnreadable(Problem):
    code = "file_unreadable"
    sentence = "读不了 {file}：{why}。请核对文件名，内容要是 TOML，比如一行 most_in_row = 2。"


class WhoSets(Problem):
    code = "who_sets"
    sentence = "改叫号规则请加上 --as 姓名，规则会记下是谁改的。"


def add(commands: Any) -> None:
    family = commands.add_parser("queue", help="排队").add_subparsers(required=True, metavar="命令")
    command = family.add_parser("rules", help="看或改叫号规则")
    command.add_argument("--set", dest="file", metavar="FILE", type=Path, help="按这个 TOML 文件改，没写的用默认")
    for_roles(command, Role.LEAD, Role.ADMIN)
    command.add_argument("--as", dest="staff", metavar="STAFF", help="哪位工作人员在改")
    command.add_argument("--hall", metavar="ID", help="哪个大厅（默认见 settings.toml）")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    written = None if arguments.file is None else read(arguments.file)
    if written is not None and not arguments.staff:
        raise WhoSets()
    print(worded(asyncio.run(_run(settings, arguments, written))))


def read(file: Path) -> dict[str, Any]:
    """What the file says, unchecked. Raises FileUnreadable."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileUnreadable(file=file, why=str(error)) from error


async def _run(settings: Settings, given: argparse.Namespace, written: dict[str, Any] | None) -> Rules:
    hall_id = given.hall or settings.hall.id
    async with opened(settings) as db:
        if written is None:
            return await db.consult(shown, hall_id)
        return await db.transact(changed, hall_id, given, written)


async def shown(tx: Tx, hall_id: str) -> Rules:
    """Raises HallNotFound."""
    await places.hall(tx, hall_id)
    return await queue.rules(tx, hall_id)


async def changed(tx: Tx, hall_id: str, given: argparse.Namespace, written: dict[str, Any]) -> Rules:
    """Raises StaffUnknown, NotYourRole, HallNotFound, BadRules."""
    now = clock.now()
    return await queue.set_rules(tx, hall_id, written, await acting(tx, given, hall_id, now), now)


def worded(rules: Rules) -> str:
    """In words for everyone, then as the file that would set it."""
    written = [f"{name} = {_toml(value)}" for name, value in plain(rules).items()]
    return "\n".join((*say(rules), "", "写成文件是：", *written))


def _toml(value: Any) -> str:
    return "[" + ", ".join(f'"{one}"' for one in value) + "]" if isinstance(value, list) else str(value)
