"""Brings a database to the newest schema with Alembic, whose scripts lie in `migrations/` beside this package.

Alembic runs on an ordinary synchronous engine, away from the facade: one table per revision, since neither database
takes a half-done revision back whole. Forward only: the way back is the backup taken before.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
DRIVERS = {"sqlite": "sqlite", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}


def upgrade(url: str, scripts: Path = SCRIPTS) -> None:
    """Runs every revision the database lacks. `url` as in the settings; makes the folder of an embedded database."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite" and where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config(url, scripts), "head")


def check(url: str, scripts: Path = SCRIPTS) -> None:
    """Raises alembic's CommandError where the tables in the code and those in a migrated database differ."""
    command.check(config(url, scripts))


def head(scripts: Path = SCRIPTS) -> str | None:
    """The newest revision the code knows."""
    return ScriptDirectory(str(scripts)).get_current_head()


def current(url: str) -> str | None:
    """The revision the database stands at; None for an empty one, and for an embedded one that is not there yet."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():
        return None  # asking would make the file
    made = engine(url)
    try:
        with made.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        made.dispose()


def is_current(url: str, scripts: Path = SCRIPTS) -> bool:
    """Whether the database has the newest schema. Blocks while it asks: call it off the loop."""
    return current(url) == head(scripts)


def engine(url: str) -> Engine:
    """A synchronous engine to the database that a setting's asynchronous URL names."""
    return create_engine(_plain(make_url(url)), poolclass=NullPool)


def _plain(url: URL) -> URL:
    driver = DRIVERS[url.get_backend_name()]
    query: dict[str, Any] = dict(url.query)
    if driver != "sqlite":
        query["charset"] = "utf8mb4"
    return url.set(drivername=driver, query=query)


def config(url: str, scripts: Path = SCRIPTS) -> Config:
    """What Alembic's own commands take; the URL travels apart from the ini options, which would read its % signs."""
    made = Config()
    made.set_main_option("script_location", str(scripts).replace("%", "%%"))
    made.attributes["url"] = url
    return made
