from collections.abc import AsyncIterator

import pytest

from kit import migrate
from kit.db import Database
from tests.kit.parcels import shelf


@pytest.fixture
async def stock(db: Database, database_url: str) -> AsyncIterator[Database]:
    """The open database with an empty table of parcels in it."""
    shelf.create_all(engine := migrate.engine(database_url))
    yield db
    shelf.drop_all(engine)  # or the tables would no longer be those of the migrations
