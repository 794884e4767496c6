"""The hall's own words for a notice, in versions: the newest counts, and one without a text is the shipped wording.

Read by whoever speaks in the moment of speaking, so every worker says the same from the next notice on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from hall.notices.model import Kind
from hall.notices.parts import tidy
from hall.notices.tables import notice_texts
from kit.db import Tx
from kit.errors import NotFound, Problem

SHIPPED = "随系统带来的话"
Texts = Mapping[tuple[str, Kind], str]  # by hall and kind; what is not there is said in the shipped wording


class SameText(Problem):
    status = 409
    code = "same_text"
    sentence = "和正在用的一样，没有要改的。"


class NoSuchText(NotFound):
    code = "no_such_text"
    sentence = "没有找到这一版，请回到这个通知的页面再看。"


@dataclass(frozen=True, slots=True)
class Version:
    """`text` None: from then on the shipped wording was said again."""

    id: int
    text: str | None
    set_by: str
    set_at: datetime


async def in_force(tx: Tx) -> Texts:
    """Every text that halls have written and that is said now."""
    columns = (notice_texts.c.hall_id, notice_texts.c.kind, notice_texts.c.text)
    rows = await tx.all(select(*columns).order_by(notice_texts.c.id))
    newest = {(row.hall_id, Kind(row.kind)): row.text for row in rows}
    return {which: text for which, text in newest.items() if text is not None}


async def of(tx: Tx, hall_id: str, kind: Kind) -> str | None:
    """The hall's own text of a kind, None where the shipped one is said."""
    return (await in_force(tx)).get((hall_id, kind))


async def versions(tx: Tx, hall_id: str, kind: Kind) -> list[Version]:
    """The newest first."""
    columns = (notice_texts.c.id, notice_texts.c.text, notice_texts.c.set_by, notice_texts.c.set_at)
    theirs = (notice_texts.c.hall_id == hall_id, notice_texts.c.kind == kind)
    return [Version(*row) for row in await tx.all(select(*columns).where(*theirs).order_by(notice_texts.c.id.desc()))]


async def set_text(tx: Tx, hall_id: str, kind: Kind, text: str, by: str, now: datetime) -> None:
    """The hall says it in these words from now on. Raises BadText, SameText."""
    await _write(tx, hall_id, kind, tidy(kind, text), by, now)


async def restore(tx: Tx, hall_id: str, kind: Kind, version_id: int, by: str, now: datetime) -> None:
    """An earlier version is said again. Raises NoSuchText, BadText (the parts may have changed since), SameText."""
    found = next((one for one in await versions(tx, hall_id, kind) if one.id == version_id), None)
    if found is None:
        raise NoSuchText()
    await _write(tx, hall_id, kind, None if found.text is None else tidy(kind, found.text), by, now)


async def back_to_shipped(tx: Tx, hall_id: str, kind: Kind, by: str, now: datetime) -> None:
    """The wording that came with the system is said again. Raises SameText."""
    await _write(tx, hall_id, kind, None, by, now)


async def _write(tx: Tx, hall_id: str, kind: Kind, text: str | None, by: str, now: datetime) -> None:
    if await of(tx, hall_id, kind) == text:
        raise SameText()
    made = {"hall_id": hall_id, "kind": kind, "text": text, "set_by": by, "set_at": now}
    await tx.insert(insert(notice_texts).values(**made))


async def plain(tx: Tx, kind: Kind, hall_id: str) -> Mapping[str, Any]:
    """For the trail."""
    return {"说的话": await of(tx, hall_id, kind) or SHIPPED}
