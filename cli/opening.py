"""What a command needs open before it can start."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hall.audit import service as audit
from hall.audit.model import By, Deed
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role, StaffMember
from kit import secrets
from kit.db import Database, Tx
from kit.settings import BadSetting, Settings

COMMAND = Deed("command", "用了命令", "command")
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


def named_by_staff(command: argparse.ArgumentParser, *roles: Role) -> argparse.ArgumentParser:
    """The command names the member of staff who gives it, who must have one of these roles; without any, some role."""
    command.add_argument("--as", dest="staff", metavar="STAFF", required=True, help="哪位工作人员")
    return for_roles(command, *roles)


def for_roles(command: argparse.ArgumentParser, *roles: Role) -> argparse.ArgumentParser:
    command.set_defaults(roles=roles or tuple(Role), deed=command.prog.partition(" ")[2])
    return command


async def acting(tx: Tx, given: argparse.Namespace, hall_id: str | None, now: datetime) -> StaffMember:
    """Who gives the command, checked, and noted in the trail. `hall_id`: EVERYWHERE for what holds at all halls, None
    for what belongs to none. Raises StaffUnknown, StaffDisabled, NotYourRole."""
    member = await staff.named(tx, given.staff, given.roles, hall_id)
    await audit.note(tx, By(member, hall_id or EVERYWHERE, now), COMMAND, given.deed)
    return member


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
