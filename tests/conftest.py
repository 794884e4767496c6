"""Every test that touches the database runs on the embedded one and on MariaDB; nothing of ours is mocked."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import delete

from kit import secrets
from kit.db import Database, metadata
from tests.databases import MariaDb
from tests.servers import DATA_KEY

settings.register_profile("ours", deadline=None)  # how long a test takes depends on the machine: bench/ measures
settings.load_profile("ours")

NOON = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai

secrets.use(secrets.Keyring(DATA_KEY))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    server = MariaDb()
    yield server
    server.remove()


def _migrated(url: str) -> str:
    from kit import migrate

    migrate.upgrade(url)
    return url


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("sqlite") / "test.db"
    return _migrated(f"sqlite+aiosqlite:///{path}")


@pytest.fixture(scope="session")
def mariadb_url(mariadb: MariaDb) -> str:
    return _migrated(mariadb.url("bangban_test"))


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open database with every table empty."""
    database = await Database(database_url, pool_size=20, wait_seconds=30).open()
    async with database.tx() as tx:
        for table in reversed(metadata.sorted_tables):
            await tx.run(delete(table))
    yield database
    await database.close()


@pytest.fixture
def now() -> datetime:
    return NOON
