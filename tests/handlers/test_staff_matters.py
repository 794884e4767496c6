"""The hall's matters on their pages: found, written, withdrawn, with files, brought in and given out; and agencies."""

import io
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import aiohttp
import openpyxl
import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters import agencies, files
from hall.matters import service as matters
from hall.matters.model import Agency, Use
from hall.places import service as places
from hall.staff.model import Role
from handlers.gate import OPEN_COOKIE, csrf_of
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_group, a_matter
from tests.hall.case_builders import a_case
from tests.handlers.staff import OTHER, Visitor, open_staff

ONE = "/admin/matters/of/licence"


async def a_hall_with_matters(tx: Tx) -> None:
    await a_matter(tx, await a_group(tx))
    group = await matters.add_group(tx, OTHER.id, "A", "别厅的组")
    await a_matter(tx, group, "elsewhere", name="别厅的事")


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        await sqlite_db.transact(a_hall_with_matters)
        yield found


def typed(page: str) -> dict[str, Any]:
    """The fields of the page's form as they stand, as a browser would send them."""
    form = page[page.index('name="seen"') :] if 'name="seen"' in page else page
    form = form[: form.index("</form>")]
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input class="form-control" [^>]*name="([^"]+)" value="([^"]*)"', form)
    }
    fields |= {
        name: unescape(value)
        for name, value in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    }
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", options)
        fields[name] = "" if chosen is None else unescape(chosen[1] if chosen[1] is not None else chosen[2])
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    return fields | ({"seen": seen[1]} if seen else {})


async def last(visitor: Visitor, kind: str = "matter") -> tuple[str, dict[str, object], dict[str, object]]:
    line = (await visitor.db.consult(audit.trail, Wanted(kind=kind), 1))[0]
    return line.called, dict(line.before), dict(line.after)


async def send(visitor: Visitor, path: str, name: str, body: bytes, **fields: str) -> tuple[int, str]:
    assert visitor.token is not None
    data = aiohttp.FormData({"csrf": csrf_of(visitor.token), **fields}, quote_fields=False)
    data.add_field("file", body, filename=name)
    headers = {"Origin": visitor.base, "Cookie": f"{OPEN_COOKIE}={visitor.token}", "HX-Request": "true"}
    async with visitor.http.post(f"{visitor.base}/staff{path}", data=data, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_matter_saved_as_it_was_shown_is_the_same_and_what_differs_is_in_the_trail(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    before = await visitor.db.consult(matters.matter, HALL.id, "licence")
    form = typed((await lead.get(ONE)).text)
    assert (await lead.post(ONE, form)).status == 303
    assert await visitor.db.consult(matters.matter, HALL.id, "licence") == before
    assert await last(visitor) == ("改事项", {}, {})
    changed = form | {
        "fee": "每件10元",
        "materials.2.gone": "1",
        "materials.3.name": "照片",
        "materials.3.form": "电子",
    }
    assert (await lead.post(ONE, changed)).status == 303
    after = await visitor.db.consult(matters.matter, HALL.id, "licence")
    assert (after.fee, [one.name for one in after.materials], after.materials[1].is_needed) == (
        "每件10元", ["营业执照", "照片"], True,
    )  # fmt: skip
    called, was, now_is = await last(visitor)
    assert (called, was["收费"], now_is["收费"]) == ("改事项", "不收费", "每件10元")
    assert now_is["材料"] == [
        "营业执照，原件，1，必要：是，可容缺：否，可用电子证照：是，可用电子证照",
        "照片，电子，1，必要：是，可容缺：否，可用电子证照：否",
    ]


async def test_who_saves_over_a_colleagues_change_is_told_and_a_contradiction_is_refused(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    form = typed((await lead.get(ONE)).text)
    assert (await lead.post(ONE, form | {"fee": "每件10元"})).status == 303
    late = await lead.post(ONE, form | {"fee": "每件20元"}, HX_Request="true")
    assert (late.status, "被改过了，这次没有存。您填的还在" in late.text) == (409, True)
    form = typed((await lead.get(ONE)).text)
    wrong = await lead.post(ONE, form | {"promised_days": "30", "name": " "}, HX_Request="true")
    assert wrong.status == 422
    assert "“事项名称”要填；承诺时限（30）比法定时限（10）还长" in wrong.text
    assert (await visitor.db.consult(matters.matter, HALL.id, "licence")).fee == "每件10元"


async def test_what_new_limits_mean_for_cases_under_way_is_said_before_and_after(visitor: Visitor) -> None:
    await a_case(visitor.db)
    lead = await visitor.as_role(Role.LEAD)
    page = (await lead.get(ONE)).text
    assert "现在有0件已经受理" in page
    assert "还没受理的1件，受理那天按新的算" in page
    saved = await lead.post(ONE, typed(page) | {"promised_days": "3"})
    lead_again = await lead.get(ONE, Cookie=f"{OPEN_COOKIE}={lead.token}; {saved.headers['Set-Cookie'].split(';')[0]}")
    assert "时限改了：已经受理的0件照受理那天的时限办，还没受理的1件受理那天按新的算。" in lead_again.text


async def test_matters_are_found_by_words_and_withdrawn_and_another_halls_are_not_there(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert "食品经营许可证核发" in (await lead.get("/admin/matters?q=食品证")).text
    listed = (await lead.get("/admin/matters?which=typical")).text
    assert "食品经营许可证核发" in listed
    assert "别厅的事" not in listed
    assert "没有这样的事项" in (await lead.get("/admin/matters?which=withdrawn")).text
    assert (await lead.post(f"{ONE}/withdraw")).status == 303
    assert await last(visitor) == ("事项不办了", {"本厅不办": "否"}, {"本厅不办": "是"})
    assert await visitor.db.consult(matters.catalogue, HALL.id) == ()
    assert "食品经营许可证核发" in (await lead.get("/admin/matters?which=withdrawn")).text
    assert (await lead.post(f"{ONE}/withdraw", {"is_back": "1"})).status == 303
    assert len(await visitor.db.consult(matters.catalogue, HALL.id)) == 1
    for path in ("", "/withdraw", "/files"):
        answer = await lead.post(f"/admin/matters/of/elsewhere{path}", {"seen": "x", "use": "list"})
        assert answer.status in (404, 422), path
    assert (await lead.get("/admin/matters/of/elsewhere")).status == 404


async def test_a_new_matter_wants_an_id_nobody_has_and_what_is_missing_is_named(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    form = typed((await lead.get(ONE)).text) | {"id": "licence", "name": "新的事"}
    taken = await lead.post("/admin/matters", form, HX_Request="true")
    assert (taken.status, "编号“licence”已经有了" in taken.text) == (422, True)
    lacking = await lead.post("/admin/matters", {"id": "new", "name": "新的事"}, HX_Request="true")
    assert "“实施部门”要填" in lacking.text
    made = await lead.post("/admin/matters", form | {"id": "of"})
    assert (made.status, made.headers["Location"]) == (303, "/staff/admin/matters/of/of")
    assert (await visitor.db.consult(matters.matter, HALL.id, "of")).name == "新的事"


async def test_a_blank_form_of_more_than_a_megabyte_is_taken_from_who_is_signed_in_only(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    large = b"%PDF-1.7\n" + b"\n" * (2 * 1024 * 1024) + b"%%EOF"
    status, text = await send(lead, f"{ONE}/files", "申请表.doc", large, use="blank", material="申请书")
    assert status == 204, text
    (made,) = await visitor.db.consult(files.files, HALL.id)
    assert (made.name, made.use, made.material, made.size) == ("申请表.pdf", Use.BLANK, "申请书", len(large))
    assert await last(visitor) == ("挂文件", {"文件": []}, {"文件": ["申请书：空白表，申请表.pdf"]})
    for body, said in ((large * 3, "太大了"), (b"MZ\x90", "只收 PDF"), (b"", "还没有选文件")):
        status, text = await send(lead, f"{ONE}/files", "x.exe", body, use="list")
        assert (status in (413, 422), said in text) == (True, True), text
    nobody = Visitor(visitor.http, visitor.base, visitor.db, visitor.clock, visitor.app, "stranger")
    assert (await send(nobody, f"{ONE}/files", "a.pdf", large, use="list"))[0] == 413
    elsewhere = await visitor.as_role(Role.LEAD, OTHER.id)
    for path in (ONE, "/admin/matters/of/elsewhere"):
        assert (await elsewhere.post(f"{path}/files/{made.id}/detach")).status == 404
    assert (await lead.post(f"{ONE}/files/{made.id}/detach")).status == 303
    assert await visitor.db.consult(files.files, HALL.id) == ()


async def test_the_list_goes_out_as_a_sheet_and_comes_back_row_by_row(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert lead.token is not None
    async with visitor.http.get(
        f"{visitor.base}/staff/admin/matters/export", headers={"Cookie": f"{OPEN_COOKIE}={lead.token}"}
    ) as answer:
        assert "matters-test-" in answer.headers["Content-Disposition"]
        sheet: Any = openpyxl.load_workbook(io.BytesIO(await answer.read()))
    rows = sheet["事项"]
    at = {cell.value: cell.column for cell in rows[1]}
    rows.cell(2, at["收费"], "每件5元")
    rows.append([{"编号": "bad one"}.get(name, "x") for name in at])
    packed = io.BytesIO()
    sheet.save(packed)
    status, text = await send(lead, "/admin/matters/import", "本厅.xlsx", packed.getvalue())
    assert status == 200, text
    assert "没收的改好后再导一次" in text
    assert (await visitor.db.consult(matters.matter, HALL.id, "licence")).fee == "每件5元"
    called, _, told = await last(visitor)
    assert (called, told["改动"]) == ("导入事项清单", ["食品经营许可证核发"])
    assert "没收" in told
    status, text = await send(lead, "/admin/matters/import", "x.pdf", b"%PDF-")
    assert (status, "这种文件导入不了" in text) == (415, True)


async def test_an_agency_gets_its_telephone_and_what_is_not_known_is_said_so(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    await visitor.db.transact(agencies.set_agency, Agency("tax", OTHER.id, "别厅的税务局", ()))
    form = {"id": "tax", "name": "区税务局", "aliases": "税务、地税"}
    assert (await lead.post("/admin/matters/agencies", form)).status == 303
    assert "还没有登记" in (await lead.get("/admin/matters/agencies")).text
    told = {"name": "区税务局", "aliases": "税务", "phone": "0421-0000000", "hours": "09:00-12:00"}
    assert (await lead.post("/admin/matters/agencies/tax", told)).status == 303
    made = await visitor.db.consult(agencies.agency, HALL.id, "tax")
    assert (made.phone, made.aliases, made.address) == ("0421-0000000", ("税务",), None)
    assert await last(visitor, "agency") == (
        "改部门",
        {"群众的叫法": "税务、地税"},
        {"群众的叫法": "税务", "电话": "0421-0000000", "办公时间": "09:00-12:00"},
    )
    again = await lead.post("/admin/matters/agencies", form, HX_Request="true")
    assert (again.status, "编号“tax”已经有了" in again.text) == (422, True)
    bad = await lead.post("/admin/matters/agencies/tax", told | {"hours": "九点"}, HX_Request="true")
    assert (bad.status, "“办公时间”要像 09:00-12:00,13:00-16:30" in bad.text) == (422, True)
    assert (await lead.get("/admin/matters/agencies/none")).status == 404
    assert (await visitor.db.consult(agencies.agency, OTHER.id, "tax")).phone is None
    assert (await visitor.db.consult(places.hall, OTHER.id)).phone is None
