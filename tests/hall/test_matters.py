import pytest
from sqlalchemy import select

from hall.matters import service as matters
from hall.matters.model import MatterNotFound
from kit.db import Database
from kit.live import versions
from tests.hall.builders import HALL, a_group, a_hall, a_matter


async def test_matter_is_read_as_it_was_added(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        added = await a_matter(tx, group)
    async with db.read() as tx:
        assert await matters.matter(tx, HALL.id, "licence") == added
        assert await matters.catalogue(tx, HALL.id) == (added,)
        assert await matters.catalogue(tx, "elsewhere") == ()
        assert await matters.group(tx, group.id) == group


async def test_groups_come_by_letter(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        for letter in "BA":
            await a_group(tx, letter)
        assert [group.letter for group in await matters.groups(tx, HALL.id)] == ["A", "B"]


async def test_a_change_of_matters_is_told_to_every_worker(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
    number = select(versions.c.number).where(versions.c.name == "matters")
    async with db.tx() as tx:
        before = await tx.value(number)
        await a_matter(tx, group)
        assert await tx.value(number) == before + 1


async def test_unknown_matter_is_said_so(db: Database) -> None:
    with pytest.raises(MatterNotFound):
        await db.consult(matters.matter, HALL.id, "nothing")
    with pytest.raises(MatterNotFound):
        await db.consult(matters.group, 12345)
