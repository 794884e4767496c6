"""Machines of the hall that are trusted with more than a passer-by: a kiosk, and the tablet at a counter.

Each has a key of its own, shown once when it is set up; we keep its fingerprint. Whoever has lost one is shut out by
ending the device.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from hall.places import service as places
from hall.places.tables import devices
from kit.db import Tx
from kit.errors import NotFound
from kit.secrets import fingerprint, new_token


class DeviceKind(StrEnum):
    KIOSK = "kiosk"
    TABLET = "tablet"

    @property
    def chinese(self) -> str:
        return "自助机" if self is DeviceKind.KIOSK else "评价器"


@dataclass(frozen=True, slots=True)
class Device:
    id: int
    hall_id: str
    kind: DeviceKind
    counter: int | None  # number of the counter a tablet stands at
    added_by: str
    added_at: datetime


class DeviceNotFound(NotFound):
    code = "device_not_found"
    sentence = "没有第{number}台设备，或者它已经停用了，请在设备名单里核对。"


class NoSuchCounter(NotFound):
    code = "no_such_counter"
    sentence = "这个大厅没有{number}号窗口，评价器没有装，请核对窗口号。"


_columns = (devices.c[n] for n in ("id", "hall_id", "kind", "counter", "added_by", "added_at"))
_live = select(*_columns).where(devices.c.ended_at.is_(None))


def _device(row: Any) -> Device:
    return Device(row.id, row.hall_id, DeviceKind(row.kind), row.counter, row.added_by, row.added_at)


async def set_up(
    tx: Tx, hall_id: str, kind: DeviceKind, counter: int | None, by: str, now: datetime
) -> tuple[Device, str]:
    """A new device and its key, which is kept nowhere. Raises HallNotFound, NoSuchCounter."""
    await places.hall(tx, hall_id)
    if kind is DeviceKind.TABLET and counter not in {one.number for one in await places.counters(tx, hall_id)}:
        raise NoSuchCounter(number=counter)
    key = new_token()
    what: dict[str, Any] = {"hall_id": hall_id, "kind": kind, "counter": counter, "added_by": by, "added_at": now}
    made = await tx.insert(insert(devices).values(**what, key_mark=fingerprint(key)))
    return Device(id=made, **what), key


async def known(tx: Tx, key: str) -> Device | None:
    """The device that has this key, None when none has, or it has been ended."""
    row = await tx.one(_live.where(devices.c.key_mark == fingerprint(key)))
    return None if row is None else _device(row)


async def of_hall(tx: Tx, hall_id: str) -> tuple[Device, ...]:
    """The devices in use in a hall."""
    rows = await tx.all(_live.where(devices.c.hall_id == hall_id).order_by(devices.c.id))
    return tuple(_device(row) for row in rows)


async def plain(tx: Tx, device_id: int) -> dict[str, Any]:
    """A device as the audit trail tells it; empty once it has been ended."""
    row = await tx.one(_live.where(devices.c.id == device_id))
    if row is None:
        return {}
    made = _device(row)
    return {"设备": made.kind.chinese} | ({"窗口": made.counter} if made.counter else {})


async def end(tx: Tx, hall_id: str, device_id: int, now: datetime) -> None:
    """It is trusted no more. Raises DeviceNotFound, for another hall's too."""
    in_use = (devices.c.id == device_id, devices.c.hall_id == hall_id, devices.c.ended_at.is_(None))
    if await tx.run(update(devices).where(*in_use).values(ended_at=now)) == 0:
        raise DeviceNotFound(number=device_id)
