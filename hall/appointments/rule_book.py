"""The rules in force: a matter's own before its group's before the hall's before the usual ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from hall.appointments import rule_files
from hall.appointments.rule_files import USUAL
from hall.appointments.rules import Rules
from hall.appointments.tables import booking_rules
from kit.db import Tx

Scope = tuple[int | None, str | None]  # a group's id and a matter's; (None, None) is the hall
HALL: Scope = (None, None)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rule sets of one hall."""

    sets: Mapping[Scope, Rules]

    def of(self, group_id: int, matter_id: str) -> Rules:
        for scope in ((None, matter_id), (group_id, None), HALL):
            if scope in self.sets:
                return self.sets[scope]
        return USUAL

    @property
    def can_pause(self) -> bool:
        """Whether any rule of the hall stops people for a while: only then are there pauses to look for."""
        return any(rules.thresholds for rules in self.sets.values())


async def book(tx: Tx, hall_id: str) -> RuleBook:
    """The hall's rule sets, the newest of each scope."""
    columns = (booking_rules.c.group_id, booking_rules.c.matter_id, booking_rules.c.rules)
    rows = await tx.all(select(*columns).where(booking_rules.c.hall_id == hall_id).order_by(booking_rules.c.id))
    newest = {(row.group_id, row.matter_id): row.rules for row in rows}
    return RuleBook({scope: rule_files.read(written) for scope, written in newest.items()})


async def rules_of(tx: Tx, hall_id: str, group_id: int, matter_id: str) -> Rules:
    """The rules in force for one matter."""
    return (await book(tx, hall_id)).of(group_id, matter_id)


async def set_rules(
    tx: Tx, hall_id: str, written: Mapping[str, Any], staff: str, now: datetime, scope: Scope = HALL
) -> Rules:
    """Puts a rule set in force for the hall, a group or a matter; earlier ones are kept. Raises BadRules."""
    rules = rule_files.read(written)
    group_id, matter_id = scope
    kept = {"hall_id": hall_id, "group_id": group_id, "matter_id": matter_id, "rules": rule_files.write(rules)}
    await tx.insert(insert(booking_rules).values(set_by=staff, set_at=now, **kept))
    return rules
