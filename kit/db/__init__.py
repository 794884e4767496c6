"""The one door to the database.

    async with db.tx() as tx:                 # a write transaction: commits at the end, rolls back on any error
        row = await tx.one(select(slots.c.id, slots.c.booked).where(...))
    await db.transact(appointments.book, citizen, form)   # the same, tried again after a deadlock
    async with db.read() as tx: ...           # reads only, each statement on its own, always the newest committed state

Statements are SQLAlchemy Core; callers never see which database answers. Rows are namedtuples of the selected columns.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Executable, Table, make_url

from kit.db.columns import Day, Flag, Instant, Json, RowId, Sealed, metadata
from kit.db.mysql import MysqlLinks
from kit.db.outcomes import Contended, Duplicate, Outcome
from kit.db.sqlite import SqliteLinks
from kit.db.statements import Row, Statements
from kit.errors import Unavailable

__all__ = ["Database", "Day", "Duplicate", "Flag", "Instant", "Json", "Row", "RowId", "Sealed", "Tx", "metadata"]

P = ParamSpec("P")
T = TypeVar("T")
ATTEMPTS = 6


class _Link(Protocol):
    async def execute(self, sql: str, values: Any) -> Outcome: ...

    async def execute_many(self, sql: str, rows: Sequence[Any]) -> Outcome: ...


class Tx:
    """A transaction in progress (or a reader). Verbs take it first and never commit."""

    def __init__(self, link: _Link, statements: Statements) -> None:
        self._link, self._statements = link, statements
        self._depth = 0

    async def all(self, statement: Executable) -> list[Row]:
        sql, values, shape = self._statements.prepare(statement)
        return [shape.row(r) for r in (await self._link.execute(sql, values)).rows]

    async def one(self, statement: Executable) -> Row | None:
        """The first row, or None."""
        sql, values, shape = self._statements.prepare(statement)
        rows = (await self._link.execute(sql, values)).rows
        return shape.row(rows[0]) if rows else None

    async def value(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        row = await self.one(statement)
        return None if row is None else row[0]

    async def run(self, statement: Executable) -> int:
        """How many rows the statement matched and wrote."""
        sql, values, _ = self._statements.prepare(statement)
        return (await self._link.execute(sql, values)).changed

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail on its own: an error inside undoes what the part wrote, and the transaction goes on."""
        self._depth += 1
        name = f"attempt_{self._depth}"
        await self._link.execute(f"SAVEPOINT {name}", ())
        try:
            yield
        except Contended:
            raise  # the database has taken back the whole transaction, savepoints and all
        except Exception:
            await self._link.execute(f"ROLLBACK TO SAVEPOINT {name}", ())
            raise
        finally:
            self._depth -= 1
        await self._link.execute(f"RELEASE SAVEPOINT {name}", ())

    async def insert(self, statement: Executable) -> int:
        """The number given to the inserted row. Raises Duplicate when a unique key holds the value already."""
        sql, values, _ = self._statements.prepare(statement)
        return (await self._link.execute(sql, values)).inserted_id

    async def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows that all give the same columns, in one go. Raises Duplicate; then none of them is certain.

        `insert(table).values([...])` would do the same, but SQLAlchemy compiles that anew each time.
        """
        if rows:
            await self._link.execute_many(*self._statements.prepare_rows(table, rows))


class Database:
    """`url` is `sqlite+aiosqlite:///path` or `mysql+aiomysql://user:password@host:port/name` (contract.md)."""

    def __init__(self, url: str, *, pool_size: int = 8, wait_seconds: float = 8.0) -> None:
        where = make_url(url)
        self.url, self.wait_seconds = where, wait_seconds
        self.kind = where.get_backend_name().replace("mariadb", "mysql")
        if self.kind == "sqlite":
            self.links: SqliteLinks | MysqlLinks = SqliteLinks(where.database or ":memory:", wait_seconds)
        elif self.kind == "mysql":
            self.links = MysqlLinks(where, pool_size, wait_seconds)
        else:
            raise ValueError(f"database.url: {where.get_backend_name()} is not supported; use sqlite or mysql")
        self.statements = Statements(self.kind)

    async def open(self) -> "Database":
        async with self._patience():
            await self.links.open()
        return self

    async def close(self) -> None:
        await self.links.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        async with self._patience(), self.links.reading() as link:
            yield Tx(link, self.statements)

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """One write transaction, not retried: use `transact` where others may want the same rows."""
        async with self._patience(), self.links.transaction() as link:
            yield Tx(link, self.statements)

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """What could not be had in time, or was lost on the way, is Unavailable to whoever asked."""
        try:
            async with asyncio.timeout(self.wait_seconds):
                yield
        except (TimeoutError, Contended) as error:
            raise Unavailable() from error

    async def transact(self, verb: Callable[Concatenate[Tx, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `verb(tx, …)` in a transaction of its own; after a deadlock the whole of it again, a few times."""
        return cast(T, await self._insist(self.links.transaction, verb, *args, **kwargs))

    async def consult(self, verb: Callable[Concatenate[Tx, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a verb that only reads."""
        return cast(T, await self._insist(self.links.reading, verb, *args, **kwargs))

    async def _insist(self, opening: Any, verb: Any, *args: Any, **kwargs: Any) -> Any:
        async with self._patience():  # over all attempts together
            for attempt in range(1, ATTEMPTS):
                try:
                    async with opening() as link:
                        return await verb(Tx(link, self.statements), *args, **kwargs)
                except Contended:
                    await asyncio.sleep(random.uniform(0.2, 1.0) * 0.01 * 2**attempt)  # noqa: S311 (spread, not secrecy)
            async with opening() as link:
                return await verb(Tx(link, self.statements), *args, **kwargs)
