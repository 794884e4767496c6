"""What editors do to the version they have before them, on both databases."""

from datetime import datetime, timedelta

import pytest

from kit.db import Database
from knowledge import editing, entries
from knowledge.entries import SHIPPED
from tests.knowledge.entry_builders import AUTHOR, LEAD, PARKING, REVIEWER, parking


async def test_no_act_is_done_to_a_version_that_was_not_seen(db: Database, now: datetime) -> None:
    who = ("entry", "parking")
    await db.transact(editing.save, "entry", "parking", PARKING, AUTHOR, now, 0)
    await db.transact(editing.save, "entry", "parking", parking("收费。"), AUTHOR, now, 1)
    with pytest.raises(editing.ChangedMeanwhile):
        await db.transact(editing.save, "entry", "parking", parking("免费。"), REVIEWER, now, 1)
    with pytest.raises(editing.ChangedMeanwhile):
        await db.transact(editing.review, "entry", "parking", REVIEWER, now, 1)
    await db.transact(editing.review, "entry", "parking", REVIEWER, now, 2)
    with pytest.raises(editing.ChangedMeanwhile):
        await db.transact(editing.publish, "entry", "parking", LEAD, now, 1)
    assert (await db.consult(entries.item, *who)).live is None
    await db.transact(editing.publish, "entry", "parking", LEAD, now, 2)
    assert await db.transact(editing.restore, "entry", "parking", 1, LEAD, now, 2) == 3
    with pytest.raises(editing.ChangedMeanwhile):
        await db.transact(editing.retire, "entry", "parking", LEAD, now, 2)
    assert (await db.consult(entries.item, *who)).live == 2


async def test_lately_tells_what_staff_did_and_not_what_a_release_brought(db: Database, now: datetime) -> None:
    await db.transact(entries.plant, [("entry", "shipped", PARKING)], SHIPPED, now)
    await db.transact(entries.draft, "entry", "old", PARKING, AUTHOR, now - timedelta(days=3))
    await db.transact(entries.draft, "entry", "new", PARKING, AUTHOR, now, "常问")
    told = await db.consult(entries.lately, now - timedelta(days=1), 10)
    assert [(item.id, fact.by, fact.act, fact.note) for item, fact in told] == [("new", AUTHOR, "draft", "常问")]


async def test_listed_gives_a_page_at_a_time(db: Database, now: datetime) -> None:
    for minute in range(5):
        await db.transact(entries.draft, "entry", f"e{minute}", PARKING, AUTHOR, now + timedelta(minutes=minute))
    pages = [await db.consult(entries.listed, most=2, skip=skip) for skip in (0, 2, 4)]
    assert [[item.id for item in page] for page in pages] == [["e4", "e3"], ["e2", "e1"], ["e0"]]
    assert [item.id for item in await db.consult(entries.listed, ids=["e1", "gone"])] == ["e1"]
    assert [item.id for item in await db.consult(entries.listed, skip=4)] == ["e0"]
