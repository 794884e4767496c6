"""The doors are tested on the embedded database: what differs between databases is tested in tests/kit."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from kit.db import Database, metadata


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    """The embedded database, open, with every table empty."""
    database = await Database(sqlite_url).open()
    async with database.tx() as tx:
        for table in reversed(metadata.sorted_tables):
            await tx.run(delete(table))
    yield database
    await database.close()
