"""An edit rehearsed in a process of its own: it answers as a worker would with the edit, and after what was published."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from bot.desk import Desk
from bot.rehearsal import Rehearsal
from kit.db import Database
from kit.settings import DatabaseSettings, Settings
from knowledge import entries
from knowledge.library import Library
from knowledge.questions import Kept
from knowledge.trial import Edit
from tests.conftest import NOON

ON = date(2026, 3, 2)
ASKED = "礼拜六有人在吗"
OPENING = {"question": "周六有人上班吗", "variants": ["礼拜六有人在吗"], "answer": "周六上午开门。"}
EMBEDDED = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PRINTING = Edit("entry", "new-item", {"question": "打印要钱吗", "answer": "不收钱。"})
CLOSED = OPENING | {"answer": "周六全天不开门。"}


@asynccontextmanager
async def rehearsing(db: Database) -> AsyncIterator[Rehearsal]:
    settings = Settings(database=DatabaseSettings(db.url.render_as_string(hide_password=False)))
    made = Rehearsal(Desk.with_library(db, settings, Library.load()))
    yield made
    made.close()


def kept(text: str, times: int) -> Kept:
    return Kept(1, text, text, ON, NOON, "unknown", "", "", "", times)


async def rehearsed(rehearsal: Rehearsal) -> None:
    opening = Edit("entry", "new-item", OPENING)
    said, found = await rehearsal.would(opening, ASKED, ON)
    assert "周六上午开门。" in said.text
    assert found is not None
    assert found.entry_id == "new-item"

    others = [kept(f"今天第{n}次问路", 1) for n in range(60)]
    changed = await rehearsal.week(opening, [kept(ASKED, 2), *others, kept("周六有人上班吗", 7)])
    assert [(each.text, each.times) for each in changed] == [("周六有人上班吗", 7), (ASKED, 2)]
    assert all("周六上午开门。" in each.after and "周六上午开门。" not in each.before for each in changed)


@EMBEDDED
async def test_until_the_process_stands_an_edit_is_rehearsed_here(db: Database) -> None:
    async with rehearsing(db) as rehearsal:
        assert not rehearsal.is_apart
        await rehearsed(rehearsal)


async def test_the_process_rehearses_alike_and_knows_what_was_published_since_it_stands(db: Database) -> None:
    async with rehearsing(db) as rehearsal:
        await asyncio.wrap_future(rehearsal.warm())
        assert rehearsal.is_apart
        await rehearsed(rehearsal)
        await db.transact(entries.plant, [("entry", "opening", CLOSED)], "示例编辑", NOON)
        said, _ = await rehearsal.would(PRINTING, ASKED, ON)
        assert "周六全天不开门。" in said.text


@EMBEDDED
async def test_where_the_process_fell_an_edit_is_rehearsed_here(db: Database) -> None:
    async with rehearsing(db) as rehearsal:
        await asyncio.wrap_future(rehearsal.warm())
        for child in multiprocessing.active_children():
            child.kill()
        said, _ = await rehearsal.would(Edit("entry", "new-item", OPENING), ASKED, ON)
        assert "周六上午开门。" in said.text
