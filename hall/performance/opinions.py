"""How content people were. A row tells the level and the day, and neither who said so nor of which dealing."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hall.performance.model import Asked, By, Figure, Piles, Rows, Wanted
from hall.performance.reading import COUNTED, of_group, yes
from hall.performance.spans import Span
from hall.ratings.model import HANDFUL, Level
from hall.ratings.tables import ratings
from kit.db import Tx

CONTENT = (Level.GOOD, Level.VERY_GOOD)
KEYS: dict[By, ColumnElement[Any]] = {
    By.COUNTER: ratings.c.counter,
    By.MATTER: ratings.c.matter_id,
    By.DAY: ratings.c.on,
}
HEADERS = ("评的那天", "怎么评的", "几条", COUNTED)


async def add(tx: Tx, wanted: Wanted, span: Span, piles: Piles) -> None:
    """Adds the share of the content to the piles, by group."""
    key = KEYS[wanted.by].label("grouped")
    counted = _given(select(key, ratings.c.level, func.count().label("count")), wanted, span)
    for row in await tx.all(counted.group_by(key, ratings.c.level)):
        piles.add(Figure.CONTENT, row.grouped, int(row.level in CONTENT), row.count)


def _given(statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    here = (ratings.c.hall_id == wanted.hall_id, ratings.c.on >= span.first, ratings.c.on <= span.last)
    return statement.where(*here)


async def rows(tx: Tx, asked: Asked) -> Rows:
    """How often each level was given on each day, newest and best first; none of fewer than a handful."""
    columns = (ratings.c.on, ratings.c.level, func.count().label("count"))
    chosen = _given(select(*columns), asked.wanted, asked.wanted.span).where(*of_group(KEYS[asked.wanted.by], asked))
    found = await tx.all(chosen.group_by(ratings.c.on, ratings.c.level))
    if sum(row.count for row in found) < HANDFUL:
        return Rows(HEADERS, ())
    places = {_place(row): row for row in found if asked.before is None or _place(row) < asked.before}
    ordered = sorted(places, reverse=True)
    shown = ordered[: asked.most]
    lines = tuple(_line(places[place]) for place in shown)
    return Rows(HEADERS, lines, shown[-1] if len(ordered) > asked.most else None)


def _place(row: Any) -> int:
    """Where a day's level stands among all rows."""
    return int(row.on.toordinal() * 10 + row.level)


def _line(row: Any) -> tuple[str, ...]:
    return row.on.isoformat(), Level(row.level).chinese, str(row.count), yes(row.level in CONTENT)
