"""Putting a row in the place of the one of its key."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, insert, update

from kit.db import Duplicate, Tx


async def put(tx: Tx, table: Table, facts: Mapping[str, Any], key: tuple[str, ...] = ("hall_id", "id")) -> None:
    """Enters a row, or changes the one that is there; of two who enter it at once the later word stands."""
    change = update(table).where(*(table.c[name] == facts[name] for name in key)).values(**facts)
    if await tx.run(change) == 0:
        try:
            await tx.run(insert(table).values(**facts))
        except Duplicate:
            await tx.run(change)
