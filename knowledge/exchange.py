"""What comes from a file into the knowledge, row by row, and the files themselves (knowledge.entry_files).

offered = read_file(path)                   # what the file says, and what is wrong with a row
report = await db.transact(bring_in, offered, by, now, publish=False)
write_file(path, items)                     # of (kind, id, state, content); reads back as the same
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select

from kit.db import Tx
from kit.errors import Problem
from knowledge import entries
from knowledge.content import Content, Kind, problems
from knowledge.entry_files import Item, NotReadable, Offered, read_file, write_file
from knowledge.tables import items as kept

__all__ = ["Item", "Line", "NotReadable", "Offered", "Report", "bring_in", "read_file", "write_file"]

KINDS: tuple[Kind, ...] = ("policy", "entry")  # entries of a file may stand on its policies
WHAT = {
    "added": "新增",
    "changed": "改动",
    "unchanged": "没有变化",
    "drafted": "存成草稿",
    "retired": "停用",
    "refused": "未导入",
}
NOT_LIVE = "它依据的政策还没有发布或已经停用，请先发布政策；或者工作人员已经改过它，请到后台修改"
ASLEEP = "内容和已有的最新一版一样，但那一版还没有发布或已经停用，请到后台审核、发布"

Key: TypeAlias = tuple[Kind, str]
Row: TypeAlias = tuple[Offered, Content]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a row: `what` is a key of WHAT."""

    where: str
    id: str
    what: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A line for each row of the file, in its order."""

    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows became what: every key of WHAT."""
        return {what: sum(line.what == what for line in self.lines) for what in WHAT}

    def text(self) -> str:
        """For whoever brought it in: a summary, then what was refused and why, then what was changed."""
        parts = "，".join(f"{WHAT[what]}{count}条" for what, count in self.counts.items() if count)
        refused = [line for line in self.lines if line.what == "refused"]
        told = [f"文件里共{len(self.lines)}条：{parts}。" if parts else "文件里一条内容也没有。"]
        for line in refused:
            named = f"（{line.id}）" if line.id else ""
            told += [f"未导入：{line.where}{named}：{'；'.join(line.reasons)}"]
        changed = "、".join(line.id for line in self.lines if line.what == "changed")
        return "\n".join([*told, *([f"改动的编号：{changed}"] if changed else [])])


async def bring_in(tx: Tx, offered: Sequence[Offered], by: str, now: datetime, *, publish: bool) -> Report:
    """Keeps what can be kept and says of each row what became of it; a row that fails leaves nothing behind.

    With `publish` what the file calls published, or says nothing of, is answered from at once, and what it calls
    retired is retired; everything else becomes a draft, unless it says just what the latest version says.
    """
    fates: dict[Key, Line] = {}
    sound = [(each, each.content) for each in offered if each.content is not None]
    for kind in KINDS:
        rows = [(each, content) for each, content in sound if each.kind == kind]
        trusted = [(each, content) for each, content in rows if publish and each.state in ("", "published")]
        fates |= await _planted(tx, kind, trusted, by, now)
        for each, content in rows:
            if (kind, each.id) not in fates:
                fates[kind, each.id] = await _drafted(tx, each, content, by, now, publish=publish)
    upwards = sorted(sound, key=lambda row: KINDS.index(row[0].kind), reverse=True)  # a policy after what stands on it
    for each, _ in upwards:
        if publish and each.state == "retired" and fates[each.kind, each.id].what != "refused":
            fates[each.kind, each.id] = await _retired(tx, each, by, now)
    return Report(tuple(_refused(e, e.reasons) if e.content is None else fates[e.kind, e.id] for e in offered))


def _refused(each: Offered, reasons: Sequence[str]) -> Line:
    return Line(each.where, each.id, "refused", tuple(reasons))


def _why(refusal: Problem) -> tuple[str, ...]:
    return tuple(refusal.details.get("reasons") or [refusal.message])


async def _planted(tx: Tx, kind: Kind, rows: Sequence[Row], by: str, now: datetime) -> dict[Key, Line]:
    fates: dict[Key, Line] = {}
    fit: list[Row] = []
    known = {row.id for row in await tx.all(select(kept.c.id).where(kept.c.kind == "policy"))} if rows else set()
    for each, content in rows:
        reasons = problems(kind, content, known)
        if reasons:
            fates[kind, each.id] = _refused(each, reasons)
        else:
            fit.append((each, content))
    return fates | await _planted_at_once(tx, kind, fit, by, now)


async def _planted_at_once(tx: Tx, kind: Kind, rows: Sequence[Row], by: str, now: datetime) -> dict[Key, Line]:
    """All in one go; where that is refused, each half on its own, down to the row it was refused for."""
    if not rows:
        return {}
    try:
        async with tx.attempt():
            done = await entries.plant(tx, [(kind, each.id, content) for each, content in rows], by, now)
    except Problem as refusal:
        if len(rows) == 1:
            each = rows[0][0]
            return {(kind, each.id): _refused(each, [why.removeprefix(f"{each.id}：") for why in _why(refusal)])}
        half = len(rows) // 2
        first = await _planted_at_once(tx, kind, rows[:half], by, now)
        return first | await _planted_at_once(tx, kind, rows[half:], by, now)
    not_live = select(kept.c.id).where(kept.c.kind == kind, kept.c.live.is_distinct_from(kept.c.latest))
    asleep = {row.id for row in await tx.all(not_live)} & set(done.unchanged)
    fates = {}
    for each, _ in rows:
        what = next((what for what in ("added", "changed", "unchanged") if each.id in getattr(done, what)), "kept")
        why = ASLEEP if each.id in asleep else NOT_LIVE if what == "kept" else ""
        fates[kind, each.id] = _refused(each, [why]) if why else Line(each.where, each.id, what)
    return fates


async def _drafted(tx: Tx, each: Offered, content: Content, by: str, now: datetime, *, publish: bool) -> Line:
    held = await _held(tx, each)
    if held is not None and each.state == "retired" and (publish or held.state == "retired"):
        return Line(each.where, each.id, "unchanged")  # a draft would bring it back
    try:
        async with tx.attempt():
            number = await entries.draft(tx, each.kind, each.id, content, by, now)
    except Problem as refusal:
        return _refused(each, _why(refusal))
    return Line(each.where, each.id, "unchanged" if held and held.latest == number else "drafted")


async def _retired(tx: Tx, each: Offered, by: str, now: datetime) -> Line:
    held = await _held(tx, each)
    if held is None or held.state == "retired":
        return Line(each.where, each.id, "unchanged")
    try:
        async with tx.attempt():
            await entries.retire(tx, each.kind, each.id, by, now)
    except Problem as refusal:
        return _refused(each, _why(refusal))
    return Line(each.where, each.id, "retired")


async def _held(tx: Tx, each: Offered) -> entries.Item | None:
    with suppress(entries.NoSuchItem):
        return await entries.item(tx, each.kind, each.id)
    return None
