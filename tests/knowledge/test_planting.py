"""The shipped library and operators' imports: all at once, again without effect, and never over what staff wrote."""

import asyncio
import time
from datetime import datetime, timedelta

import pytest

from kit.db import Database
from knowledge import entries
from knowledge.content import Content, Kind
from knowledge.entries import SHIPPED, Planted, State
from tests.knowledge.entry_builders import AUTHOR, LEAD, PARKING, POLICY, a_published, answers, parking, staged


def a_release(count: int = 350, policies: int = 80, answer: str = "不要钱。") -> list[tuple[Kind, str, Content]]:
    some: list[tuple[Kind, str, Content]] = [
        ("policy", f"p{n}", POLICY | {"title": f"公告{n}"}) for n in range(policies)
    ]
    said = {"answer": answer, "variants": [f"问法{n}" for n in range(20)], "history": ["p0"]}
    some += [("entry", f"e{n}", {"question": f"问题{n}？"} | said) for n in range(count)]
    return some


async def test_plant_publishes_a_library_at_once(db: Database, now: datetime) -> None:
    rows = a_release()
    started = time.perf_counter()
    planted = await db.transact(entries.plant, rows, SHIPPED, now)
    seconds = time.perf_counter() - started
    assert (len(planted.added), planted.changed, planted.unchanged, planted.kept) == (430, (), (), ())
    assert seconds < 2  # 0.4 on a quiet machine
    async with db.read() as tx:
        live = await entries.live_since(tx, 0)
        assert {each.serial for each in live} == {1}
        assert {(each.kind, each.id): each.content for each in live} == {
            (kind, id_): content for kind, id_, content in rows
        }
        told = [(fact.act, fact.by) for fact in await entries.history(tx, "entry", "e7")]
        assert told == [("draft", SHIPPED), ("review", SHIPPED), ("publish", SHIPPED)]
        assert await entries.is_planted(tx)


async def test_plant_again_changes_nothing_and_wakes_nobody(db: Database, now: datetime) -> None:
    rows = a_release(3, 1)
    async with db.tx() as tx:
        await entries.plant(tx, rows, SHIPPED, now)
        before = await entries.listed(tx)
        planted = await entries.plant(tx, rows, SHIPPED, now + timedelta(days=1))
        assert planted == Planted(unchanged=("p0", "e0", "e1", "e2"))
        assert (await entries.listed(tx), await entries.live_since(tx, 1)) == (before, [])


async def test_plant_by_many_workers_at_once_is_one_planting(db: Database, now: datetime) -> None:
    rows = a_release(20, 2)
    planted = await asyncio.gather(*(db.transact(entries.plant, rows, SHIPPED, now) for _ in range(5)))
    assert sorted(len(each.added) for each in planted) == [0, 0, 0, 0, 22]
    assert sorted(len(each.unchanged) for each in planted) == [0, 22, 22, 22, 22]
    assert {each.number for each in await db.consult(entries.live_since, 0)} == {1}


async def test_plant_of_a_newer_release_leaves_what_staff_edited_or_retired(db: Database, now: datetime) -> None:
    mine = {"question": "问题1？", "answer": "我们大厅收两元。"}
    async with db.tx() as tx:
        await entries.plant(tx, a_release(4, 1), SHIPPED, now)
        await entries.draft(tx, "entry", "e1", mine, AUTHOR, now)
        await entries.retire(tx, "entry", "e2", LEAD, now)
        planted = await entries.plant(tx, a_release(5, 1, answer="头两小时不要钱。"), SHIPPED, now)
        assert planted == Planted(added=("e4",), changed=("e0", "e3"), unchanged=("p0",), kept=("e1", "e2"))
        assert await answers(tx) == {
            "e0": "头两小时不要钱。",
            "e1": "不要钱。",
            "e3": "头两小时不要钱。",
            "e4": "头两小时不要钱。",
        }
        assert (await entries.item(tx, "entry", "e1")).state == State.DRAFT
        assert (await entries.version(tx, "entry", "e0", 1)).content["answer"] == "不要钱。"
        assert [(each.id, each.serial) for each in await entries.live_since(tx, 2)] == [("e0", 3), ("e3", 3), ("e4", 3)]


async def test_plant_waits_for_staff_who_are_just_saving_and_leaves_what_they_wrote(
    db: Database, now: datetime
) -> None:
    mine = {"question": "问题1？", "answer": "我们大厅收两元。"}
    await db.transact(entries.plant, a_release(3, 1), SHIPPED, now)
    async with db.tx() as tx:
        await entries.draft(tx, "entry", "e1", mine, AUTHOR, now)
        newer = a_release(3, 1, answer="头两小时不要钱。")
        planting = asyncio.create_task(db.transact(entries.plant, newer, SHIPPED, now))
        await asyncio.sleep(0.1)
    assert await planting == Planted(changed=("e0", "e2"), unchanged=("p0",), kept=("e1",))
    async with db.read() as tx:
        assert (await entries.version(tx, "entry", "e1", 2)).content == mine


async def test_plant_by_an_operator_overwrites_and_keeps_the_older_version(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        planted = await entries.plant(tx, [("entry", "parking", parking("一小时两元。"))], LEAD, now)
        assert planted == Planted(changed=("parking",))
        assert await answers(tx) == {"parking": "一小时两元。"}
        assert (await entries.version(tx, "entry", "parking", 1)).content == PARKING


async def test_plant_leaves_an_entry_whose_policy_staff_retired(db: Database, now: datetime) -> None:
    policy: tuple[Kind, str, Content] = ("policy", "p-2026", POLICY)
    entry: tuple[Kind, str, Content] = ("entry", "threshold", staged({"policies": ["p-2026"], "conclusion": "免。"}))
    async with db.tx() as tx:
        await entries.plant(tx, [policy], SHIPPED, now)
        await entries.retire(tx, "policy", "p-2026", LEAD, now)
        assert await entries.plant(tx, [policy, entry], SHIPPED, now) == Planted(
            unchanged=("p-2026",), kept=("threshold",)
        )


async def test_plant_of_bad_rows_says_which_and_keeps_nothing(db: Database, now: datetime) -> None:
    rows: list[tuple[Kind, str, Content]] = [
        ("entry", "parking", PARKING),
        ("entry", "threshold", staged({"policies": ["nobody-knows"], "conclusion": "免。"})),
        ("entry", "empty", {"question": "问？"}),
    ]
    async with db.tx() as tx:
        with pytest.raises(entries.BadContent) as bad:
            await entries.plant(tx, rows, LEAD, now)
        with pytest.raises(entries.BadContent, match="有两行的编号一样"):
            await entries.plant(tx, [rows[0], rows[0]], LEAD, now)
        assert not await entries.is_planted(tx)
    assert bad.value.reasons == (
        "threshold：没有编号为“nobody-knows”的政策，请先导入这个政策",
        "empty：没有答案：请写答案，或写分段口径，或写明是哪个事项",
    )
