"""What a command needs open before it can start."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from kit import secrets
from kit.db import Database
from kit.settings import BadSetting, Settings

KINDS = {"sqlite", "mysql", "mariadb"}


def check_url(url: str) -> None:
    """Raises BadSetting where `database.url` names no database we know."""
    try:
        is_known = make_url(url).get_backend_name() in KINDS
    except ArgumentError:
        is_known = False
    if not is_known:
        raise BadSetting(
            "database.url 写得不对：要像 sqlite+aiosqlite:///var/bangban.db，"
            "或 mysql+aiomysql://用户:密码@地址:3306/库名"
        )


def named_by_staff(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The command names the member of staff who gives it."""
    command.add_argument("--as", dest="staff", metavar="STAFF", required=True, help="哪位工作人员")
    return command


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The keyring in place and the database open, until the block ends."""
    secrets.use(secrets.keyring_from(settings.secrets.data_key, settings.secrets.key_file))
    where = settings.database
    db = await Database(where.url, pool_size=2, wait_seconds=where.wait_seconds).open()
    try:
        yield db
    finally:
        await db.close()
