"""What the readings of this room share: the instants of a span, one group of many, rows page by page."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select

from hall.performance.model import Asked, Rows
from hall.performance.spans import Span
from hall.places.calendar import ONE_DAY
from kit.clock import instant_at, local
from kit.db import Tx

NOT_YET, YES, NO = "", "是", "否"
COUNTED = "算在分子里"  # the header of the cell that says so


def instants(span: Span) -> tuple[datetime, datetime]:
    """When a span begins, and when it is over."""
    return instant_at(span.first, time()), instant_at(span.last + ONE_DAY, time())


def of_group(column: ColumnElement[Any], asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Whether a row belongs to the group that is asked for; no condition where all are."""
    if not asked.is_one:
        return ()
    return (column.is_(None) if asked.key is None else column == asked.key,)


async def page(
    tx: Tx,
    statement: Select[Any],
    ids: ColumnElement[Any],
    asked: Asked,
    headers: Sequence[str],
    line_of: Callable[[Any], tuple[str, ...]],
) -> Rows:
    """One page of the rows of a statement, the newest first; each row has an `id`."""
    if asked.before is not None:
        statement = statement.where(ids < asked.before)
    found = await tx.all(statement.order_by(ids.desc()).limit(asked.most + 1))
    shown = found[: asked.most]
    return Rows(tuple(headers), tuple(map(line_of, shown)), shown[-1].id if len(found) > asked.most else None)


def second(at: datetime | None) -> str:
    """11-27 10:32:05, in Shanghai."""
    return NOT_YET if at is None else local(at).strftime("%m-%d %H:%M:%S")


def counter(number: int | None) -> str:
    return NOT_YET if number is None else f"{number}号窗口"


def yes(is_so: bool) -> str:
    return YES if is_so else NO
