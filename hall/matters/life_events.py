"""一件事: what people go through (开一家小店, 我要退休), as a list of the hall's own matters in their order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select

from hall.matters.listing import with_words
from hall.matters.model import Audience, BadEntry, LifeEvent, LifeEventNotFound, Matter
from hall.matters.rows import put
from hall.matters.service import VERSION
from hall.matters.tables import life_events as event_table
from kit.db import Tx
from kit.live import bump

LONGEST_ID, LONGEST_NAME, MOST_MATTERS = 64, 64, 30
MOST_NEAR = 5  # matters offered for a line that may mean several
_every = select(*event_table.c).order_by(event_table.c.id)


async def set_event(tx: Tx, event: LifeEvent, known: Collection[str]) -> None:
    """Enters a life event, or puts it in the place of the one of that id. `known`: ids of the hall's matters.

    Raises BadEntry.
    """
    if wrong := reasons_against(event, known):
        raise BadEntry(reasons="；".join(wrong))
    await put(tx, event_table, asdict(event))
    await bump(tx, VERSION)


def reasons_against(event: LifeEvent, known: Collection[str]) -> list[str]:
    """Why a life event cannot be entered as it is; empty when it can. It is made of matters that are there."""
    wrong = []
    if not 0 < len(event.id) <= LONGEST_ID or not 0 < len(event.name) <= LONGEST_NAME:
        wrong.append(f"编号和名称要写，最多{LONGEST_NAME}个字")
    if not 0 < len(event.matters) <= MOST_MATTERS or len(set(event.matters)) < len(event.matters):
        wrong.append(f"要有1到{MOST_MATTERS}个事项，不能重复")
    if strange := [matter_id for matter_id in event.matters if matter_id not in known]:
        wrong.append(f"本厅没有事项 {'、'.join(strange)}")
    return wrong


async def drop(tx: Tx, hall_id: str, event_id: str) -> None:
    """Takes a life event away; its matters stay. Raises LifeEventNotFound."""
    here = (event_table.c.hall_id == hall_id, event_table.c.id == event_id)
    if await tx.run(delete(event_table).where(*here)) == 0:
        raise LifeEventNotFound()
    await bump(tx, VERSION)


async def events(tx: Tx, hall_id: str) -> tuple[LifeEvent, ...]:
    """The hall's life events by position, then by id."""
    found = [_event(row) for row in await tx.all(_every.where(event_table.c.hall_id == hall_id))]
    return tuple(sorted(found, key=lambda event: (event.position is None, event.position or 0)))


async def event(tx: Tx, hall_id: str, event_id: str, *, is_locked: bool = False) -> LifeEvent:
    """Raises LifeEventNotFound."""
    asked = _every.where(event_table.c.hall_id == hall_id, event_table.c.id == event_id)
    row = await tx.one(asked.with_for_update() if is_locked else asked)
    if row is None:
        raise LifeEventNotFound()
    return _event(row)


def _event(row: Any) -> LifeEvent:
    audience = Audience(row.audience)
    return LifeEvent(
        row.id, row.hall_id, row.name, audience, tuple(row.aliases), tuple(row.matters), row.note, row.position
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A line as somebody wrote it, and the matter it means; None: it may be one of `near`, or of nothing."""

    line: str
    matter: Matter | None
    near: tuple[Matter, ...] = ()


def steps(lines: Iterable[str], every: Sequence[Matter]) -> tuple[Step, ...]:
    """What a list of matters means that somebody wrote one a line: by name or id, or by words that only one has."""
    return tuple(_step(line, every) for line in filter(None, map(str.strip, lines)))


def _step(line: str, every: Sequence[Matter]) -> Step:
    called = [one for one in every if line in (one.name, one.id)]
    found = called or [one for one in every if line in one.name] or with_words(every, line)
    return Step(line, found[0]) if len(found) == 1 else Step(line, None, tuple(found[:MOST_NEAR]))


def line_of(matter: Matter, every: Sequence[Matter]) -> str:
    """What `steps` reads as this matter: its name, or its id where another has the same name."""
    return matter.id if sum(one.name == matter.name for one in every) > 1 else matter.name


def said_twice(event: LifeEvent, others: Iterable[LifeEvent]) -> dict[str, LifeEvent]:
    """Words for this life event that are those of another too, with that one."""
    words = {event.name, *event.aliases}
    return {word: other for other in others if other.id != event.id for word in words & {other.name, *other.aliases}}


def matters_of(event: LifeEvent, catalogue: Sequence[Matter]) -> tuple[Matter, ...]:
    """The matters of a life event that the hall still has, in the event's order."""
    by_id = {matter.id: matter for matter in catalogue}
    return tuple(by_id[matter_id] for matter_id in event.matters if matter_id in by_id)
