"""What a case's owner is told without being asked: that it went on, and by when. No name or phone of anybody in it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from hall.cases import progress
from hall.cases.model import Case
from hall.cases.tables import cases
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.clock import to_ms
from kit.db import Tx


async def tell(tx: Tx, case: Case, kind: Kind, now: datetime, note: str | None = None) -> Case:
    """Leaves a notice for the owner, if the case has one, and keeps which last day they were told."""
    (told,) = await progress.told(tx, [case], now)
    due_on = told.clock.due_on or told.clock.legal_due_on
    if case.citizen_id is not None:
        facts: dict[str, Any] = {
            "number": case.number,
            "matter": case.matter_name,
            "state": case.state,
            "note": note,
            "next": case.next_step,
            "due_on": _iso(due_on),
            "unknown_year": told.clock.unknown_year,
            "until_on": _iso(told.until_on),
            "is_deemed": case.is_deemed,
            "owed": "、".join(one.name for one in told.owed) or None,
            "owed_on": _iso(told.owed_on),
        }
        key = f"case:{case.id}:{kind}:{to_ms(now)}"
        await notices.tell(tx, case.citizen_id, kind, facts, key, now, by_day(now), hall_id=case.hall_id)
    return await _keep_told(tx, case, due_on)


async def _keep_told(tx: Tx, case: Case, due_on: date | None) -> Case:
    if due_on == case.told_on or case.state.is_final:
        return case
    await tx.run(update(cases).where(cases.c.id == case.id).values(told_on=due_on))
    return replace(case, told_on=due_on)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
