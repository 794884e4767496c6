"""The trail of what staff did and saw: written in the transaction of the deed, never changed, swept when it is old.

    await audit.done(tx, by, SET_ROLES, name, staff.set_roles, staff_id, hall_id, roles)

does the deed and keeps what it changed. Nothing personal stands in it: numbers that look like a person's are masked,
and fields that hold a person's are not told.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, delete, insert, select

from hall.audit.model import SAW, By, Deed, Record, Wanted
from hall.audit.tables import audit
from kit.db import Tx

P = ParamSpec("P")
T = TypeVar("T")

PERSONAL = frozenset({"姓名", "手机号", "证件号", "申请人", "信用代码"})  # fields of a state that are a person's
NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z])")
MASKED = "（已隐去）"
NUMBER_LENGTH = 64  # the column's


async def done(
    tx: Tx,
    by: By,
    deed: Deed,
    key: Any,
    verb: Callable[Concatenate[Tx, P], Awaitable[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Does `verb(tx, …)` and notes it, both or neither. `key`: the thing's number; None where the deed makes it."""
    before = await deed.state(tx, key) if deed.state and key is not None else {}
    result = await verb(tx, *args, **kwargs)
    if key is None and deed.key_of is not None:
        key = deed.key_of(result)
    after = await deed.state(tx, key) if deed.state else {}
    was = {name: value for name, value in before.items() if after.get(name) != value}
    now_is = {name: value for name, value in after.items() if before.get(name) != value}
    await _write(tx, by, deed, deed.kind, key, was, now_is)
    return result


async def note(tx: Tx, by: By, deed: Deed, key: object) -> None:
    """A deed whose verbs keep their own facts: who, when and what, without before and after."""
    await _write(tx, by, deed, deed.kind, key, {}, {})


async def saw(tx: Tx, by: By, kind: str, number: str) -> None:
    """A page showed this member of staff the data of the person whose appointment, case or ticket this is."""
    await _write(tx, by, SAW, kind, number, {}, {})


async def _write(
    tx: Tx, by: By, deed: Deed, kind: str, key: object, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    number = str(masked("" if key is None else str(key)))[:NUMBER_LENGTH]
    who = {"at": by.at, "staff_id": by.member.id, "by": by.member.name, "hall_id": by.hall_id}
    what = {"deed": deed.name, "called": deed.chinese, "kind": kind, "number": number}
    change = {"before": masked(before) or None, "after": masked(after) or None}
    await tx.run(insert(audit).values(**who, **what, **change))


def masked(value: Any) -> Any:
    """Without what is a person's: their numbers wherever they stand, and whatever a field of theirs holds."""
    if isinstance(value, Mapping):
        return {str(n): MASKED if n in PERSONAL and v is not None else masked(v) for n, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return NUMBERS.sub(MASKED, str(value))


async def trail(tx: Tx, wanted: Wanted, limit: int, before_id: int | None = None) -> list[Record]:
    """Up to `limit` lines, the newest first; `before_id` is the last line of the page before."""
    conditions = list(_conditions(wanted))
    if before_id is not None:
        conditions.append(audit.c.id < before_id)
    rows = await tx.all(select(audit).where(*conditions).order_by(audit.c.id.desc()).limit(limit))
    return [
        Record(r.id, r.at, r.by, r.hall_id, r.deed, r.called, r.kind, r.number, r.before or {}, r.after or {})
        for r in rows
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    same = {
        audit.c.hall_id: wanted.hall_id,
        audit.c.by: wanted.by,
        audit.c.kind: wanted.kind,
        audit.c.number: wanted.number,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if wanted.from_at is not None:
        conditions.append(audit.c.at >= wanted.from_at)
    if wanted.until_at is not None:
        conditions.append(audit.c.at < wanted.until_at)
    if wanted.saw is not None:
        conditions.append(audit.c.deed == SAW.name if wanted.saw else audit.c.deed != SAW.name)
    return conditions


async def sweep(tx: Tx, older_than: datetime) -> int:
    """Deletes what is older; returns how many lines."""
    return await tx.run(delete(audit).where(audit.c.at < older_than))
