"""Bringing a file into the knowledge: what it says is kept, row by row, and said of each row."""

from datetime import datetime
from pathlib import Path

import pytest

from kit.db import Database, Tx
from knowledge import entries
from knowledge.exchange import Item, Offered, Report, bring_in, read_file, write_file
from tests.knowledge.file_builders import PARKING, POLICY_ROW, in_sheets, shipped

BY = "周主任"


async def brought(db: Database, offered: list[Offered], now: datetime, *, publish: bool = True) -> Report:
    return await db.transact(bring_in, offered, BY, now, publish=publish)


def fates(report: Report) -> list[tuple[str, str]]:
    return [(line.id, line.what) for line in report.lines]


async def states(tx: Tx) -> dict[str, str]:
    return {item.id: str(item.state) for item in await entries.listed(tx)}


def five_rows(path: Path) -> list[Offered]:
    rows = [
        PARKING | {"编号": "a-1"},
        PARKING | {"编号": "a-2", "止": "2026-13-01"},
        {"编号": "a-3", "标准问": "甲？"},
        {"编号": "a-4", "标准问": "乙？"},
    ]
    stages = [{"编号": "a-3", "依据": "p-1", "结论": "免。"}, {"编号": "a-4", "依据": "p-404", "结论": "免。"}]
    return in_sheets(path, 知识条目=rows, 分期口径=stages, 政策=[POLICY_ROW])


@pytest.mark.parametrize("publish", [True, False])
async def test_bring_in_takes_the_good_rows_and_says_why_not_the_others(
    db: Database, now: datetime, tmp_path: Path, publish: bool
) -> None:
    report = await brought(db, five_rows(tmp_path), now, publish=publish)
    kept = "added" if publish else "drafted"
    assert fates(report) == [("a-1", kept), ("a-2", "refused"), ("a-3", kept), ("a-4", "refused"), ("p-1", kept)]
    assert report.text().splitlines() == [
        f"文件里共5条：{'新增' if publish else '存成草稿'}3条，未导入2条。",
        "未导入：知识条目 第3行（a-2）：日期“2026-13-01”不对，要写成 2026-01-31 这样",
        "未导入：知识条目 第5行（a-4）：没有编号为“p-404”的政策，请先导入这个政策",
    ]
    async with db.read() as tx:
        assert await states(tx) == dict.fromkeys(("a-1", "a-3", "p-1"), "published" if publish else "draft")
        assert {each.id for each in await entries.live_since(tx, 0)} == ({"a-1", "a-3", "p-1"} if publish else set())


@pytest.mark.parametrize("publish", [True, False])
async def test_bring_in_again_changes_nothing(db: Database, now: datetime, tmp_path: Path, publish: bool) -> None:
    offered = five_rows(tmp_path)
    await brought(db, offered, now, publish=publish)
    async with db.read() as tx:
        before = [await entries.listed(tx), await entries.history(tx, "entry", "a-1")]
    again = await brought(db, offered, now, publish=publish)
    assert again.counts | {"unchanged": 0, "refused": 0} == dict.fromkeys(again.counts, 0)
    assert (again.counts["unchanged"], again.counts["refused"]) == (3, 2)
    async with db.read() as tx:
        assert [await entries.listed(tx), await entries.history(tx, "entry", "a-1")] == before


async def test_bring_in_names_what_it_changed(db: Database, now: datetime, tmp_path: Path) -> None:
    await brought(db, in_sheets(tmp_path, 知识条目=[PARKING | {"编号": "a-1"}, PARKING | {"编号": "a-2"}]), now)
    report = await brought(
        db,
        in_sheets(tmp_path, 知识条目=[PARKING | {"编号": "a-1", "备注": "周末也开"}, PARKING | {"编号": "a-2"}]),
        now,
    )
    assert report.text() == "文件里共2条：改动1条，没有变化1条。\n改动的编号：a-1"


