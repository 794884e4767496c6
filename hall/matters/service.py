"""The hall's catalogue of matters. Every change moves the version "matters", so that workers reload what they hold."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import insert, select, update

from hall.matters.model import (
    Audience,
    BadGroup,
    Codes,
    Group,
    GroupExists,
    GroupUnknown,
    Material,
    Matter,
    MatterNotFound,
    Place,
    Question,
)
from hall.matters.rows import put
from hall.matters.tables import matter_groups, matters
from kit.db import Duplicate, Tx
from kit.live import bump

VERSION = "matters"
LONGEST_NAME = 32  # of a group, as in the table
LISTED: Mapping[str, Any] = {  # how one entry of a listed column is read
    "aliases": str,
    "steps": str,
    "basis": str,
    "conditions": str,
    "to_confirm": str,
    "audiences": Audience,
    "materials": lambda kept: Material(**kept),
    "places": lambda kept: Place(**kept),
    "questions": lambda kept: Question(**kept),
}
_catalogue = select(*(matters.c[f.name] for f in fields(Matter))).order_by(matters.c.group_id, matters.c.id)
_groups = select(*matter_groups.c).order_by(matter_groups.c.letter)


def _matter(row: Any) -> Matter:
    read = dict(zip(row._fields, row, strict=True))
    listed = {name: tuple(map(of, read[name] or ())) for name, of in LISTED.items()}
    return Matter(**(read | listed | {"codes": Codes(**(row.codes or {}))}))


async def add_group(tx: Tx, hall_id: str, letter: str, name: str) -> Group:
    """Its letter stands before the numbers of its tickets and is not changed later. Raises BadGroup, GroupExists."""
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise BadGroup(reason="字母要是A到Z里的一个，用大写")
    _check_name(name)
    try:
        group_id = await tx.insert(insert(matter_groups).values(hall_id=hall_id, letter=letter, name=name))
    except Duplicate as there:
        known = {group.letter: group.name for group in await groups(tx, hall_id)}
        raise GroupExists(letter=letter, name=known[letter]) from there
    await bump(tx, VERSION)
    return Group(group_id, hall_id, letter, name)


async def rename_group(tx: Tx, hall_id: str, letter: str, name: str) -> None:
    """Raises BadGroup, GroupUnknown."""
    _check_name(name)
    found = await lettered(tx, hall_id, letter)
    await tx.run(update(matter_groups).where(matter_groups.c.id == found.id).values(name=name))
    await bump(tx, VERSION)


async def plain_group(tx: Tx, hall_id: str, letter: str) -> dict[str, Any]:
    """A group as the audit trail tells it; empty where there is none."""
    return next(({"名称": one.name} for one in await groups(tx, hall_id) if one.letter == letter), {})


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadGroup(reason=f"名称要写，最多{LONGEST_NAME}个字")


async def add(tx: Tx, matter: Matter) -> None:
    """Raises Duplicate when the hall has a matter of that id."""
    await tx.run(insert(matters).values(**asdict(matter)))
    await bump(tx, VERSION)


async def set_matter(tx: Tx, matter: Matter) -> None:
    """Enters a matter, or puts it in the place of the one of that id."""
    await put(tx, matters, asdict(matter))
    await bump(tx, VERSION)


async def withdraw(tx: Tx, hall_id: str, matter_id: str, *, is_back: bool = False) -> Matter:
    """The hall does it no more, or (`is_back`) does it again; what was begun of it goes on. Raises MatterNotFound."""
    made = replace(await matter(tx, hall_id, matter_id, is_locked=True), is_withdrawn=not is_back)
    await set_matter(tx, made)
    return made


async def groups(tx: Tx, hall_id: str) -> tuple[Group, ...]:
    """The hall's groups by letter."""
    return tuple(Group(*row) for row in await tx.all(_groups.where(matter_groups.c.hall_id == hall_id)))


async def lettered(tx: Tx, hall_id: str, letter: str) -> Group:
    """Raises GroupUnknown."""
    known = {group.letter: group for group in await groups(tx, hall_id)}
    if letter.upper() not in known:
        raise GroupUnknown(letter=letter, known="、".join(known) or "还没有")
    return known[letter.upper()]


async def group(tx: Tx, group_id: int) -> Group:
    """Raises MatterNotFound."""
    row = await tx.one(_groups.where(matter_groups.c.id == group_id))
    if row is None:
        raise MatterNotFound()
    return Group(*row)


async def catalogue(tx: Tx, hall_id: str, *, with_withdrawn: bool = False) -> tuple[Matter, ...]:
    """Everything that can be done at the hall, by group."""
    found = [_matter(row) for row in await tx.all(_catalogue.where(matters.c.hall_id == hall_id))]
    return tuple(matter for matter in found if with_withdrawn or not matter.is_withdrawn)


async def matter(tx: Tx, hall_id: str, matter_id: str, *, is_locked: bool = False) -> Matter:
    """One that was withdrawn too: what was begun of it goes on. Raises MatterNotFound."""
    asked = _catalogue.where(matters.c.hall_id == hall_id, matters.c.id == matter_id)
    row = await tx.one(asked.with_for_update() if is_locked else asked)
    if row is None:
        raise MatterNotFound()
    return _matter(row)
