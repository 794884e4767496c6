"""`bangban migrate` and `bangban sample`."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from cli import sample
from cli.opening import opened
from cli.troubles import NOT_MIGRATED
from kit import clock, migrate
from kit.errors import Problem
from kit.settings import Settings


class NotMigrated(Problem):
    status = 503
    code = "not_migrated"
    sentence = NOT_MIGRATED


def add(commands: Any) -> None:
    commands.add_parser("migrate", help="把数据库升到最新的结构").set_defaults(run=bring_up_to_date)
    commands.add_parser("sample", help="填好示例大厅（可以反复运行）").set_defaults(run=fill)


def revision(url: str) -> str | None:
    """The revision a database stands at; None for an empty one, and for an embedded one that is not there yet."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():
        return None  # asking would make the file
    return migrate.current(url)


def is_current(url: str) -> bool:
    return revision(url) == migrate.head()


def bring_up_to_date(settings: Settings, _: argparse.Namespace) -> None:
    url = settings.database.url
    before = revision(url)
    migrate.upgrade(url)
    after = revision(url)
    print(
        f"数据库已经是最新的结构（{after}）。" if before == after else f"数据库升级好了：{before or '空库'} → {after}。"
    )


def fill(settings: Settings, _: argparse.Namespace) -> None:
    for line in asyncio.run(_fill(settings)):
        print(line)


async def _fill(settings: Settings) -> list[str]:
    async with opened(settings) as db:
        return await sample.fill(db, clock.now())
