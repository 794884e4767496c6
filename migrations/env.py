"""Run by Alembic (kit/migrate.py): connects, and compares or migrates."""

from typing import Any

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from kit import migrate
from migrations.tables import metadata


def render_item(kind: str, item: Any, _: Any) -> str | bool:
    """A column type of ours is written as what the database stores, so that old revisions do not need our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with migrate.engine(context.config.attributes["url"]).connect() as connection:
    run(connection)
