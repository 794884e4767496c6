"""`bangban places kiosk|tablet|devices|retire`: the hall's own machines, and the key each is started with."""

import argparse
from datetime import datetime
from typing import Any

from cli.opening import acting, named_by_staff
from hall.places import devices
from hall.places import service as places
from hall.places.devices import Device, DeviceKind
from hall.staff.model import Role
from handlers.machines import page_of
from kit.clock import day_of, say_day
from kit.db import Tx
from kit.settings import Settings

NONE = "还没有登记自助机和评价器。"


async def set_up(tx: Tx, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    """The address to start the machine with, shown once. Raises StaffUnknown, HallNotFound, NoSuchCounter."""
    hall_id = given.hall or settings.hall.id
    by = (await acting(tx, given, hall_id, now)).name
    made, key = await devices.set_up(tx, hall_id, given.kind, given.counter, by, now)
    return (
        f"登记好了：{_line(made)}\n用下面的地址打开它（前面加上服务器的地址）。地址里的密钥只显示这一次，别贴在机器上：\n"
        f"  {page_of(made, key)}"
    )


async def listed(tx: Tx, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    hall = await places.hall(tx, given.hall or settings.hall.id)
    return "\n".join(map(_line, await devices.of_hall(tx, hall.id))) or NONE


async def retire(tx: Tx, settings: Settings, given: argparse.Namespace, now: datetime) -> str:
    """Raises StaffUnknown, DeviceNotFound."""
    hall_id = given.hall or settings.hall.id
    await acting(tx, given, hall_id, now)
    await devices.end(tx, hall_id, given.number, now)
    return f"第{given.number}台停用了，它从现在起取不了号、评不了价。"


def _line(one: Device) -> str:
    where = f"　{one.counter}号窗口" if one.counter else ""
    return f"第{one.id}台　{one.kind.chinese}{where}　{say_day(day_of(one.added_at))}由{one.added_by}登记"


def set_up_command(command: argparse.ArgumentParser, kind: DeviceKind) -> Any:
    if kind is DeviceKind.TABLET:
        command.add_argument("counter", metavar="COUNTER", type=int, help="放在几号窗口")
    else:
        command.set_defaults(counter=None)
    command.set_defaults(kind=kind)
    named_by_staff(command, Role.LEAD, Role.ADMIN)
    return set_up


def retire_command(command: argparse.ArgumentParser) -> Any:
    command.add_argument("number", metavar="N", type=int, help="第几台，见 devices")
    named_by_staff(command, Role.LEAD, Role.ADMIN)
    return retire
