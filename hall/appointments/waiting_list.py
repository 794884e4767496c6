"""The waiting list as staff see it: who waits, what is kept for whom until when, and who is put on it by phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hall.appointments import by_staff, forms, waiting
from hall.appointments.kept import MOST_OFFERS, every_wait, read_wait
from hall.appointments.model import Appointment, Wait, WaitState
from hall.appointments.refusals import HoldNotFound, WaitNotFound
from hall.appointments.tables import holds, slots, waits
from hall.citizens import service as citizens
from hall.citizens.tables import citizens as people_table
from hall.matters import service as matters
from hall.matters.model import Matter
from kit.clock import say_day
from kit.db import Tx

STATE_NAMES = {
    WaitState.WAITING: "在等",
    WaitState.OFFERED: "留着号",
    WaitState.TAKEN: "约上了",
    WaitState.OVER: "结束了",
}


@dataclass(frozen=True, slots=True)
class InWait:
    """`starts_at`, `until_at`: the place kept for them now. `is_on_wechat`: else an offer is told by nobody but us."""

    wait: Wait
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    is_on_wechat: bool
    slot_id: int | None
    starts_at: datetime | None
    until_at: datetime | None

    @property
    def is_to_call(self) -> bool:
        return self.slot_id is not None and not self.is_on_wechat

    @property
    def offers_left(self) -> int:
        return MOST_OFFERS - self.wait.notices


_columns = (people_table.c.name, people_table.c.phone, people_table.c.openid)
_live = (
    every_wait.add_columns(*_columns, holds.c.slot_id, holds.c.until_at, slots.c.starts_at)
    .join(people_table, people_table.c.id == waits.c.citizen_id)
    .outerjoin(holds, holds.c.waiting_id == waits.c.id)
    .outerjoin(slots, slots.c.id == holds.c.slot_id)
    .where(waits.c.state.in_(waiting.LIVE))
)


async def listed(tx: Tx, hall_id: str, limit: int, after: int = 0) -> tuple[InWait, ...]:
    """Up to `limit` of who waits at a hall, the longest first; `after`: the id of the last one of the page before."""
    rows = await tx.all(_live.where(waits.c.hall_id == hall_id, waits.c.id > after).limit(limit))
    return tuple(_read(row) for row in rows)


async def offered(tx: Tx, hall_id: str) -> tuple[InWait, ...]:
    """Everybody a place is kept for now."""
    rows = await tx.all(_live.where(waits.c.hall_id == hall_id, waits.c.state == WaitState.OFFERED))
    return tuple(_read(row) for row in rows)


async def one(tx: Tx, hall_id: str, wait_id: int) -> InWait:
    """Raises WaitNotFound, for another hall's too."""
    row = await tx.one(_live.where(waits.c.hall_id == hall_id, waits.c.id == wait_id))
    if row is None:
        raise WaitNotFound()
    return _read(row)


def _read(row: Any) -> InWait:
    read = row._asdict()
    beside = {name: read.pop(name) for name in ("name", "phone", "openid", "slot_id", "until_at", "starts_at")}
    wait = Wait(**(read | {"state": WaitState(row.state)}))
    slot = (beside["slot_id"], beside["starts_at"], beside["until_at"])
    return InWait(wait, beside["name"], beside["phone"], beside["openid"] is not None, *slot)


async def join_for(tx: Tx, phone: str, matter: Matter, from_on: date, to_on: date, now: datetime) -> Wait:
    """Puts somebody on the list who is on the phone or at the desk; who is there already gets the new days.

    Raises BadPhone, and what `waiting.join` raises.
    """
    citizen = await citizens.by_phone(tx, forms.good_phone(phone), now)
    return await waiting.join(tx, citizen.id, matter, from_on, to_on, now)


async def take_offer(tx: Tx, staff: str, hall_id: str, wait_id: int, name: str, now: datetime) -> Appointment:
    """Books the place kept for somebody known by phone, who said yes.

    Raises WaitNotFound, HoldNotFound, and what `booking.book` raises.
    """
    found = await one(tx, hall_id, wait_id)
    if found.slot_id is None or found.phone is None or not found.is_to_call:
        raise HoldNotFound()
    matter = await matters.matter(tx, hall_id, found.wait.matter_id)
    return await by_staff.book_for(tx, staff, found.phone, name, found.slot_id, matter, now)


async def take_off(tx: Tx, hall_id: str, wait_id: int, now: datetime) -> Wait:
    """Takes somebody off the list; a place kept for them goes to the next. Raises WaitNotFound."""
    found = await one(tx, hall_id, wait_id)
    return await waiting.leave(tx, found.wait.citizen_id, wait_id, now)


async def plain(tx: Tx, wait_id: int) -> Mapping[str, Any]:
    """A wait as the trail of what staff did tells it."""
    row = await tx.one(every_wait.where(waits.c.id == wait_id))
    if row is None:
        return {}
    wait = read_wait(row)
    return {"状态": STATE_NAMES[wait.state], "哪几天": f"{say_day(wait.from_on)}到{say_day(wait.to_on)}"}
