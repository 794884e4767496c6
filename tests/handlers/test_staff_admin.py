"""Halls, counters, groups and rules, machines: what an admin changes, what it says before and after, and for whom."""

import re
from collections.abc import AsyncIterator

import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters import service as matters
from hall.places import devices
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import Privilege
from hall.queue.rules import Rules
from hall.staff import service as staff
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_matter
from tests.hall.lines import clerk
from tests.handlers.staff import OTHER, Visitor, open_staff

HOURS = "09:00-12:00,13:00-16:30"


async def a_working_hall(tx: Tx) -> None:
    group = await a_group(tx)
    await a_matter(tx, group)
    await places.add_counter(tx, Counter(HALL.id, 1, "综合窗口", ("A",)))
    await places.add_counter(tx, Counter(OTHER.id, 7, "别厅的窗口", ("A",)))


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        await sqlite_db.transact(a_working_hall)
        yield found


async def last(visitor: Visitor, kind: str) -> tuple[str, str, dict[str, object], dict[str, object]]:
    line = (await visitor.db.consult(audit.trail, Wanted(kind=kind), 1))[0]
    return line.called, line.number, dict(line.before), dict(line.after)


# ------------------------------------------------------------------------------------------------ halls


async def test_a_hall_gets_its_address_and_nothing_is_invented_for_what_is_left_empty(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    assert 'value="' + HOURS in (await admin.get("/admin/halls")).text
    form = {"name": "双塔大厅", "hours": HOURS, "address": "示例路1号", "phone": " "}
    changed = await admin.post("/admin/halls", form)
    assert (changed.status, changed.headers["Location"]) == (303, "/staff/admin/halls")
    hall = await visitor.db.consult(places.hall, HALL.id)
    assert (hall.name, hall.address, hall.phone, hall.is_sample) == ("双塔大厅", "示例路1号", None, False)
    assert await last(visitor, "hall") == (
        "改大厅信息",
        HALL.id,
        {"名称": "测试大厅", "地址": "还没有登记", "示例": True},
        {"名称": "双塔大厅", "地址": "示例路1号", "示例": False},
    )
    refused = await admin.post("/admin/halls", form | {"hours": "九点到五点", "name": ""}, HX_Request="true")
    assert (refused.status, re.findall(r'data-field="(\w+)"', refused.text)) == (422, ["name", "hours"])


async def test_another_hall_is_founded_by_who_administers_the_house_only(visitor: Visitor) -> None:
    form = {"id": "east", "name": "东区大厅", "hours": HOURS}
    admin = await visitor.as_role(Role.ADMIN)
    assert "新设一个大厅" not in (await admin.get("/admin/halls")).text
    assert (await admin.post("/admin/halls/new", form)).status == 403
    await visitor.db.transact(staff.add, "管全部的", Role.ADMIN, MONDAY)
    member = await visitor.db.consult(staff.named, "管全部的")
    await visitor.db.transact(staff.set_password, member.id, "x")
    of_all = await visitor.as_member(await visitor.db.consult(staff.named, "管全部的"))
    assert "新设一个大厅" in (await of_all.get("/admin/halls")).text
    assert (await of_all.post("/admin/halls/new", form)).status == 303
    assert (await visitor.db.consult(places.hall, "east")).is_sample is False
    again = await of_all.post("/admin/halls/new", form, HX_Request="true")
    assert (again.status, "已经有编号是“east”的大厅了" in again.text) == (409, True)


async def test_who_administers_the_house_founds_the_hall_that_is_not_there_yet(visitor: Visitor) -> None:
    await visitor.db.transact(staff.add, "头一个", Role.ADMIN, MONDAY)
    member = await visitor.db.consult(staff.named, "头一个")
    await visitor.db.transact(staff.set_password, member.id, "x")
    first = await visitor.as_member(await visitor.db.consult(staff.named, "头一个"), "new-one")
    home = (await first.get("/home")).text
    assert "这个大厅还没有设" in home and 'href="/staff/admin/halls"' in home
    page = await first.get("/admin/halls")
    assert (page.status, "新设一个大厅" in page.text, "保存" in page.text) == (200, True, False)
    assert (await first.post("/admin/halls/new", {"id": "new-one", "name": "本厅", "hours": HOURS})).status == 303
    assert "还没有设" not in (await first.get("/home")).text
    assert 'value="本厅"' in (await first.get("/admin/halls")).text


# ------------------------------------------------------------------------------------------------ counters


async def test_a_counter_is_set_up_changed_and_taken_down_and_the_trail_says_what_it_was(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert (await lead.post("/admin/counters", {"number": "2", "groups": "A"})).status == 303
    assert await last(visitor, "counter") == (
        "新设窗口", "2", {}, {"名称": "A类", "业务组": ["A"], "只办": "各组的事都办"},
    )  # fmt: skip
    taken = await lead.post("/admin/counters", {"number": "1", "groups": "A"}, HX_Request="true")
    assert (taken.status, "1号窗口已经有了（综合窗口）" in taken.text) == (409, True)
    changed = {"name": "食品", "groups": ["A"], "only": ["licence"]}
    assert (await lead.post("/admin/counters/2", changed)).status == 303
    assert (await last(visitor, "counter"))[3] == {"名称": "食品", "只办": ["食品经营许可证核发"]}
    assert "只办食品经营许可证核发" in (await lead.get("/admin/counters")).text
    assert (await lead.post("/admin/counters/2/close")).status == 303
    assert await last(visitor, "counter") == (
        "撤窗口", "2", {"名称": "食品", "业务组": ["A"], "只办": ["食品经营许可证核发"]}, {},
    )  # fmt: skip
    assert [one.number for one in await visitor.db.consult(places.counters, HALL.id)] == [1]


async def test_a_counter_somebody_sits_at_stays_and_says_who_has_to_close_it(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    await visitor.db.transact(calling.open_post, Counter(HALL.id, 1, "", ()), clerk(1), lead.clock())
    assert "撤掉1号窗口" not in (await lead.get("/admin/counters/1")).text
    refused = await lead.post("/admin/counters/1/close", HX_Request="true")
    assert (refused.status, f"1号窗口现在由{clerk(1).name}在值，撤不了" in refused.text) == (409, True)


async def test_what_would_have_no_counter_is_said_before_it_is_done(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert "有1件事" not in (await lead.get("/admin/counters")).text
    assert "下面1件事就没有窗口办了" in (await lead.get("/admin/counters/1")).text
    none = await lead.post("/admin/counters/would", {"number": "1"})
    assert "下面1件事就没有窗口办了" in none.text
    assert "食品经营许可证核发" in none.text
    assert (
        "没有哪件事会因此没有窗口办" in (await lead.post("/admin/counters/would", {"number": "1", "groups": "A"})).text
    )
    await lead.post("/admin/counters/1/close")
    helped = await lead.post("/admin/counters/would", {"number": "3", "groups": "A"})
    assert "原来没有窗口的，这样就有了：食品经营许可证核发" in helped.text


async def test_another_halls_counter_is_answered_like_one_that_is_not_there(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert (await lead.get("/admin/counters/7")).status == 404
    assert (await lead.post("/admin/counters/7", {"groups": "A"})).status == 404
    assert (await lead.post("/admin/counters/7/close")).status == 404
    assert "别厅的窗口" not in (await lead.get("/admin/counters")).text


# ------------------------------------------------------------------------------------------------ groups and the rule


async def test_a_rule_is_read_in_words_and_tried_on_a_line_before_it_is_set(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    numbers = {name: str(getattr(Rules(), name)) for name in Rules.__slots__ if name != "privileged"}
    assert "最多连叫2位优先号" in (await lead.get("/admin/queue")).text
    tried = await lead.post("/admin/queue/would", numbers | {"most_in_row": "0"})
    assert "按取号先后叫号，没有优先。" in tried.text
    assert "往前" not in tried.text
    first = await lead.post("/admin/queue/would", numbers | {"privileged": ["elderly"]})
    assert re.search(r"<b>A005</b> 老人", first.text)
    assert "往前4位" in first.text
    wrong = await lead.post("/admin/queue/would", numbers | {"most_in_row": "99"})
    assert (wrong.status, "这一项要填0到20的整数。" in wrong.text) == (200, True)
    assert await visitor.db.consult(queue.rules, HALL.id) == Rules()
    assert (
        await lead.post("/admin/queue/rules", numbers | {"privileged": ["elderly"], "most_in_row": "3"})
    ).status == 303
    set_now = await visitor.db.consult(queue.rules, HALL.id)
    assert (set_now.privileged, set_now.most_in_row) == ((Privilege.ELDERLY,), 3)
    assert await last(visitor, "rules") == (
        "改叫号规则",
        HALL.id,
        {"哪些人优先": ["预约", "老人", "残疾人", "军人"], "最多连续优先几位": 2},
        {"哪些人优先": ["老人"], "最多连续优先几位": 3},
    )


async def test_groups_are_added_and_renamed_and_their_letter_stays(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert (await lead.post("/admin/queue/groups", {"letter": "b", "name": "税务"})).status == 303
    assert "没有窗口办" in (await lead.get("/admin/queue")).text
    assert (await lead.post("/admin/queue/groups/A", {"name": "综合"})).status == 303
    assert await last(visitor, "group") == ("改业务组名称", "A", {"名称": "A类"}, {"名称": "综合"})
    assert [(one.letter, one.name) for one in await visitor.db.consult(matters.groups, HALL.id)] == [
        ("A", "综合"), ("B", "税务"),
    ]  # fmt: skip
    taken = await lead.post("/admin/queue/groups", {"letter": "A", "name": "x"}, HX_Request="true")
    assert (taken.status, "字母A已经是“综合”的了" in taken.text) == (409, True)


# ------------------------------------------------------------------------------------------------ machines


async def test_a_machine_is_set_up_with_a_key_shown_once_and_ended_by_its_own_hall_only(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    once = await lead.post("/admin/devices", {"kind": "tablet", "counter": "1"}, HX_Request="true")
    address = re.search(r"<code[^>]*>http://127[^<]*(/rate/test/1#(\S+))</code>", once.text)
    assert address is not None
    assert once.headers["HX-Replace-Url"] == "/staff/admin/devices"
    made = await visitor.db.consult(devices.known, address[2])
    assert made is not None
    listed = await lead.get("/admin/devices")
    assert "评价器，1号窗口" in listed.text
    assert address[2] not in listed.text
    assert await last(visitor, "device") == ("登记设备", str(made.id), {}, {"设备": "评价器", "窗口": 1})
    elsewhere = await visitor.as_role(Role.LEAD, OTHER.id)
    assert (await elsewhere.post(f"/admin/devices/{made.id}/end")).status == 404
    assert (await lead.post(f"/admin/devices/{made.id}/end")).status == 303
    assert await visitor.db.consult(devices.known, address[2]) is None
    assert await last(visitor, "device") == ("停用设备", str(made.id), {"设备": "评价器", "窗口": 1}, {})
    nowhere = await lead.post("/admin/devices", {"kind": "tablet"}, HX_Request="true")
    assert (nowhere.status, "评价器要放在一个窗口" in nowhere.text) == (422, True)
