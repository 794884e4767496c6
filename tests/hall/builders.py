"""Plain builders of what a hall needs, for tests."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import literal, select

from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Form, Request, Slot
from hall.citizens import service as citizens
from hall.citizens.model import Citizen
from hall.matters import service as matters
from hall.matters.model import Group, Material, Matter
from hall.places import service as places
from hall.places.model import Hall
from kit.clock import SHANGHAI, instant_at
from kit.db import Database, Tx

T = TypeVar("T")

HALL = Hall("test", "测试大厅", None, None, ((time(9), time(12)), (time(13), time(16, 30))), is_sample=True)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time of November 2026, in which the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


async def a_hall(tx: Tx) -> Hall:
    await places.found(tx, HALL)
    return HALL


async def a_group(tx: Tx, letter: str = "A") -> Group:
    return await matters.add_group(tx, HALL.id, letter, f"{letter}类")


async def a_matter(
    tx: Tx,
    group: Group,
    matter_id: str = "licence",
    *,
    name: str = "食品经营许可证核发",
    promised_days: int | None = 7,
    legal_days: int | None = 10,
    days_unit: str | None = "工作日",
    is_open_to_booking: bool = True,
    theme: str = "经营许可",
    **more: Any,
) -> Matter:
    matter = Matter(
        id=matter_id,
        hall_id=group.hall_id,
        group_id=group.id,
        name=name,
        aliases=("食品证",),
        department="示例部门",
        theme=theme,
        handling="承诺件",
        legal_days=legal_days,
        promised_days=promised_days,
        days_unit=days_unit,
        on_the_spot=False,
        fee="不收费",
        result="证书",
        steps=("申请", "发证"),
        materials=(Material("营业执照", "原件", 1, True, "可用电子证照"), Material("申请书", "原件", 1, False, None)),
        basis=("《示例办法》",),
        legal_note=None,
        window_type="综合窗口",
        is_typical=True,
        is_open_to_booking=is_open_to_booking,
        **more,
    )
    await matters.add(tx, matter)
    return matter


async def a_citizen(tx: Tx, openid: str = "o-wang") -> Citizen:
    return await citizens.meet(tx, openid, MONDAY)


async def slots_on(tx: Tx, group: Group, *days: int, capacity: int = 2, minutes: int = 30) -> tuple[Slot, ...]:
    """The slots of days of November 2026, by time."""
    dates = [at(day, 0).date() for day in days]
    await appointments.make_slots(tx, HALL.id, group.id, dates, HALL.hours, minutes, capacity)
    before = instant_at(min(dates), time(0)) - timedelta(days=1)
    found = [await appointments.free_slots(tx, HALL.id, group.id, on, before) for on in dates]
    return tuple(slot for of_day in found for slot in of_day)


async def book(
    tx: Tx, citizen: Citizen, slot_id: int, matter: Matter, name: str, phone: str, now: datetime, **more: Any
) -> Appointment:
    """A booking as most tests want it; `more` goes into the form."""
    return await appointments.book(tx, Request(citizen.id, slot_id, matter, Form(name, phone, **more)), now)


async def at_once(db: Database, *attempts: Awaitable[T]) -> list[T | BaseException]:
    """What became of attempts that really ran side by side: a pool that opens links one by one would queue them."""

    async def hold() -> None:
        async with db.read() as tx:
            await tx.value(select(literal(1)))
            await asyncio.sleep(0.02)

    await asyncio.gather(*(hold() for _ in range(20)))
    return await asyncio.gather(*attempts, return_exceptions=True)
