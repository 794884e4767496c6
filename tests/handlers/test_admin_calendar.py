"""The calendar on its page: whence each day is known, one set otherwise, a year typed in and checked."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest

from hall.appointments import slots
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.places import months
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.model import EVERY_HALL
from hall.places.months import Whence
from hall.staff.model import EVERYWHERE, Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group
from tests.handlers.staff import OTHER, Visitor, a_member, open_staff

SATURDAY, TUESDAY = date(2026, 11, 28), date(2026, 11, 24)
YEAR_2027 = {
    "year": "2027",
    "notice": "国务院办公厅关于2027年部分节假日安排的通知（示例）",
    "holidays": (
        "元旦 2027-01-01 2027-01-03\n春节 2027-02-05 2027-02-11\n清明节 2027-04-05\n劳动节 2027-05-01 2027-05-05\n"
        "端午节 2027-06-09\n中秋节 2027-09-15\n\n国庆节 2027-10-01 2027-10-07"
    ),
    "makeup": "2027-02-20\n2027-10-09",
}


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def with_slots(tx: Tx) -> None:
    group = await a_group(tx)
    await slots.set_plan(tx, group, 30, 2, 0, "王主任", MONDAY)


def test_each_day_says_whence_it_is_known() -> None:
    """Of the published year 2026: National Day off, a Saturday worked, and what comes after nobody knows."""
    shown = {
        one.on: (one.hours != () and one.hours is not None, one.is_holiday, one.is_makeup, one.whence)
        for first in (date(2026, 10, 1), date(2027, 1, 1))
        for week in months.weeks(HALL, Calendar.published(), first)
        for one in week
    }
    assert shown[date(2026, 10, 1)] == (False, True, False, Whence.PUBLISHED)
    assert shown[date(2026, 10, 10)] == (True, False, True, Whence.PUBLISHED)
    assert shown[date(2026, 10, 18)] == (False, False, False, Whence.PUBLISHED)
    assert shown[date(2027, 1, 4)][3] is Whence.UNKNOWN


async def test_a_lead_sets_a_day_of_their_hall_and_takes_it_back(visitor: Visitor) -> None:
    await visitor.db.transact(with_slots)
    lead = await visitor.as_role(Role.LEAD)
    half = {"on": str(TUESDAY), "how": "hours", "hours": "09:00-11:00", "note": "下午培训"}
    said = await lead.post("/admin/calendar/set", half)
    assert (said.status, said.headers["Location"]) == (303, f"/staff/admin/calendar?on={TUESDAY}")
    calendar = await visitor.db.consult(places.calendar, HALL.id)
    assert calendar.hours(TUESDAY, HALL) == ((time(9), time(11)),)
    assert "下午培训" in (await lead.get("/admin/calendar")).text
    assert (await lead.post("/admin/calendar/set", half | {"hours": ""}, HX_Request="true")).status == 422
    assert (await lead.post("/admin/calendar/set", half | {"on": "2026-11-20"}, HX_Request="true")).status == 409
    everywhere = half | {"everywhere": "true", "how": "closed"}
    assert (await lead.post("/admin/calendar/set", everywhere, HX_Request="true")).status == 403
    assert (await visitor.db.consult(places.set_days, OTHER.id)) == ()
    assert (await lead.post("/admin/calendar/unset", {"on": str(TUESDAY)})).status == 303
    back, put = await visitor.db.consult(audit.trail, Wanted(kind="calendar"), 9)
    assert (put.number, put.after) == (str(TUESDAY), {"安排": "只开09:00—11:00", "原因": "下午培训"})
    assert back.after["安排"] == "没有单独定过"


async def test_who_administers_the_house_sets_days_of_all_halls_and_enters_a_year(visitor: Visitor) -> None:
    house = await visitor.as_member(await a_member(visitor.db, "总管", Role.ADMIN, EVERYWHERE))
    opened = {"on": str(SATURDAY), "how": "usual", "note": "延时服务", "everywhere": "true"}
    assert (await house.post("/admin/calendar/set", opened)).status == 303
    for hall in (HALL, OTHER):
        assert (await visitor.db.consult(places.calendar, hall.id)).is_workday(SATURDAY)
    lead = await visitor.as_role(Role.LEAD)
    assert "撤掉，回到原来的安排" not in (await lead.get(f"/admin/calendar?on={SATURDAY}")).text
    admin = await visitor.as_role(Role.ADMIN)
    assert "要全部大厅的系统管理员来录" in (await admin.get("/admin/calendar/year")).text
    for one in (lead, admin):
        assert (await one.post("/admin/calendar/year", YEAR_2027)).status == 403
    for field, text, wrong in (
        ("holidays", "元旦 2027年1月1日", "看不懂"),
        ("holidays", "元旦 2027-01-01", "法定假日没有放全"),
        ("makeup", "2027-02-22", "不是周末，不会是调休上班日"),
    ):
        refused = await house.post("/admin/calendar/year", YEAR_2027 | {field: text}, HX_Request="true")
        assert (refused.status, wrong in refused.text) == (422, True), refused.text
    assert (await house.post("/admin/calendar/year", YEAR_2027)).status == 303
    calendar = await visitor.db.consult(places.calendar, EVERY_HALL)
    assert calendar.is_workday(date(2027, 2, 20)) and not calendar.is_workday(date(2027, 10, 7))
    shown = months.day_of_hall(HALL, calendar, date(2027, 2, 8))
    assert (shown.whence, shown.own and shown.own.note) == (Whence.ENTERED, "春节")
    assert "照“国务院办公厅关于2027年" in (await house.get("/admin/calendar?month=2027-02")).text
