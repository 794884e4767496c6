"""`bangban rules …`: the booking rules in force, and putting others in force from a file."""

import argparse
import asyncio
import tomllib
from pathlib import Path
from typing import Any

from cli.appointments import group_id_of
from cli.opening import acting, named_by_staff, opened
from hall.appointments import rule_book, rule_files, shipped_rules
from hall.appointments.rule_book import Scope
from hall.appointments.rules import Rules
from hall.matters import service as matters
from hall.staff.model import Role
from kit import clock
from kit.db import Tx
from kit.errors import NotFound, Problem
from kit.settings import Settings


class NoSuchFile(NotFound):
    code = "no_such_file"
    sentence = "读不了文件 {file}：请核对名字，文件要是 UTF-8 编码的文字。"


class BadToml(Problem):
    status = 422
    code = "bad_toml"
    sentence = "{file} 不是写对了的 TOML：{why}"


def add(commands: Any) -> None:
    family = commands.add_parser("rules", help="预约规则：看、换")
    _scope(family)
    family.set_defaults(run=run_show)
    verbs = family.add_subparsers(metavar="命令")
    showing = _scope(verbs.add_parser("show", help="正在用的规则，一条一行"))
    showing.set_defaults(run=run_show)
    verbs.add_parser("list", help="大厅、业务组、事项各自的规则，和随版本带来的八套").set_defaults(run=run_list)
    setting = _scope(verbs.add_parser("set", help="换一套规则，马上生效；旧的留底"))
    which = setting.add_mutually_exclusive_group(required=True)
    which.add_argument("file", metavar="FILE", nargs="?", help="写规则的 TOML 文件")
    which.add_argument("--like", choices=list(shipped_rules.sets()), help="照随带的一套")
    named_by_staff(setting, Role.LEAD, Role.ADMIN)
    setting.set_defaults(run=run_set)


def _scope(parser: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = parser
    of = made.add_mutually_exclusive_group()
    of.add_argument("--group", metavar="LETTER", help="只管这一组（默认整个大厅）")
    of.add_argument("--matter", metavar="ID", help="只管这一件事")
    return made


def _told(settings: Settings, verb: Any, *given: Any) -> str:
    async def whole() -> str:
        async with opened(settings) as db:
            said: str = await db.transact(verb, settings.hall.id, *given)
            return said

    return asyncio.run(whole())


async def scope_of(tx: Tx, hall_id: str, given: argparse.Namespace) -> Scope:
    """The scope a command line names. Raises NoSuchGroup, MatterNotFound."""
    if given.matter:
        return None, (await matters.matter(tx, hall_id, given.matter)).id
    return await group_id_of(tx, hall_id, given.group), None


def run_show(settings: Settings, given: argparse.Namespace) -> None:
    print(_told(settings, _show, given))


async def _show(tx: Tx, hall_id: str, given: argparse.Namespace) -> str:
    group_id, matter_id = await scope_of(tx, hall_id, given)
    if matter_id is not None:
        group_id = (await matters.matter(tx, hall_id, matter_id)).group_id
    return say(await rule_book.rules_of(tx, hall_id, group_id or 0, matter_id or ""))


def say(rules: Rules) -> str:
    return "\n".join(f"· {line}" for line in rules.say())


def run_list(settings: Settings, given: argparse.Namespace) -> None:
    print(_told(settings, _list))
    print("\n随版本带来的（bangban rules set --like 字母 --as 姓名）：")
    for one in shipped_rules.sets().values():
        print(f"  {one.name}　{one.about}")


async def _list(tx: Tx, hall_id: str) -> str:
    sets = (await rule_book.book(tx, hall_id)).sets
    groups = {group.id: group.name for group in await matters.groups(tx, hall_id)}
    names = {matter.id: matter.name for matter in await matters.catalogue(tx, hall_id)}
    blocks = []
    for group_id, matter_id in sorted(sets, key=str):
        of = names.get(matter_id, matter_id) if matter_id else groups.get(group_id or 0, "整个大厅")
        blocks.append(f"{of}：\n{say(sets[group_id, matter_id])}")
    return "\n\n".join(blocks) or f"没有设过，用通常的：\n{say(rule_files.USUAL)}"


def run_set(settings: Settings, given: argparse.Namespace) -> None:
    written = shipped_rules.sets()[given.like].written if given.like else read(Path(given.file))
    print(_told(settings, _set, given, written))


def read(path: Path) -> dict[str, Any]:
    """The table in a file. Raises NoSuchFile, BadToml."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NoSuchFile(file=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadToml(file=str(path), why=str(error)) from error


async def _set(tx: Tx, hall_id: str, given: argparse.Namespace, written: dict[str, Any]) -> str:
    staff = (await acting(tx, given, hall_id, clock.now())).name
    scope = await scope_of(tx, hall_id, given)
    rules = await rule_book.set_rules(tx, hall_id, written, staff, clock.now(), scope)
    return f"换好了，现在的规则是：\n{say(rules)}"
