"""Who is responsible for the hall's matters: where they sit, and how to reach them, as far as staff have entered it."""

from dataclasses import asdict
from datetime import time
from typing import Any

from sqlalchemy import select

from hall.matters.model import Agency, AgencyNotFound, BadEntry
from hall.matters.rows import put
from hall.matters.service import VERSION
from hall.matters.tables import agencies as agency_table
from hall.places.calendar import are_in_order
from kit.db import Tx
from kit.live import bump

LONGEST = {"id": 64, "name": 64, "address": 128, "phone": 64}  # characters, as in the table
LABELS = {"id": "编号", "name": "名称", "address": "地址", "phone": "电话"}
_every = select(*agency_table.c).order_by(agency_table.c.id)


async def set_agency(tx: Tx, agency: Agency) -> None:
    """Enters an agency, or puts it in the place of the one of that id. Raises BadEntry."""
    if wrong := reasons_against(agency):
        raise BadEntry(reasons="；".join(wrong))
    hours = None if agency.hours is None else [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in agency.hours]
    await put(tx, agency_table, asdict(agency) | {"hours": hours})
    await bump(tx, VERSION)


def reasons_against(agency: Agency) -> list[str]:
    """Why an agency cannot be entered as it is; empty when it can."""
    values = {key: getattr(agency, key) for key in LONGEST}
    wrong = [f"{LABELS[key]}要写" for key in ("id", "name") if not values[key]]
    wrong += [f"{LABELS[key]}最多{most}个字" for key, most in LONGEST.items() if len(values[key] or "") > most]
    if agency.hours is not None and not (agency.hours and are_in_order(agency.hours)):
        wrong.append("办公时间要像 09:00-12:00,13:00-16:30，先开后关，几段不重叠")
    return wrong


async def agencies(tx: Tx, hall_id: str) -> tuple[Agency, ...]:
    """The hall's agencies by id."""
    return tuple(_agency(row) for row in await tx.all(_every.where(agency_table.c.hall_id == hall_id)))


async def agency(tx: Tx, hall_id: str, agency_id: str) -> Agency:
    """Raises AgencyNotFound."""
    row = await tx.one(_every.where(agency_table.c.hall_id == hall_id, agency_table.c.id == agency_id))
    if row is None:
        raise AgencyNotFound()
    return _agency(row)


def _agency(row: Any) -> Agency:
    spans = None if row.hours is None else tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in row.hours)
    return Agency(row.id, row.hall_id, row.name, tuple(row.aliases), row.address, row.phone, spans)
