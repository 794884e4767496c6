"""MySQL or MariaDB through aiomysql.

Reads run on autocommit, or a pooled connection would keep its old snapshot for ever; writes in an explicit transaction
at READ COMMITTED. aiomysql has no read timeout and the server goes on after a cancelled wait, so every use stands under
`asyncio.timeout` (in `Database`) and the server has limits of its own. A connection whose query was cancelled is
closed, never handed on. The pool is ours: aiomysql's does not wake those who wait when a connection comes back closed,
so after a burst of cancelled queries they would wait for ever.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiomysql
import pymysql
from pymysql.constants import CLIENT
from sqlalchemy.engine import URL

from kit.db.outcomes import Contended, Duplicate, Outcome
from kit.errors import Unavailable

DUPLICATE_KEY, DEADLOCK, LOCK_WAIT = 1062, 1213, 1205
TOOK_TOO_LONG = {1969, 3024}  # max_statement_time of MariaDB, max_execution_time of MySQL
GONE = {2002, 2003, 2006, 2013, 1040, 1053, 1927}  # refused, gone away, lost, no room, shutting down, killed
PING_AFTER_SECONDS = 1.0
RECYCLE_SECONDS = 3600.0


class Link:
    """One connection and what its errors mean."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.opened_at = self.used_at = time.monotonic()

    async def execute(self, sql: str, values: Sequence[Any]) -> Outcome:
        return await self._run(sql, values, is_many=False)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> Outcome:
        """aiomysql sends the rows of an INSERT as one statement."""
        return await self._run(sql, rows, is_many=True)

    async def _run(self, sql: str, values: Sequence[Any], *, is_many: bool) -> Outcome:
        try:
            async with self.connection.cursor() as cursor:
                await (cursor.executemany if is_many else cursor.execute)(sql, values)
                rows = await cursor.fetchall() if cursor.description else ()
                return Outcome(rows, cursor.rowcount, cursor.lastrowid or 0)
        except pymysql.err.IntegrityError as error:
            if error.args[0] == DUPLICATE_KEY:
                raise Duplicate(str(error)) from error
            raise
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            raise self._meaning(error) from error

    def _meaning(self, error: pymysql.err.Error) -> Exception:
        number = error.args[0]
        if number in TOOK_TOO_LONG:
            return Unavailable()
        if number in GONE or isinstance(error, pymysql.err.InterfaceError):
            self.connection.close()
            return Contended(str(error))
        return Contended(str(error)) if number in (DEADLOCK, LOCK_WAIT) else error

    async def begin(self) -> None:
        try:
            await self.connection.begin()
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            raise self._meaning(error) from error

    async def commit(self) -> None:
        try:
            await self.connection.commit()
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            meaning = self._meaning(error)
            # Lost while committing: it may have been done, so it is not tried again, only refused.
            raise (Unavailable() if self.connection.closed else meaning) from error

    async def rollback(self) -> None:
        if not self.connection.closed:
            try:
                await self.connection.rollback()
            except pymysql.err.Error:
                self.connection.close()

    async def is_alive(self) -> bool:
        """Pinged when it has been idle; False closes it."""
        try:
            idle_seconds = time.monotonic() - self.used_at
            if time.monotonic() - self.opened_at < RECYCLE_SECONDS:
                if idle_seconds > PING_AFTER_SECONDS:
                    await self.connection.ping(reconnect=False)
                return True
        except (pymysql.err.Error, OSError):
            pass
        except asyncio.CancelledError:
            self.connection.close()
            raise
        self.connection.close()
        return False


class MysqlLinks:
    kind = "mysql"

    def __init__(self, url: URL, pool_size: int, wait_seconds: float) -> None:
        self.url, self.wait_seconds = url, wait_seconds
        self.places = asyncio.Semaphore(pool_size)
        self.idle: list[Link] = []

    async def open(self) -> None:
        self.idle.append(await self._connect())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Link]:
        async with self.places:
            link = await self._take()
            try:
                yield link
            except asyncio.CancelledError:
                link.connection.close()  # what the wire holds is unknown; the server rolls back
                raise
            finally:
                self._give(link)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Link]:
        async with self.reading() as link:
            await link.begin()
            try:
                yield link
            except Exception:
                await link.rollback()
                raise
            await link.commit()

    async def _take(self) -> Link:
        """A connection that answers: pinged when it has been idle, replaced when it is gone (pre-ping)."""
        while self.idle:
            link = self.idle.pop()
            if await link.is_alive():
                return link
        return await self._connect()

    def _give(self, link: Link) -> None:
        if link.connection.closed:
            for other in self.idle:
                other.used_at = -math.inf  # the server may be gone: ping the others before they are used
        elif link.connection.get_transaction_status():
            link.connection.close()
        else:
            link.used_at = time.monotonic()
            self.idle.append(link)

    async def _connect(self) -> Link:
        try:
            connection = await aiomysql.connect(  # type: ignore[no-untyped-call]
                host=self.url.host or "127.0.0.1",
                port=self.url.port or 3306,
                user=self.url.username,
                password=self.url.password or "",
                db=self.url.database,
                unix_socket=self.url.query.get("unix_socket"),
                charset="utf8mb4",
                autocommit=True,
                client_flag=CLIENT.FOUND_ROWS,  # an UPDATE counts the rows it matched, as SQLite does
                connect_timeout=5,
                init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            )
        except pymysql.err.OperationalError as error:
            if error.args[0] in GONE:
                raise Contended(str(error)) from error
            raise
        link = Link(connection)
        try:
            await link.execute(*self._limits(connection))
        except BaseException:
            connection.close()
            raise
        return link

    def _limits(self, connection: Any) -> tuple[str, Sequence[Any]]:
        """The server gives up a little after we do, so that nothing we left behind holds a lock for long."""
        seconds = math.ceil(self.wait_seconds) + 1
        if "MariaDB" in connection.get_server_info():
            return "SET SESSION innodb_lock_wait_timeout=%s, max_statement_time=%s", (seconds, seconds)
        return "SET SESSION innodb_lock_wait_timeout=%s, max_execution_time=%s", (seconds, seconds * 1000)

    async def close(self) -> None:
        while self.idle:
            await self.idle.pop().connection.ensure_closed()
