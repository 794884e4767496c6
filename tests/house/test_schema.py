"""The migrations make exactly the tables the code knows, on both databases, from nothing."""

from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy import Column, Integer, Table, inspect

from kit import migrate
from kit.db import metadata
from tests.databases import MariaDb


@pytest.fixture(params=["sqlite", "mariadb"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}"
    server: MariaDb = request.getfixturevalue("mariadb")
    server.run("DROP DATABASE IF EXISTS bangban_fresh")
    return server.url("bangban_fresh")


def test_migrations_and_tables_agree(fresh: str) -> None:
    migrate.upgrade(fresh)
    migrate.check(fresh)
    made = inspect(migrate.engine(fresh)).get_table_names()
    assert set(made) == {*metadata.tables, "alembic_version"}


def test_table_without_a_migration_is_found(fresh: str) -> None:
    """The control."""
    migrate.upgrade(fresh)
    forgotten = Table("forgotten", metadata, Column("id", Integer, primary_key=True))
    try:
        with pytest.raises(CommandError, match="forgotten"):
            migrate.check(fresh)
    finally:
        metadata.remove(forgotten)


def test_each_revision_makes_one_thing(fresh: str) -> None:
    """DDL is not transactional: a revision of several steps that stops half way cannot be run again."""
    kinds = ("op.create_", "op.add_", "op.drop_", "op.execute(", "batch_op.")
    written = {path.name: path.read_text() for path in (migrate.SCRIPTS / "versions").glob("*.py")}
    steps = {name: sum(text.count(kind) for kind in kinds) for name, text in written.items()}
    assert steps == dict.fromkeys(steps, 1)
