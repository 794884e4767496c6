"""`bangban migrate` and `bangban sample`."""

import argparse
import asyncio
from typing import Any

from cli import sample, sample_past, sample_staff
from cli.opening import opened
from cli.troubles import NOT_MIGRATED
from kit import clock, migrate
from kit.errors import Problem
from kit.settings import Settings
from knowledge import entries, shipped


class NotMigrated(Problem):
    status = 503
    code = "not_migrated"
    sentence = NOT_MIGRATED


def add(commands: Any) -> None:
    commands.add_parser("migrate", help="把数据库升到最新的结构").set_defaults(run=bring_up_to_date)
    commands.add_parser("sample", help="填好示例大厅（可以反复运行）").set_defaults(run=fill)


def bring_up_to_date(settings: Settings, _: argparse.Namespace) -> None:
    url = settings.database.url
    before = migrate.current(url)
    migrate.upgrade(url)
    after = migrate.current(url)
    planted = asyncio.run(_plant(settings))
    print(
        f"数据库已经是最新的结构（{after}）。" if before == after else f"数据库升级好了：{before or '空库'} → {after}。"
    )
    print(planted)


async def _plant(settings: Settings) -> str:
    """The shipped library into the database; what staff have edited stays as it is."""
    async with opened(settings) as db:
        made = await db.transact(entries.plant, shipped.rows(), entries.SHIPPED, clock.now())
    if not (made.added or made.changed or made.kept):
        return "知识库已经是这个版本的。"
    kept = f"，{len(made.kept)}条工作人员改过的没有动" if made.kept else ""
    return f"知识库：新装{len(made.added)}条，更新{len(made.changed)}条{kept}。"


def fill(settings: Settings, _: argparse.Namespace) -> None:
    for line in asyncio.run(_fill(settings)):
        print(line)


async def _fill(settings: Settings) -> list[str]:
    async with opened(settings) as db:
        said = await sample.fill(db, clock.now())
        if settings.demo.on:
            hall_id = sample.read().hall.id
            said.append(await db.transact(sample_past.fill, hall_id, clock.now()))
            said += await db.transact(sample_staff.sign_ins, hall_id, clock.now())
        return said
