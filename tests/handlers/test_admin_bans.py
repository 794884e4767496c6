"""Pauses and appeals on their page: a guide looks and notes, a lead decides, nobody sees a whole name."""

from collections.abc import AsyncIterator

import pytest

from hall.appointments import by_staff, no_shows, rule_book
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, at, book, slots_on
from tests.hall.test_appeals import ONE_IS_ENOUGH
from tests.handlers.staff import OTHER, Visitor, open_staff


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def a_missed_booking(tx: Tx) -> str:
    matter = await a_matter(tx, group := await a_group(tx))
    await rule_book.set_rules(tx, HALL.id, ONE_IS_ENOUGH, "王主任", MONDAY)
    slots = await slots_on(tx, group, 24)
    held = await book(tx, await a_citizen(tx), slots[0].id, matter, "王小明", "13800000001", MONDAY)
    await no_shows.mark_missed(tx, at(25, 0, 1))
    return held.number


async def test_a_guide_notes_an_appeal_and_a_lead_answers_it(visitor: Visitor) -> None:
    number = await visitor.db.transact(a_missed_booking)
    visitor.clock.at = at(25, 9)
    (pause,) = await visitor.db.consult(by_staff.pauses, HALL.id, at(25, 9))
    guide, lead = await visitor.as_role(Role.GUIDE), await visitor.as_role(Role.LEAD)
    path = f"/admin/bans/{pause.id}"
    seen = (await guide.get(path)).text
    assert "王*明 138****0001" in seen and number in seen
    assert "王小明" not in seen and "解除停约</button>" not in seen
    assert (await guide.post(f"{path}/appeal", {"said": "那天住院"})).status == 303
    assert (await guide.post(f"{path}/lift", {"why": "我看行"})).status == 403
    assert "只看等答复的（1）" in (await lead.get("/admin/bans")).text
    assert (await lead.post(f"{path}/refuse", {"answer": ""}, HX_Request="true")).status == 422
    assert (await lead.post(f"{path}/excuse", {"number": number, "reason": "有出院小结"})).status == 303
    assert (await lead.post(f"{path}/lift", {"why": "有出院小结"})).status == 303
    assert "现在没有人停约" in (await lead.get("/admin/bans")).text
    assert "这个人没有停约" in (await lead.get(f"/admin/bans?number={number}")).text
    lifted, _, noted = await visitor.db.consult(audit.trail, Wanted(saw=False), 9)
    assert (lifted.called, lifted.after) == ("解除停约", {"停约": "解除了", "申诉": "解除了"})
    assert (noted.called, noted.after) == ("记下申诉", {"申诉": "等答复"})
    assert await visitor.db.consult(audit.trail, Wanted(number=number, saw=True), 9)


async def test_another_halls_pause_is_not_there(visitor: Visitor) -> None:
    number = await visitor.db.transact(a_missed_booking)
    visitor.clock.at = at(25, 9)
    (pause,) = await visitor.db.consult(by_staff.pauses, HALL.id, at(25, 9))
    elsewhere = await visitor.as_role(Role.LEAD, OTHER.id)
    assert (await elsewhere.get(f"/admin/bans/{pause.id}")).status == 404
    assert (await elsewhere.get(f"/admin/bans?number={number}")).status == 404
    assert (await elsewhere.post(f"/admin/bans/{pause.id}/lift", {"why": "我看行"})).status == 404
