"""Bringing in a hall's own list: row by row, from either kind of file, and out again as it went in."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hall.matters import agencies, entering, life_events, list_files, listing
from hall.matters import service as matters
from hall.matters.entering import Report
from hall.matters.list_files import Given, NotAList
from hall.matters.model import Audience, Codes, Material, Matter, Question
from kit import excel
from kit.db import Database
from tests.hall.builders import HALL, a_group, a_hall, a_matter

NEW: dict[str, Any] = {
    "id": "elder-card",
    "name": "老年优待证",
    "department": "区民政局",
    "theme": "老年人",
    "group": "a",
    "window_type": "综合窗口",
    "handling_type": "即办件",
    "fee": "不收费",
    "result": "老年优待证",
    "target": "自然人",
    "materials": [{"name": "身份证", "form": "原件", "e_licence": True, "source": "政府部门核发"}],
    "faq": ["60岁能办吗？（能）", "要照片吗？"],
}


@pytest.fixture
async def matter(db: Database) -> Matter:
    async with db.tx() as tx:
        await a_hall(tx)
        return await a_matter(tx, await a_group(tx))


async def bring(db: Database, *rows: dict[str, Any], table: str = "matter") -> Report:
    given = [Given(table, f"第{number}行", row) for number, row in enumerate(rows, 1)]
    return await db.transact(entering.bring_in, HALL.id, given)


async def test_row_of_a_known_matter_changes_what_it_speaks_of_and_makes_it_the_halls_own(
    db: Database, matter: Matter
) -> None:
    report = await bring(db, {"id": "licence", "promised_days": 5, "basic_code": "000131001000"})
    assert report.text() == "文件里共1行：改动1行。\n改动　licence　食品经营许可证核发"
    assert await db.consult(matters.matter, HALL.id, "licence") == replace(
        matter, promised_days=5, codes=Codes("000131001000"), is_typical=False
    )


async def test_list_that_says_its_figures_are_still_typical_leaves_them_so(db: Database, matter: Matter) -> None:
    report = await bring(db, {"id": "licence", "promised_days": 7, "typical": True})
    assert [line.what for line in report.lines] == ["same"]


async def test_new_matter_is_entered_whole(db: Database, matter: Matter) -> None:
    assert (await bring(db, NEW)).is_whole
    made = await db.consult(matters.matter, HALL.id, "elder-card")
    assert made.materials == (Material("身份证", "原件", 1, True, None, "政府部门核发"),)
    assert made.questions == (Question("60岁能办吗？", "能"), Question("要照片吗？"))
    assert (made.audiences, made.legal_days, made.is_typical) == ((Audience.PERSON,), None, False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "“事项名称”要填"),
        ({"name": "长" * 65}, "“事项名称”最多64个字，现在65个"),
        ({"id": "有空 格"}, "“编号”用字母、数字和短横写，最多64个"),
        ({"handling_type": "马上办"}, "“办件类型”“马上办”不认识，可选：即办件、承诺件"),
        ({"legal_days": 0}, "“法定时限”要填1到3650的整数，不知道就空着"),
        ({"legal_days": 5, "promised_days": 9, "days_unit": "工作日"}, "承诺时限（9）比法定时限（5）还长"),
        ({"legal_days": 5}, "填了时限，“时限单位”就要填"),
        ({"target": "外星人"}, "“服务对象”“外星人”不认识，可选：自然人、个体工商户、法人"),
        ({"group": "Z"}, "没有业务组“Z”，有的是：A A类"),
        ({"group": None}, "“业务组”要填文字"),
        ({"agency": "none"}, "“机构”里没有编号“none”"),
        ({"materials": [{"name": "身份证"}]}, "材料第1条：“形式”要填"),
        ({"materials": [{"name": "照片", "form": "电子"}] * 2}, "材料“照片”写了两遍"),
        ({"materials": "身份证"}, "“材料”要是一串"),
        ({"materials": [7]}, "材料第1条看不懂"),
        ({"steps": [1]}, "“办理流程”要填文字，一行一条"),
        ({"on_the_spot": "也许"}, "“当场办结”“也许”看不懂，请填“是”或“否”"),
        ({"colour": "red"}, "不认识“colour”这一项"),
    ],
    ids=str,
)
async def test_bad_row_refuses_only_itself_and_says_why(
    db: Database, matter: Matter, wrong: dict[str, Any], said: str
) -> None:
    report = await bring(db, NEW | wrong, {"id": "licence", "fee": "免费"})
    assert [line.what for line in report.lines] == ["refused", "changed"]
    assert said in report.lines[0].reasons
    assert not report.is_whole
    assert [kept.id for kept in await db.consult(matters.catalogue, HALL.id)] == ["licence"]


async def test_new_row_must_say_what_every_matter_has(db: Database, matter: Matter) -> None:
    (line,) = (await bring(db, {"id": "new"})).lines
    assert "“事项名称”要填" in line.reasons and "“业务组”要填：还没有同一主题的事项可以跟" in line.reasons


async def test_new_matter_follows_its_theme_into_a_group(db: Database, matter: Matter) -> None:
    row = {key: value for key, value in NEW.items() if key != "group"} | {"theme": matter.theme}
    assert (await bring(db, row)).is_whole
    assert (await db.consult(matters.matter, HALL.id, "elder-card")).group_id == matter.group_id


async def test_row_that_comes_twice_counts_once(db: Database, matter: Matter) -> None:
    report = await bring(db, NEW, NEW | {"fee": "10元"})
    assert [line.what for line in report.lines] == ["new", "refused"]
    assert (await db.consult(matters.matter, HALL.id, "elder-card")).fee == "不收费"


async def test_agencies_and_events_come_with_the_matters_they_belong_to(db: Database, matter: Matter) -> None:
    given = [
        Given("life_event", "1", {"id": "old", "name": "年纪大了", "for": "自然人", "matters": ["elder-card"]}),
        Given("matter", "2", NEW | {"agency": "civil"}),
        Given("agency", "3", {"id": "civil", "name": "区民政局", "hours": "09:00-12:00,13:00-16:30"}),
        Given("life_event", "4", {"id": "bad", "name": "坏的", "for": "自然人", "matters": ["none"]}),
    ]
    report = await db.transact(entering.bring_in, HALL.id, given)
    assert [(line.id, line.what) for line in report.lines] == [
        ("civil", "new"),
        ("elder-card", "new"),
        ("old", "new"),
        ("bad", "refused"),
    ]
    assert report.lines[3].reasons == ("本厅没有事项 none",)
    assert [event.id for event in await db.consult(life_events.events, HALL.id)] == ["old"]
    assert (await db.consult(agencies.agency, HALL.id, "civil")).hours == HALL.hours


async def rows_of(db: Database) -> dict[str, Sequence[listing.Row]]:
    async with db.read() as tx:
        letters = {group.id: group.letter for group in await matters.groups(tx, HALL.id)}
        return {
            "matter": [listing.matter_row(m, letters) for m in await matters.catalogue(tx, HALL.id)],
            "agency": [listing.agency_row(agency) for agency in await agencies.agencies(tx, HALL.id)],
            "life_event": [listing.event_row(event) for event in await life_events.events(tx, HALL.id)],
        }


@pytest.mark.parametrize("name", ["清单.xlsx", "清单.toml"])
async def test_what_is_written_out_comes_back_the_same(db: Database, matter: Matter, tmp_path: Path, name: str) -> None:
    await bring(db, {"id": "civil", "name": "区民政局", "hours": "09:00-12:00", "aliases": ["民政局"]}, table="agency")
    more = {"agency": "civil", "steps": ["申请", "=领证"], "legal_note": "两行\n的说明", "places": ["街道窗口"]}
    await bring(db, NEW | more)
    await bring(db, {"id": "e", "name": "老了", "for": "person", "matters": ["elder-card"]}, table="life_event")
    list_files.write_file(tmp_path / name, await rows_of(db))
    given = list_files.read_file(tmp_path / name)
    report = await db.transact(entering.bring_in, HALL.id, given)
    assert [line for line in report.lines if line.what != "same"] == []
    assert len(report.lines) == 4


async def test_sheet_without_a_column_leaves_that_as_it_was(db: Database, matter: Matter, tmp_path: Path) -> None:
    excel.write(tmp_path / "a.xlsx", {"事项": [{"编号": "licence", "收费": "10元"}]})
    await db.transact(entering.bring_in, HALL.id, list_files.read_file(tmp_path / "a.xlsx"))
    assert await db.consult(matters.matter, HALL.id, "licence") == replace(matter, fee="10元", is_typical=False)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.toml", None, "找不到文件"),
        ("a.docx", "x", "这种文件导入不了"),
        ("a.toml", "[[entry]]\nid = 1", "没有事项"),
        ("a.toml", "matter = 1", r"要写成 \[\[matter\]\]"),
        ("a.toml", "[[matter", "TOML 写法有错，在"),
    ],
)
def test_file_that_is_no_list_is_refused_whole(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(NotAList, match=said):
        list_files.read_file(tmp_path / name)