async def test_bring_in_follows_what_the_file_says_of_states(db: Database, now: datetime, tmp_path: Path) -> None:
    said = {"a-1": "已发布", "a-2": "草稿", "a-3": "已审核", "a-4": "已停用", "a-5": ""}
    rows = [PARKING | {"编号": item_id, "状态": state} for item_id, state in said.items()]
    offered = in_sheets(tmp_path, 知识条目=rows)
    assert [what for _, what in fates(await brought(db, offered, now))] == [
        "added",
        "drafted",
        "drafted",
        "retired",
        "added",
    ]
    async with db.read() as tx:
        assert await states(tx) == {
            "a-1": "published",
            "a-2": "draft",
            "a-3": "draft",
            "a-4": "retired",
            "a-5": "published",
        }
        assert {each.id for each in await entries.live_since(tx, 0) if each.content} == {"a-1", "a-5"}
    for publish in (True, False):  # and what is retired does not come back by bringing in the same file again
        assert {what for _, what in fates(await brought(db, offered, now, publish=publish))} == {"unchanged"}


async def test_bring_in_retires_entries_before_the_policy_they_stand_on(
    db: Database, now: datetime, tmp_path: Path
) -> None:
    def file(state: str) -> list[Offered]:
        rows = [{"编号": "a-1", "标准问": "甲？", "状态": state}]
        stages = [{"编号": "a-1", "依据": "p-1", "结论": "免。"}]
        return in_sheets(tmp_path, 知识条目=rows, 分期口径=stages, 政策=[POLICY_ROW | {"状态": state}])

    assert fates(await brought(db, file(""), now)) == [("a-1", "added"), ("p-1", "added")]
    assert fates(await brought(db, file("已停用"), now)) == [("a-1", "retired"), ("p-1", "retired")]


async def test_bring_in_keeps_a_policy_that_others_still_stand_on(db: Database, now: datetime, tmp_path: Path) -> None:
    await brought(db, five_rows(tmp_path), now)
    report = await brought(db, in_sheets(tmp_path, 政策=[POLICY_ROW | {"状态": "已停用"}]), now)
    assert fates(report) == [("p-1", "refused")]
    assert "还有1条在用的知识条目依据这个政策" in report.text()


async def test_bring_in_never_publishes_on_a_policy_that_is_not_live(
    db: Database, now: datetime, tmp_path: Path
) -> None:
    rows = [{"编号": "a-1", "标准问": "甲？"}]
    stages = [{"编号": "a-1", "依据": "p-1", "结论": "免。"}]
    offered = in_sheets(tmp_path, 知识条目=rows, 分期口径=stages, 政策=[POLICY_ROW | {"状态": "草稿"}])
    report = await brought(db, offered, now)
    assert fates(report) == [("a-1", "refused"), ("p-1", "drafted")]
    assert "请先发布政策" in report.text()


async def test_bring_in_does_not_call_a_waiting_draft_published(db: Database, now: datetime, tmp_path: Path) -> None:
    offered = in_sheets(tmp_path, 知识条目=[PARKING | {"编号": "a-1"}])
    await brought(db, offered, now, publish=False)
    report = await brought(db, offered, now)
    assert fates(report) == [("a-1", "refused")]
    assert "到后台审核、发布" in report.text()


async def test_bring_in_refuses_alone_what_is_too_much_for_one_entry(db: Database, now: datetime) -> None:
    def offer(item_id: str, variants: list[str]) -> Offered:
        return Offered(item_id, "entry", item_id, {"question": "甲？", "answer": "乙", "variants": variants})

    some = [offer(f"a-{n}", ["丙"]) for n in range(20)] + [offer("a-20", [f"{n}" + "字" * 100 for n in range(300)])]
    report = await brought(db, some, now)
    assert fates(report) == [(f"a-{n}", "added") for n in range(20)] + [("a-20", "refused")]
    assert report.lines[-1].reasons == ("内容太多，一条里放不下，请删减相似问或者分成几条",)


@pytest.mark.parametrize("publish", [True, False])
async def test_bring_in_takes_all_we_ship_in_time(db: Database, now: datetime, tmp_path: Path, publish: bool) -> None:
    """`Database.transact` gives the whole of it eight seconds."""
    every: list[Item] = [(kind, item_id, "", content) for kind, item_id, content in shipped()]
    write_file(tmp_path / "全部.xlsx", every)
    report = await brought(db, read_file(tmp_path / "全部.xlsx"), now, publish=publish)
    assert {line.what for line in report.lines} == {"added" if publish else "drafted"}
    async with db.read() as tx:
        assert {(i.kind, i.id) for i in await entries.listed(tx)} == {item[:2] for item in every}


async def test_bring_in_of_nothing_says_so(db: Database, now: datetime, tmp_path: Path) -> None:
    assert (await brought(db, [], now)).text() == "文件里一条内容也没有。"
