"""The texts of notices, as a lead changes them: seen beforehand, refused with what is wrong, in the trail."""

from collections.abc import AsyncIterator

import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.notices import texts
from hall.notices.model import Kind
from hall.staff.model import Role
from kit.db import Database
from tests.hall.builders import HALL
from tests.handlers.staff import OTHER, Visitor, open_staff

AT = "/admin/notices/called"


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def test_a_lead_sees_what_would_be_read_and_puts_it_in_force_for_their_hall(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    listed = (await lead.get("/admin/notices")).text
    assert "叫到号了" in listed and "本厅写的" not in listed
    assert "A012 叫到您了，请马上到4号窗口。" in (await lead.get(AT)).text
    seen = await lead.post(f"{AT}/preview", {"text": "请 {票号} 到{窗口}"})
    assert "请 A012 到4号窗口" in seen.text
    assert "少了{窗口}" in (await lead.post(f"{AT}/preview", {"text": "请 {票号} 过来"})).text
    wrong = await lead.post(AT, {"text": "请 {票号} 过来"}, HX_Request="true")
    assert (wrong.status, "少了{窗口}" in wrong.text) == (422, True)
    assert (await lead.post(AT, {"text": "请 {票号} 到{窗口}"})).status == 303
    assert await visitor.db.consult(texts.in_force) == {(HALL.id, Kind.CALLED): "请 {票号} 到{窗口}"}
    (line,) = await visitor.db.consult(audit.trail, Wanted(kind="notice"), 9)
    assert (line.before["说的话"], line.after["说的话"]) == (texts.SHIPPED, "请 {票号} 到{窗口}")
    elsewhere = await visitor.as_role(Role.LEAD, OTHER.id)
    assert "本厅写的" not in (await elsewhere.get("/admin/notices")).text
    (version,) = await visitor.db.consult(texts.versions, HALL.id, Kind.CALLED)
    assert (await elsewhere.post(f"{AT}/restore", {"version": version.id})).status == 404
    assert (await lead.post(f"{AT}/shipped")).status == 303
    assert "本厅写的" not in (await lead.get("/admin/notices")).text
    assert (await lead.get("/admin/notices/nonsense")).status == 404
