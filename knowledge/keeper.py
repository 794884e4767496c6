"""Keeps one worker's library as the database has it: what was published is read, indexed off the loop, and
swapped in.
"""

import asyncio
import logging
from collections.abc import Callable

from kit.beside import beside
from kit.db import Database
from knowledge import entries
from knowledge.content import Content, Kind
from knowledge.library import Library

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0


class Keeper:
    """`library` is the newest this worker has; until anything has been planted, the shipped one."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._serial = -1  # nothing read yet
        self._rebuilding: asyncio.Task[None] | None = None
        self._is_stale = False

    async def catch_up(self, db: Database) -> bool:
        """Reads what is newer than what we hold and makes the library of it; False when nothing was."""
        changed = await db.consult(entries.live_since, self._serial)
        if not changed:
            return False
        # Planting brings the policies: where there are none, the shipped library is what the rest is added to.
        is_planted = self._serial < 0 and any(each.kind == "policy" for each in changed)
        contents: dict[tuple[Kind, str], Content] = {} if is_planted else dict(self.library.shelf.contents)
        for each in changed:
            if each.content is None:
                contents.pop((each.kind, each.id), None)
            else:
                contents[each.kind, each.id] = each.content
        self.library = await beside(self.library.with_contents, contents)
        self._serial = max(each.serial for each in changed)
        return True

    def refresh(self, db: Database, swapped: Callable[[], None]) -> None:
        """Catches up in the background, then calls `swapped`. Called while that is under way, it is done once
        more afterwards.
        """
        self._is_stale = True
        if self._rebuilding is None or self._rebuilding.done():
            self._rebuilding = asyncio.create_task(self._until_fresh(db, swapped), name="knowledge")

    async def stop(self) -> None:
        if self._rebuilding is not None:
            self._rebuilding.cancel()
            await asyncio.wait([self._rebuilding], timeout=2)

    async def _until_fresh(self, db: Database, swapped: Callable[[], None]) -> None:
        while self._is_stale:
            self._is_stale = False
            try:
                if await self.catch_up(db):
                    swapped()
            except Exception:
                log.exception("knowledge: what was published cannot be read; answering on, and trying again")
                self._is_stale = True
                await asyncio.sleep(AGAIN_SECONDS)
