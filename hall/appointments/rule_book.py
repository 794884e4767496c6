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
from kit.errors import NotFound, Problem

Scope = tuple[int | None, str | None]  # a group's id and a matter's; (None, None) is the hall
HALL: Scope = (None, None)
FOLLOWS = "没有自己的规则"


class SameRules(Problem):
    status = 409
    code = "same_rules"
    sentence = "和正在用的规则一样，没有要改的。"


class NoOwnRules(Problem):
    status = 409
    code = "no_own_rules"
    sentence = "它没有自己的规则，用的就是上一级的，不用撤。"


class NoSuchRules(NotFound):
    code = "no_such_rules"
    sentence = "没有找到这一版规则，请回到规则页面再看。"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rule sets of one hall."""

    sets: Mapping[Scope, Rules]

    def of(self, group_id: int, matter_id: str) -> Rules:
        whence = self.whence(group_id, matter_id)
        return USUAL if whence is None else self.sets[whence]

    def whence(self, group_id: int | None, matter_id: str | None) -> Scope | None:
        """The scope whose set holds for a matter, a group, or the hall; None: nobody has set any."""
        return next((scope for scope in ((None, matter_id), (group_id, None), HALL) if scope in self.sets), None)

    def with_set(self, scope: Scope, rules: Rules) -> "RuleBook":
        """As if that set were in force."""
        return RuleBook({**self.sets, scope: rules})

    @property
    def can_pause(self) -> bool:
        """Whether any rule of the hall stops people for a while: only then are there pauses to look for."""
        return any(rules.thresholds for rules in self.sets.values())


async def book(tx: Tx, hall_id: str) -> RuleBook:
    """The hall's rule sets, the newest of each scope."""
    columns = (booking_rules.c.group_id, booking_rules.c.matter_id, booking_rules.c.rules, booking_rules.c.is_withdrawn)
    rows = await tx.all(select(*columns).where(booking_rules.c.hall_id == hall_id).order_by(booking_rules.c.id))
    newest = {(row.group_id, row.matter_id): None if row.is_withdrawn else row.rules for row in rows}
    return RuleBook({scope: rule_files.read(written) for scope, written in newest.items() if written is not None})


async def rules_of(tx: Tx, hall_id: str, group_id: int, matter_id: str) -> Rules:
    """The rules in force for one matter."""
    return (await book(tx, hall_id)).of(group_id, matter_id)


async def set_rules(
    tx: Tx, hall_id: str, written: Mapping[str, Any], staff: str, now: datetime, scope: Scope = HALL
) -> Rules:
    """Puts a rule set in force for the hall, a group or a matter; earlier ones are kept. Raises BadRules."""
    rules = rule_files.read(written)
    await _write(tx, hall_id, rules, staff, now, scope, is_withdrawn=False)
    return rules


async def change_rules(tx: Tx, hall_id: str, rules: Rules, staff: str, now: datetime, scope: Scope = HALL) -> None:
    """As `set_rules`, of a set that has been read. Raises SameRules where it is the scope's own already."""
    if (await book(tx, hall_id)).sets.get(scope) == rules:
        raise SameRules()
    await _write(tx, hall_id, rules, staff, now, scope, is_withdrawn=False)


async def withdraw(tx: Tx, hall_id: str, staff: str, now: datetime, scope: Scope) -> None:
    """The scope follows the wider one again; what it had is kept. Raises NoOwnRules."""
    own = (await book(tx, hall_id)).sets.get(scope)
    if own is None:
        raise NoOwnRules()
    await _write(tx, hall_id, own, staff, now, scope, is_withdrawn=True)


async def _write(
    tx: Tx, hall_id: str, rules: Rules, staff: str, now: datetime, scope: Scope, *, is_withdrawn: bool
) -> None:
    group_id, matter_id = scope
    kept = {"hall_id": hall_id, "group_id": group_id, "matter_id": matter_id, "rules": rule_files.write(rules)}
    made = insert(booking_rules).values(set_by=staff, set_at=now, is_withdrawn=is_withdrawn, **kept)
    await tx.insert(made)


@dataclass(frozen=True, slots=True)
class Version:
    """A set as it was put in force, or withdrawn."""

    id: int
    scope: Scope
    rules: Rules
    is_withdrawn: bool
    set_by: str
    set_at: datetime


_OF_VERSION = ("id", "group_id", "matter_id", "rules", "is_withdrawn", "set_by", "set_at")
_versions = select(*(booking_rules.c[name] for name in _OF_VERSION)).order_by(booking_rules.c.id.desc())


def _version(row: Any) -> Version:
    scope = (row.group_id, row.matter_id)
    return Version(row.id, scope, rule_files.read(row.rules), bool(row.is_withdrawn), row.set_by, row.set_at)


async def versions(tx: Tx, hall_id: str, limit: int, before_id: int | None = None) -> list[Version]:
    """The hall's sets of every scope, the newest first; `before_id` is the last of the page before."""
    here = _versions.where(booking_rules.c.hall_id == hall_id).limit(limit)
    rows = await tx.all(here if before_id is None else here.where(booking_rules.c.id < before_id))
    return [_version(row) for row in rows]


async def version(tx: Tx, hall_id: str, version_id: int) -> Version:
    """Raises NoSuchRules, for another hall's too."""
    row = await tx.one(_versions.where(booking_rules.c.id == version_id, booking_rules.c.hall_id == hall_id))
    if row is None:
        raise NoSuchRules()
    return _version(row)


async def plain(tx: Tx, name: str, hall_id: str, scope: Scope) -> Mapping[str, Any]:
    """For the trail: what the scope called `name` has of its own."""
    own = (await book(tx, hall_id)).sets.get(scope)
    return {"规则": FOLLOWS if own is None else own.say()}
