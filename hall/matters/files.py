"""Blank forms, filled-in samples and lists of the hall's matters, in the database: the only memory workers share."""

import hashlib
import re
from dataclasses import fields
from datetime import datetime
from pathlib import PurePath
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, insert, select

from hall.matters import service as matters
from hall.matters.file_kinds import kind_of
from hall.matters.model import Attached, BadFile, FileKind, FileNotFound, MaterialNotFound, Matter, Use
from hall.matters.service import VERSION
from hall.matters.tables import matter_files
from kit.db import Tx
from kit.live import bump

LONGEST_NAME = 128
UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')  # in no file name; some turn text round
_facts = select(*(matter_files.c[f.name] for f in fields(Attached)))


async def attach(
    tx: Tx, hall_id: str, matter_id: str, material: str | None, use: Use, name: str, body: bytes, by: str, now: datetime
) -> Attached:
    """Puts a file to a matter (`material` None) or to one of its materials; the one of the same use makes place for it.

    The name keeps its words and gets the ending of what the file is. Raises MatterNotFound, MaterialNotFound, BadFile.
    """
    matter = await matters.matter(tx, hall_id, matter_id)
    if (material is None) is not (use is Use.LIST):
        raise BadFile(reason="空白表和样表是某一份材料的，清单是整个事项的，请说清楚。")
    if material is not None:
        _check_material(matter, material)
    kind = kind_of(body)
    stem = UNFIT.sub("", PurePath(name).stem).strip(" .")[: LONGEST_NAME - 5] or matter.name
    facts = (f"{stem}.{kind}", kind, len(body), hashlib.sha256(body).hexdigest(), by, now)
    made = Attached(token_hex(16), hall_id, matter_id, material, use, *facts)
    await tx.run(delete(matter_files).where(*_of(hall_id, matter_id, material, use)))
    kept = {f.name: getattr(made, f.name) for f in fields(Attached)} | {"material": material or "", "body": body}
    await tx.run(insert(matter_files).values(**kept))
    await bump(tx, VERSION)
    return made


def _check_material(matter: Matter, name: str) -> None:
    """Raises MaterialNotFound where the matter has no material of that name."""
    known = [material.name for material in matter.materials]
    if name not in known:
        raise MaterialNotFound(matter=matter.name, material=name, known="、".join(known) or "还没有登记")


async def detach(tx: Tx, hall_id: str, matter_id: str, material: str | None, use: Use) -> None:
    """Takes a file away. Raises FileNotFound."""
    if await tx.run(delete(matter_files).where(*_of(hall_id, matter_id, material, use))) == 0:
        raise FileNotFound()
    await bump(tx, VERSION)


def _of(hall_id: str, matter_id: str, material: str | None, use: Use) -> tuple[Any, ...]:
    c = matter_files.c
    return c.hall_id == hall_id, c.matter_id == matter_id, c.material == (material or ""), c.use == use


async def files(tx: Tx, hall_id: str) -> tuple[Attached, ...]:
    """All files of the hall's matters, without their bytes."""
    found = _facts.where(matter_files.c.hall_id == hall_id).order_by(matter_files.c.added_at, matter_files.c.id)
    return tuple(_attached(row) for row in await tx.all(found))


async def plain(tx: Tx, hall_id: str, matter_id: str) -> dict[str, Any]:
    """The files of a matter as the audit trail tells them."""
    mine = [file for file in await files(tx, hall_id) if file.matter_id == matter_id]
    return {"文件": [f"{file.material or '整个事项'}：{file.use.chinese}，{file.name}" for file in mine]}


async def body_of(tx: Tx, file_id: str) -> bytes:
    """Raises FileNotFound."""
    body = await tx.value(select(matter_files.c.body).where(matter_files.c.id == file_id))
    if body is None:
        raise FileNotFound()
    return bytes(body)


async def facts_of(tx: Tx, file_id: str) -> Attached:
    """Raises FileNotFound."""
    row = await tx.one(_facts.where(matter_files.c.id == file_id))
    if row is None:
        raise FileNotFound()
    return _attached(row)


def _attached(row: Any) -> Attached:
    read = dict(zip(row._fields, row, strict=True))
    typed = {"material": row.material or None, "use": Use(row.use), "kind": FileKind(row.kind)}
    return Attached(**(read | typed))
