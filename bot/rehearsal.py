"""An edit rehearsed: what the bot would say with it. In a process of its own: an editor who types has it asked every
other second, and each time a whole library is made of it.

The process holds a desk as a worker does, and reads what has been published since before it answers.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from bot import dialogue
from bot.desk import Desk
from bot.messages import Said
from hall.matters import service as matters
from hall.places import service as places
from kit import log as logs
from kit.apart import Apart
from kit.db import Database
from kit.live import Watch
from kit.settings import Settings
from knowledge import entries, trial
from knowledge.keeper import Keeper
from knowledge.library import Library
from knowledge.model import Finding
from knowledge.questions import Kept
from knowledge.trial import Changed, Edit

AT_ONCE = 20  # questions of a week in one go, 0.1 s: between two goes others have their turn
REMEMBERED = 4  # libraries of lately: the goes of one week are of the same


class Rehearsal:
    """Begins its process when somebody opens an entry to edit (`warm`), and ends it when nobody has for a while."""

    def __init__(self, settings: Settings) -> None:
        self._apart = Apart(partial(_prepare, settings))
        self.warm, self.close = self._apart.warm, self._apart.close

    async def would(self, edit: Edit, asking: str, on: date) -> tuple[Said, Finding | None]:
        """What a citizen would read (dialogue.asked). Raises NotWorkedOut."""
        return await self._apart.do(_would, edit, asking, on)

    async def week(self, edit: Edit, asked: Sequence[Kept]) -> list[Changed]:
        """The questions that would be answered otherwise, the most asked first. Raises NotWorkedOut."""
        found: list[Changed] = []
        for first in range(0, len(asked), AT_ONCE):
            found += await self._apart.do(_changes, edit, asked[first : first + AT_ONCE])
        return trial.most_asked_first(found)


# ------------------------------------------------------------------------------------------------ in the process


class Stage:
    """A desk, and the libraries made of lately."""

    def __init__(self, desk: Desk, watch: Watch) -> None:
        self.desk, self._watch = desk, watch
        self._lately: deque[tuple[Library, Edit, Library]] = deque(maxlen=REMEMBERED)

    async def edited(self, edit: Edit) -> Library:
        """The library with an edit: 0.03 s for 400 entries."""
        await self._watch.look()
        now = self.desk.library
        for made_of, with_what, made in self._lately:
            if made_of is now and with_what == edit:
                return made
        made = trial.with_edit(now, edit)
        self._lately.append((now, edit, made))
        return made


async def _prepare(settings: Settings) -> Stage:
    logs.set_up(settings.log.level)
    db = await Database(settings.database.url, pool_size=1, wait_seconds=settings.database.wait_seconds).open()
    watch = Watch(db)
    desk = Desk.with_library(db, settings, Library.load())
    watch.hang(entries.VERSION, desk.reload_knowledge)
    watch.hang(matters.VERSION, desk.reload_hall)
    watch.hang(places.HALLS, desk.reload_hall)
    watch.hang(places.VERSION, desk.reload_calendar)
    await watch.load()
    return Stage(desk, watch)


async def _would(stage: Stage, edit: Edit, asking: str, on: date) -> tuple[Said, Finding | None]:
    library = await stage.edited(edit)
    return dialogue.asked(replace(stage.desk, keeper=Keeper(library), answers={}), asking, on)


async def _changes(stage: Stage, edit: Edit, asked: Sequence[Kept]) -> list[Changed]:
    library = await stage.edited(edit)
    return trial.changes(stage.desk.library, library, asked)
