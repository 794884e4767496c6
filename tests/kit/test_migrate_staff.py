"""A database from before roles had halls keeps everybody's role, at every hall."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from kit import migrate


def test_roles_of_before_are_kept(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    command.upgrade(migrate.config(url), "0091")
    engine = migrate.engine(url)
    with engine.begin() as connection:
        row = "INSERT INTO staff (name, role, password_hash, must_change, added_at) VALUES ('王芳', 'clerk', 'x', 1, 0)"
        connection.execute(text(row))
    migrate.upgrade(url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT staff_id, hall_id, role FROM staff_roles")).all() == [(1, "*", "clerk")]
        assert connection.execute(text("SELECT id, name, password_hash FROM staff")).all() == [(1, "王芳", "x")]
    engine.dispose()
