"""Founding halls and reading what is known of them."""

from datetime import time
from typing import Any

from sqlalchemy import insert, select

from hall.places.model import Counter, Hall, HallNotFound
from hall.places.tables import counters as counter_table
from hall.places.tables import halls as hall_table
from kit.db import Tx

_every_hall = select(*hall_table.c).order_by(hall_table.c.id)


def _hall(row: Any) -> Hall:
    hours = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.hours)
    return Hall(row.id, row.name, row.address, row.phone, hours, row.is_sample)


async def found(tx: Tx, hall: Hall) -> None:
    """Enters a new hall. Raises Duplicate when its id is taken."""
    hours = [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in hall.hours]
    facts = {"name": hall.name, "address": hall.address, "phone": hall.phone, "is_sample": hall.is_sample}
    await tx.run(insert(hall_table).values(id=hall.id, hours=hours, **facts))


async def add_counter(tx: Tx, counter: Counter) -> None:
    """Sets up a counter. Raises Duplicate when the hall has one of that number."""
    facts = {"number": counter.number, "name": counter.name, "groups": list(counter.groups)}
    await tx.insert(insert(counter_table).values(hall_id=counter.hall_id, **facts))


async def halls(tx: Tx) -> tuple[Hall, ...]:
    return tuple(_hall(row) for row in await tx.all(_every_hall))


async def hall(tx: Tx, hall_id: str) -> Hall:
    """Raises HallNotFound."""
    row = await tx.one(_every_hall.where(hall_table.c.id == hall_id))
    if row is None:
        raise HallNotFound()
    return _hall(row)


async def counters(tx: Tx, hall_id: str) -> tuple[Counter, ...]:
    """The hall's counters by number."""
    found_here = counter_table.c.hall_id == hall_id
    rows = await tx.all(select(*counter_table.c).where(found_here).order_by(counter_table.c.number))
    return tuple(Counter(row.hall_id, row.number, row.name, tuple(row.groups)) for row in rows)
