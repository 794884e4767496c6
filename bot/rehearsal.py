"""An edit rehearsed: what the bot would say with it. In a process of its own: an editor who types has it asked every
other second, and each time a whole library is made of it.

The process holds a desk as a worker does, and reads what has been published since before it answers.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

from bot import dialogue
from bot.desk import Desk
from bot.messages import Said
from kit import log as logs
from kit.apart import Apart, NotWorkedOut
from kit.beside import beside
from kit.db import Database
from kit.live import Watch
from kit.settings import Settings
from knowledge import trial
from knowledge.keeper import Keeper
from knowledge.library import Library
from knowledge.model import Finding
from knowledge.questions import Kept
from knowledge.trial import Changed, Edit

T = TypeVar("T")

AT_ONCE = 50  # questions of a week in one go, 0.2 s: between two goes others have their turn
REMEMBERED = 2  # libraries of lately: the goes of one week are of the same


class Rehearsal:
    """Begins its process when somebody comes who edits (`warm`), and ends it when nobody has for a while.

    Until that stands, and where it fell, a thread of this worker does the work: nobody waits for a beginning.
    """

    def __init__(self, desk: Desk) -> None:
        self._here = Stage(desk)
        self._apart = Apart(partial(_prepare, desk.settings))

    @property
    def is_apart(self) -> bool:
        """Whether it is the process that answers."""
        return self._apart.is_warm

    def warm(self) -> "Future[None]":
        """The process begins, if it has not; done when it stands."""
        return self._apart.warm()

    def close(self) -> None:
        self._apart.close()

    async def would(self, edit: Edit, asking: str, on: date) -> tuple[Said, Finding | None]:
        """What a citizen would read (dialogue.asked)."""
        return await self._do(partial(Stage.would, edit=edit, asking=asking, on=on))

    async def week(self, edit: Edit, asked: Sequence[Kept]) -> list[Changed]:
        """The questions that would be answered otherwise, the most asked first."""
        found: list[Changed] = []
        for first in range(0, len(asked), AT_ONCE):
            found += await self._do(partial(Stage.changes, edit=edit, asked=asked[first : first + AT_ONCE]))
        return trial.most_asked_first(found)

    async def _do(self, work: Callable[["Stage"], T]) -> T:
        if self._apart.is_warm:
            with suppress(NotWorkedOut):
                return await self._apart.do(_done, work)
        self.warm()
        return await beside(work, self._here)


class Stage:
    """A desk, and the libraries made of its own lately."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lately: deque[tuple[Library, Edit, Library]] = deque(maxlen=REMEMBERED)

    def would(self, edit: Edit, asking: str, on: date) -> tuple[Said, Finding | None]:
        _, then = self._edited(edit)
        return dialogue.asked(replace(self._desk, keeper=Keeper(then), answers={}), asking, on)

    def changes(self, edit: Edit, asked: Sequence[Kept]) -> list[Changed]:
        return trial.changes(*self._edited(edit), asked)

    def _edited(self, edit: Edit) -> tuple[Library, Library]:
        """The library as it is and with an edit: 0.03 s for 400 entries."""
        now = self._desk.library
        for made_of, with_what, made in tuple(self._lately):
            if made_of is now and with_what == edit:
                return now, made
        made = trial.with_edit(now, edit)
        self._lately.append((now, edit, made))
        return now, made


# ------------------------------------------------------------------------------------------------ in the process


async def _prepare(settings: Settings) -> tuple[Stage, Watch]:
    logs.set_up(settings.log.level)
    db = await Database(settings.database.url, pool_size=1, wait_seconds=settings.database.wait_seconds).open()
    watch = Watch(db)
    desk = Desk.with_library(db, settings, Library.load(is_semantic=settings.knowledge.semantic))
    desk.follow(watch)
    await watch.load()
    return Stage(desk), watch


async def _done(standing: tuple[Stage, Watch], work: Callable[[Stage], T]) -> T:
    stage, watch = standing
    await watch.look()
    return work(stage)
