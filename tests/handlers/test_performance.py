"""How the hall performs, by its doors: the figures with what they count, the rows behind, the sheets, and the news."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from hall.matters.service import groups as queue_groups
from hall.performance.model import Figure
from hall.queue import service as queue
from hall.staff.model import Role
from kit import excel
from kit.db import Database
from tests.hall.builders import HALL, at
from tests.hall.counted_days import a_day_of_bookings, a_monday, a_month_of_cases
from tests.handlers.staff import OTHER, Visitor, a_member, open_staff

NOVEMBER = "when=free&first=2026-11-01&last=2026-11-30"
MONDAY = "when=free&first=2026-11-23&last=2026-11-23"


@pytest.fixture
async def lead(sqlite_db: Database) -> AsyncIterator[Visitor]:
    """At a hall that has had its Monday and its month of cases."""
    async with open_staff(sqlite_db) as visitor:
        for built in (a_monday, a_month_of_cases, a_day_of_bookings):
            await sqlite_db.transact(built)
        visitor.clock.at = at(25, 10, 32)
        yield await visitor.as_role(Role.LEAD)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


async def test_each_figure_stands_with_its_definition_and_what_is_behind_it(lead: Visitor) -> None:
    page = await lead.get(f"/performance?{NOVEMBER}")
    said = plain(page.text)
    assert page.status == 200
    for figure in Figure:
        assert all(line in said for line in (figure.told.name, figure.told.about, figure.told.whole)), figure
    assert all(text in said for text in ("66.7%", "（2/3件）", "20.0%", "（1/5个号）", "截至 10:32", "10分钟", "50.0%"))
    assert "2号窗口" in said
    behind = [unescape(path) for path in re.findall(r'href="/staff(/performance/rows/[^"]+)"', page.text)]
    assert len(behind) > len(Figure)
    for path in behind:
        rows = await lead.get(path)
        assert (rows.status, "没有明细" in rows.text) == (200, False), path


async def test_rows_name_numbers_and_nobody(lead: Visitor) -> None:
    on_time = plain((await lead.get(f"/performance/rows/on-time?{NOVEMBER}")).text)
    assert re.findall(r"2026-11-1[17] (?:是|否)", on_time) == ["2026-11-17 是", "2026-11-11 否", "2026-11-11 是"]
    missed = plain((await lead.get(f"/performance/rows/no-show?{NOVEMBER}")).text)
    assert ("爽约" in missed, "王芳" in missed, "1380000" in missed) == (True, False, False)
    of_two = plain((await lead.get(f"/performance/rows/service?{MONDAY}&by=counter&of=2")).text)
    assert ("A002" in of_two, "A001" in of_two) == (True, False)
    nobody = plain((await lead.get(f"/performance/rows/left?{MONDAY}&by=counter&of=-")).text)
    assert ("A003" in nobody, "A004" in nobody) == (True, False)


async def test_what_is_asked_wrongly_is_told_in_words(lead: Visitor) -> None:
    for query, said in (
        ("when=free&first=2026-11-30&last=2026-11-01", "最后一天要在第一天之后"),
        ("when=free&first=2020-01-01&last=2026-11-01", "一次最多看"),
        ("when=never", "这一项只能是"),
    ):
        answer = await lead.get(f"/performance?{query}")
        assert (answer.status, said in answer.text or "填对" in answer.text) == (422, True), query
    assert (await lead.get("/performance/rows/happiness")).status == 404
    empty = plain((await lead.get("/performance?when=free&first=2026-06-01&last=2026-06-01")).text)
    assert ("这些天还没有数字" in empty, "暂无" in empty) == (True, True)
    for of in ("%00", "99999999999999999999", "2026-13-45"):
        for by in ("counter", "matter", "day"):
            assert (await lead.get(f"/performance/rows/taken?by={by}&of={of}")).status in (200, 422)


async def test_the_page_is_told_anew_only_when_something_has_happened(lead: Visitor) -> None:
    page = (await lead.get("/performance?when=today")).text
    (asks,) = re.findall(r'hx-get="/staff([^"]+)"', page)
    quiet = {"HX_Request": "true", "X_Quiet": "1"}
    assert (await lead.get(unescape(asks), **quiet)).status == 204
    group = (await lead.db.consult(queue_groups, HALL.id))[0]
    await lead.db.transact(queue.take, HALL.id, group, None, at(25, 10, 33))
    lead.clock.at = at(25, 10, 34)
    news = await lead.get(unescape(asks), **quiet)
    assert (news.status, "截至 10:34" in news.text, 'id="figures"' in news.text) == (200, True, True)
    assert "<b>1个</b>" in news.text
    past = (await lead.get(f"/performance?{MONDAY}")).text
    assert "hx-get" not in past  # what is over does not ask


async def test_sheets_open_again_with_figures_rows_and_definitions(lead: Visitor, tmp_path: Path) -> None:
    for name, path in (
        ("figures", f"/performance/sheet?{NOVEMBER}&by=matter"),
        ("rows", f"/performance/rows/on-time/sheet?{NOVEMBER}"),
        ("none", "/performance/rows/taken/sheet?when=free&first=2026-06-01&last=2026-06-01"),
    ):
        async with lead.http.get(f"{lead.base}/staff{path}", headers={"Cookie": f"bangban_staff={lead.token}"}) as sent:
            assert (sent.status, "attachment" in sent.headers["Content-Disposition"]) == (200, True)
            (tmp_path / f"{name}.xlsx").write_bytes(await sent.read())
    figures = excel.read(tmp_path / "figures.xlsx")
    assert list(figures) == ["全厅", "按事项", "怎么算的"]
    told = {row.cells["指标"]: row.cells for row in figures["全厅"]}
    assert (told["按时率"]["2026-11-01 至 2026-11-30"], told["按时率"]["背后"]) == ("66.7%", "2/3件")
    assert told["按时率"]["对比：2026-10-02 至 2026-10-31"] == "暂无"
    assert {row.cells["指标"] for row in figures["怎么算的"]} == {figure.told.name for figure in Figure}
    rows = excel.read(tmp_path / "rows.xlsx")
    assert [row.cells["算在分子里"] for row in rows["按时率明细"]] == ["是", "否", "是"]
    assert rows["怎么算的"][0].cells["分母（算哪些）"] == Figure.ON_TIME.told.whole
    assert [row.cells["票号"] for row in excel.read(tmp_path / "none.xlsx")["取号明细"]] == ["没有"]


async def test_another_halls_lead_sees_nothing_of_ours_and_a_clerk_nothing_at_all(lead: Visitor) -> None:
    stranger = await a_member(lead.db, "外人", Role.LEAD, OTHER.id)
    elsewhere = await lead.as_member(stranger, OTHER.id)
    assert "这些天还没有数字" in (await elsewhere.get(f"/performance?{NOVEMBER}")).text
    assert "A001" not in (await elsewhere.get(f"/performance/rows/taken?{NOVEMBER}")).text
    assert (await (await lead.as_role(Role.CLERK)).get("/performance")).status == 403
