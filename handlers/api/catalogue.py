"""The halls and their matters, held by this worker: a booking need not read them, and a guide asks for little else.

Read again when older than FRESH_SECONDS, by one request while the others go on with what there is.
"""

import asyncio
import time
from dataclasses import dataclass, field

from hall.matters import agencies, files, life_events
from hall.matters import service as matters
from hall.matters.model import Agency, Attached, Group, LifeEvent, Matter, MatterNotFound
from hall.places import service as places
from hall.places.model import Counter, Hall, HallNotFound
from kit.db import Database, Tx
from kit.errors import Unavailable

FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Guide:
    """What stands around a hall's matters."""

    agencies: dict[str, Agency]
    events: tuple[LifeEvent, ...]
    files: dict[str, tuple[Attached, ...]]  # by matter
    counters: tuple[Counter, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of every hall, as of one read."""

    halls: dict[str, Hall]
    groups: dict[int, Group]
    matters: dict[str, dict[str, Matter]] = field(repr=False)  # hall, matter
    guides: dict[str, Guide] = field(repr=False)  # hall

    def hall(self, hall_id: str) -> Hall:
        """Raises HallNotFound."""
        if hall_id not in self.halls:
            raise HallNotFound()
        return self.halls[hall_id]

    def all_matters(self, hall_id: str) -> tuple[Matter, ...]:
        """Raises HallNotFound."""
        return tuple(self.matters[self.hall(hall_id).id].values())

    def matter(self, hall_id: str, matter_id: str) -> Matter:
        """Raises HallNotFound, MatterNotFound."""
        found = self.matters[self.hall(hall_id).id].get(matter_id)
        if found is None:
            raise MatterNotFound()
        return found

    def group(self, hall_id: str, letter: str) -> Group:
        """Raises HallNotFound, MatterNotFound."""
        here = self.hall(hall_id).id
        found = (group for group in self.groups.values() if (group.hall_id, group.letter) == (here, letter.upper()))
        if (group := next(found, None)) is None:
            raise MatterNotFound()
        return group


class Catalogue:
    """`held` it before use: a request then sees one state of it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._held: Held | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def held(self) -> Held:
        if self._held is None or (time.monotonic() - self._read_at > FRESH_SECONDS and not self._reading.locked()):
            async with self._reading:
                if self._held is None or time.monotonic() - self._read_at > FRESH_SECONDS:
                    await self._read()
        assert self._held is not None, "it was read, or reading failed"
        return self._held

    async def _read(self) -> None:
        """When the database is out of reach, what is held goes on being told."""
        self._read_at = time.monotonic()
        try:
            self._held = await self._db.consult(_read)
        except Unavailable:
            if self._held is None:
                raise


async def _read(tx: Tx) -> Held:
    halls = {hall.id: hall for hall in await places.halls(tx)}
    groups = {group.id: group for hall_id in halls for group in await matters.groups(tx, hall_id)}
    catalogues = {h: {m.id: m for m in await matters.catalogue(tx, h)} for h in halls}
    return Held(halls, groups, catalogues, {h: await _guide(tx, h) for h in halls})


async def _guide(tx: Tx, hall_id: str) -> Guide:
    by_matter: dict[str, tuple[Attached, ...]] = {}
    for file in await files.files(tx, hall_id):
        by_matter[file.matter_id] = (*by_matter.get(file.matter_id, ()), file)
    there = {agency.id: agency for agency in await agencies.agencies(tx, hall_id)}
    return Guide(there, await life_events.events(tx, hall_id), by_matter, await places.counters(tx, hall_id))
