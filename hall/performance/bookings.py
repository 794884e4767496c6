"""Of those who had booked: how many did not come. An appointment belongs to the day it was for, and to no counter."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hall.appointments.model import State
from hall.appointments.tables import appointments, slots
from hall.matters import service as matters
from hall.performance.model import Asked, By, Figure, Piles, Rows, Wanted
from hall.performance.reading import COUNTED, instants, of_group, page, second, yes
from hall.performance.spans import Span
from kit.db import Tx

KEYS: dict[By, ColumnElement[Any]] = {By.MATTER: appointments.c.matter_id, By.DAY: slots.c.on}
HEADERS = ("预约号", "事项", "约的时间", "现在", COUNTED)
KNOWN = (State.ARRIVED, State.NO_SHOW)


async def add(tx: Tx, wanted: Wanted, span: Span, piles: Piles) -> None:
    """Adds the share of no-shows to the piles; where counters are told apart, of all together."""
    key = KEYS[wanted.by if wanted.by in KEYS else By.MATTER].label("grouped")
    counted = await _held(tx, select(key, appointments.c.state, func.count().label("count")), wanted, span)
    for row in await tx.all(counted.group_by(key, appointments.c.state)):
        group = row.grouped if wanted.by in KEYS else None
        piles.add(Figure.NO_SHOW, group, int(row.state == State.NO_SHOW), row.count)


async def _held(tx: Tx, statement: Select[Any], wanted: Wanted, span: Span) -> Select[Any]:
    """By the index of the slots, which begins with hall and group."""
    begins, ends = instants(span)
    groups = [group.id for group in await matters.groups(tx, wanted.hall_id)]
    of_hall = (slots.c.hall_id == wanted.hall_id, slots.c.group_id.in_(groups))
    of_span = (slots.c.starts_at >= begins, slots.c.starts_at < ends)
    counts = (appointments.c.state.in_(KNOWN), appointments.c.excused_by.is_(None))
    joined = appointments.join(slots, slots.c.id == appointments.c.slot_id)
    return statement.select_from(joined).where(*of_hall, *of_span, *counts)


async def rows(tx: Tx, asked: Asked) -> Rows:
    """The appointments behind the figure."""
    columns = (appointments.c.id, appointments.c.number, appointments.c.matter_id, appointments.c.state)
    chosen = await _held(tx, select(*columns, slots.c.starts_at), asked.wanted, asked.wanted.span)
    if asked.wanted.by in KEYS:
        chosen = chosen.where(*of_group(KEYS[asked.wanted.by], asked))

    def line(row: Any) -> tuple[str, ...]:
        what = (row.number, asked.names.matter(row.matter_id), second(row.starts_at))
        return (*what, State(row.state).chinese, yes(row.state == State.NO_SHOW))

    return await page(tx, chosen, appointments.c.id, asked, HEADERS, line)
