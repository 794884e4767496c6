"""How many cases of a matter are under way, for who is about to change its limits."""

from dataclasses import dataclass

from sqlalchemy import select

from hall.cases.model import State
from hall.cases.tables import cases
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Running:
    """`accepted` keep the limits of the day of acceptance (docs/decisions/0018); `yet` get those of theirs."""

    accepted: int
    yet: int


async def of_matter(tx: Tx, hall_id: str, matter_id: str) -> Running:
    over = [state for state in State if state.is_final]
    mine = (cases.c.hall_id == hall_id, cases.c.matter_id == matter_id, cases.c.state.not_in(over))
    days = [row.accepted_on for row in await tx.all(select(cases.c.accepted_on).where(*mine))]
    accepted = sum(day is not None for day in days)
    return Running(accepted, len(days) - accepted)
