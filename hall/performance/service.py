"""How a hall performs, over a span of days: the figures, and the rows behind each. Only reads."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from hall.appointments.tables import appointment_facts
from hall.cases.tables import case_facts
from hall.matters.tables import matters
from hall.performance import bookings, cases, opinions, tickets
from hall.performance.model import (
    FIGURES_BY,
    Asked,
    By,
    Figure,
    Group,
    Key,
    Names,
    Piles,
    Report,
    Rows,
    TooManyRows,
    Value,
    Wanted,
    read,
)
from hall.performance.spans import Span, When, span_before, span_of
from hall.places import service as places
from hall.places.tables import counters
from hall.queue.board import version_name
from hall.ratings.tables import rating_facts
from kit.clock import day_of
from kit.db import Tx
from kit.live import versions

SOURCES = (tickets, cases, bookings, opinions)
ROWS_OF = {
    **dict.fromkeys(Figure, tickets),
    **dict.fromkeys(
        (Figure.ACCEPTED, Figure.CONCLUDED, Figure.CONCLUDED_SHARE, Figure.ON_TIME, Figure.CASE_DAYS), cases
    ),
    Figure.NO_SHOW: bookings,
    Figure.CONTENT: opinions,
}
MOST_ROWS = 20_000  # of a sheet
FACTS = (case_facts, appointment_facts, rating_facts)
LATELY = 200  # facts; of those that were being written at once, one with an earlier number may be seen later


async def wanted(
    tx: Tx, hall_id: str, when: When, by: By, now: datetime, first: date | None = None, last: date | None = None
) -> Wanted:
    """`first` and `last` are of a span of one's own. Raises HallNotFound, SpanBackwards, SpanTooLong."""
    await places.hall(tx, hall_id)
    span = span_of(when, day_of(now), first, last)
    return Wanted(hall_id, span, by, span_before(when, span, await places.calendar(tx, hall_id)))


async def report(tx: Tx, asked: Wanted, now: datetime) -> Report:
    """The figures of the whole hall, with those of the span before, and of each group."""
    moved = await mark(tx, asked.hall_id, now)  # first: what comes meanwhile moves it again
    piles = await _piles(tx, asked, asked.span)
    before = await _piles(tx, asked, asked.earlier)
    called = await names(tx, asked.hall_id)
    figures = FIGURES_BY[asked.by]
    groups = [
        Group(key, called.of(asked.by, key), {one: read(one, piles.of(one, key)) for one in figures})
        for key in piles.keys
    ]
    shown = [group for group in groups if any(value.whole for value in group.values.values())]
    whole, earlier = ({one: read(one, each.whole(one)) for one in Figure} for each in (piles, before))
    return Report(asked, whole, earlier, tuple(sorted(shown, key=_place)), now, moved)


async def _piles(tx: Tx, asked: Wanted, span: Span) -> Piles:
    piles = Piles()
    for source in SOURCES:
        await source.add(tx, asked, span, piles)
    return piles


def _place(group: Group) -> tuple[bool, Any]:
    """Counters by number, the newest day first, matters by how much there is of them; what has no name last."""
    if isinstance(group.key, date):
        return False, -group.key.toordinal()
    if isinstance(group.key, str):
        return False, (-sum(_amount(group, one) for one in (Figure.TAKEN, Figure.ACCEPTED)), group.name)
    return group.key is None, group.key


def _amount(group: Group, figure: Figure) -> int:
    value: Value | None = group.values.get(figure)
    return 0 if value is None else value.whole


async def names(tx: Tx, hall_id: str) -> Names:
    """What the hall's counters and matters are called, those taken down or withdrawn too."""
    every_counter = select(counters.c.number, counters.c.name).where(counters.c.hall_id == hall_id)
    every_matter = select(matters.c.id, matters.c.name).where(matters.c.hall_id == hall_id)
    return Names(
        {row.number: row.name for row in await tx.all(every_counter)},
        {row.id: row.name for row in await tx.all(every_matter)},
    )


async def mark(tx: Tx, hall_id: str, now: datetime) -> str:
    """Moves when something has happened that may move a figure; cheap enough to be asked every few seconds.

    The queue has a version of its own. Of the other rooms the newest facts are counted, of all halls alike.
    """
    board = await tx.value(select(versions.c.number).where(versions.c.name == version_name(hall_id))) or 0
    moved = [day_of(now).isoformat(), str(board)]
    for facts in FACTS:
        newest: int = await tx.value(select(func.max(facts.c.id))) or 0
        lately = await tx.value(select(func.count()).where(facts.c.id > newest - LATELY))
        moved.append(f"{newest}.{lately}")
    return "-".join(moved)


# ------------------------------------------------------------------------------------------------ the rows behind


async def value(tx: Tx, asked: Asked) -> Value:
    """The figure whose rows are asked for."""
    piles = Piles()
    await ROWS_OF[asked.figure].add(tx, asked.wanted, asked.wanted.span, piles)
    return read(asked.figure, piles.of(asked.figure, asked.key) if asked.is_one else piles.whole(asked.figure))


async def rows(tx: Tx, asked: Asked) -> Rows:
    """One page of what stands behind a figure, the newest first."""
    found: Rows = await ROWS_OF[asked.figure].rows(tx, asked)
    return found


async def every_row(tx: Tx, asked: Asked) -> Rows:
    """All of them, for a sheet. Raises TooManyRows."""
    found = await rows(tx, replace(asked, before=None, most=MOST_ROWS))
    if found.older is not None:
        raise TooManyRows(most=MOST_ROWS)
    return found


def key_of(by: By, written: str) -> Key:
    """A group as an address names it, "" for the one without a name; what cannot be one is a key nothing has."""
    if not written:
        return None
    if by is By.COUNTER:
        return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else -1
    return _day(written) if by is By.DAY else written


def _day(written: str) -> Key:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min
