from pathlib import Path

from sqlalchemy import inspect

from kit import migrate


def test_migrated_database_is_current_and_has_the_tables_of_the_code(database_url: str) -> None:
    assert migrate.current(database_url) == migrate.head()
    assert migrate.is_current(database_url) is True
    migrate.check(database_url)  # raises where a table and its migration differ


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)
    assert migrate.is_current(database_url) is True


def test_empty_database_is_not_current(tmp_path: Path) -> None:
    assert migrate.is_current(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}") is False


def test_upgrade_makes_the_folder_of_an_embedded_database(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'empty.db'}"
    migrate.upgrade(url)
    assert migrate.is_current(url) is True


def test_text_is_kept_and_compared_the_same_in_both_databases(mariadb_url: str) -> None:
    """An openid differs from another by case alone, and a name may hold any character."""
    seen = inspect(migrate.engine(mariadb_url))
    ours = [name for name in seen.get_table_names() if name != "alembic_version"]
    assert {seen.get_table_options(name)["mysql_collate"] for name in ours} == {"utf8mb4_bin"}
