"""An edit rehearsed in a process of its own: it answers as a worker would with the edit, and after what was published."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.rehearsal import Rehearsal
from kit.db import Database
from kit.settings import DatabaseSettings, Settings
from knowledge import entries, shipped
from knowledge.questions import Kept
from knowledge.trial import Edit
from tests.conftest import NOON

ON = date(2026, 3, 2)
ASKED = "礼拜六有人在吗"
OPENING = {"question": "周六有人上班吗", "variants": ["礼拜六有人在吗"], "answer": "周六上午开门。"}
CLOSED = OPENING | {"answer": "周六全天不开门。"}


@pytest.fixture
async def rehearsal(db: Database) -> AsyncIterator[Rehearsal]:
    await db.transact(entries.plant, shipped.rows(), entries.SHIPPED, NOON)
    made = Rehearsal(Settings(database=DatabaseSettings(db.url.render_as_string(hide_password=False))))
    yield made
    made.close()


def kept(text: str, times: int) -> Kept:
    return Kept(1, text, text, ON, NOON, "unknown", "", "", "", times)


async def test_an_edit_is_answered_with_and_what_was_published_since_is_known(
    db: Database, rehearsal: Rehearsal
) -> None:
    opening = Edit("entry", "new-item", OPENING)
    said, found = await rehearsal.would(opening, ASKED, ON)
    assert "周六上午开门。" in said.text
    assert found is not None
    assert found.entry_id == "new-item"

    others = [kept(f"今天第{n}次问路", 1) for n in range(25)]
    changed = await rehearsal.week(opening, [kept(ASKED, 2), *others, kept("周六有人上班吗", 7)])
    assert [(each.text, each.times) for each in changed] == [("周六有人上班吗", 7), (ASKED, 2)]
    assert all("周六上午开门。" in each.after and "周六上午开门。" not in each.before for each in changed)

    await db.transact(entries.plant, [("entry", "opening", CLOSED)], "示例编辑", NOON)
    said, _ = await rehearsal.would(
        Edit("entry", "new-item", {"question": "打印要钱吗", "answer": "不收钱。"}), ASKED, ON
    )
    assert "周六全天不开门。" in said.text
