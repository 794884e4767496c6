"""The booking rules on their page: read as a citizen would, changed with what changes in sight, tried on a person."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hall.appointments import rule_book, shipped_rules
from hall.appointments.rule_book import HALL as WHOLE
from hall.appointments.rules import Rules
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters.model import Matter
from hall.staff.model import Role
from handlers.staff import rule_form
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_matter, book, slots_on
from tests.handlers.staff import OTHER, Visitor, open_staff

PHONE = "13800000001"


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def a_booking(tx: Tx) -> tuple[Matter, str]:
    group = await a_group(tx)
    matter = await a_matter(tx, group)
    slots = await slots_on(tx, group, 24, 25)
    held = await book(tx, await a_citizen(tx), slots[0].id, matter, "王小明", PHONE, MONDAY)
    return matter, held.number


@pytest.mark.parametrize("letter", sorted(shipped_rules.sets()))
def test_each_shipped_set_goes_through_the_form_and_comes_back_alike(letter: str) -> None:
    rules = shipped_rules.sets()[letter].rules
    assert rule_form.rules_of(rule_form.texts_of(rules)) == rules


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"limit.1.most": "0"}, "limit.1.most", "要写1到1000之间的数"),
        ({"window.first": "3", "window.last": "1"}, "window.last", "最后一天不能早于第一天"),
        ({"hold_minutes": "五"}, "hold_minutes", "要填数字"),
        ({"limit.1.by.credit_code": "", "limit.1.by.id_number": ""}, "limit.1.by.credit_code", "至少选一个"),
        ({"threshold.2.pause": ""}, "threshold.2.pause", "要写1到3650之间的数"),
        ({"limit.1.most": "", "limit.3.most": "x", "limit.3.by.phone": "on"}, "limit.3.most", "要填数字"),
        ({"cutoff.kind": "hours", "cutoff": "999"}, "cutoff", "要写0到240之间的数"),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_own_field(typed: dict[str, str], field: str, said: str) -> None:
    texts = rule_form.texts_of(shipped_rules.sets()["a"].rules) | typed
    with pytest.raises(rule_form.BadForm) as refused:
        rule_form.rules_of(texts)
    assert said in refused.value.details["fields"][field]


async def test_a_set_is_seen_put_in_force_and_left_again(visitor: Visitor) -> None:
    matter, _ = await visitor.db.transact(a_booking)
    lead = await visitor.as_role(Role.LEAD)
    assert "没有设过，用通常的" in (await lead.get("/admin/rules")).text
    begun = await lead.get("/admin/rules/edit?like=b")
    assert "<ins>要提前1到5个工作日预约</ins>" in begun.text
    form: dict[str, Any] = dict(rule_form.texts_of(shipped_rules.sets()["b"].rules))
    drafted = await lead.post("/admin/rules/draft", form | {"window.last": "4"})
    assert "<ins>要提前1到4个工作日预约</ins>" in drafted.text
    assert "写到这里还用不了" in (await lead.post("/admin/rules/draft", form | {"window.last": "0"})).text
    assert (await lead.post("/admin/rules/set", form)).status == 303
    assert (await lead.post("/admin/rules/set", form, HX_Request="true")).status == 409
    own = {"matter": matter.id} | rule_form.texts_of(Rules())
    assert (await lead.post("/admin/rules/set", own)).status == 303
    kept = await visitor.db.consult(rule_book.book, HALL.id)
    assert kept.sets == {WHOLE: shipped_rules.sets()["b"].rules, (None, matter.id): Rules()}
    assert (await lead.post("/admin/rules/withdraw", {"matter": matter.id})).status == 303
    assert (await lead.post("/admin/rules/withdraw", {"matter": matter.id}, HX_Request="true")).status == 409
    assert set((await visitor.db.consult(rule_book.book, HALL.id)).sets) == {WHOLE}
    assert len(await visitor.db.consult(rule_book.versions, HALL.id, 9)) == 3
    lines = await visitor.db.consult(audit.trail, Wanted(kind="rules"), 9)
    assert [(line.called, line.number) for line in lines] == [
        ("撤掉单独的规则", f"事项 {matter.name}"), ("换预约规则", f"事项 {matter.name}"), ("换预约规则", "整个大厅"),
    ]  # fmt: skip
    assert "要提前1到5个工作日预约" in lines[-1].after["规则"]


async def test_another_halls_rules_versions_and_people_are_as_if_they_were_not(visitor: Visitor) -> None:
    matter, number = await visitor.db.transact(a_booking)
    await visitor.db.transact(rule_book.set_rules, HALL.id, {}, "王主任", MONDAY)
    (version,) = await visitor.db.consult(rule_book.versions, HALL.id, 9)
    elsewhere = await visitor.as_role(Role.ADMIN, OTHER.id)
    for path in (f"?version={version.id}", f"?matter={matter.id}", f"?group={matter.group_id}"):
        assert (await elsewhere.get(f"/admin/rules/edit{path}")).status == 404, path
    form: dict[str, Any] = {"matter": matter.id, **rule_form.texts_of(Rules(hold_minutes=9))}
    assert (await elsewhere.post("/admin/rules/set", form)).status == 404
    asked = {"who": number, "wanted": matter.id, "on": "2026-11-25"}
    assert (await elsewhere.post("/admin/rules/try", asked)).status == 404


async def test_a_person_is_tried_by_number_or_phone_masked_and_noted(visitor: Visitor) -> None:
    matter, number = await visitor.db.transact(a_booking)
    await visitor.db.transact(
        rule_book.set_rules, HALL.id, {"limit": [{"most": 1, "per": "at_once", "by": ["phone"]}]}, "王", MONDAY
    )
    lead = await visitor.as_role(Role.LEAD)
    asked = {"wanted": matter.id, "on": "2026-11-25"}
    for who in (number, "138 0000 0001"):
        answer = await lead.post("/admin/rules/try", asked | {"who": who})
        assert "约不上。" in answer.text and "每个手机号同时最多有1个预约，现在已经有1个了" in answer.text
        assert number in answer.text and "王*明" in answer.text
        assert "王小明" not in answer.text and PHONE not in answer.text
    drafted = asked | {"who": number, "draft": "on"} | rule_form.texts_of(Rules())
    answer = await lead.post("/admin/rules/try", drafted)
    assert "约得上。" in answer.text and "按还没启用的规则" in answer.text
    assert (await lead.post("/admin/rules/try", {"who": "", "wanted": matter.id}, HX_Request="true")).status == 422
    seen = await visitor.db.consult(audit.trail, Wanted(number=number, saw=True), 9)
    assert len(seen) == 3
