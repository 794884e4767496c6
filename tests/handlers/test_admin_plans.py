"""The plans on their page: what each group gives, what another plan would do, and that it is then done."""

from collections.abc import AsyncIterator

import pytest

from hall.appointments import slots
from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_group, a_matter
from tests.handlers.staff import Visitor, open_staff

ONE = "/admin/plans/A"
PLAN = {"minutes": "30", "capacity": "3", "reserve": "1"}


async def two_groups(tx: Tx) -> None:
    await a_matter(tx, await a_group(tx, "A"))
    await a_group(tx, "B")


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        await sqlite_db.transact(two_groups)
        yield found


async def test_a_group_without_a_plan_is_named_until_a_lead_sets_one_and_its_places_are_there_at_once(
    visitor: Visitor,
) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert "还没有定放几个号，群众现在约不上" in (await lead.get("/admin/plans")).text  # of A: nothing is done in B
    would = (await lead.post(f"{ONE}/would", PLAN, HX_Request="true")).text
    assert "群众能约的：0个 → <b>390个</b>，多390个" in would  # thirteen half-hours on ten workdays
    assert await visitor.db.consult(slots.plans, HALL.id) == ()
    done = await lead.post(ONE, PLAN)
    assert (done.status, done.headers["Location"]) == (303, "/staff/admin/plans")
    (plan,) = await visitor.db.consult(slots.plans, HALL.id)
    assert (plan.minutes, plan.capacity, plan.reserve) == (30, 3, 1)
    page = (await lead.get("/admin/plans")).text
    assert ("13段，39个号" in page, "约不上" in page) == (True, False)
    assert "什么都不变" in (await lead.post(f"{ONE}/would", PLAN, HX_Request="true")).text
    line = (await visitor.db.consult(audit.trail, Wanted(kind="plan"), 1))[0]
    assert (line.called, line.number, dict(line.before), dict(line.after)) == (
        "改放号计划", "A", {}, {"每段": "30分钟", "公众号": 3, "预留号": 1}
    )  # fmt: skip


async def test_what_cannot_be_is_said_beside_the_field_and_while_it_is_typed(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    typed = await lead.post(f"{ONE}/would", PLAN | {"minutes": "3"}, HX_Request="true")
    assert (typed.status, "5到240" in typed.text) == (200, True)
    refused = await lead.post(ONE, PLAN | {"minutes": "3"}, HX_Request="true")
    assert (refused.status, 'data-field="minutes"' in refused.text) == (422, True)
    assert (await lead.post("/admin/plans/Z", PLAN)).status == 404
    assert await visitor.db.consult(slots.plans, HALL.id) == ()


async def test_a_clerk_is_told_whose_it_is(visitor: Visitor) -> None:
    clerk = await visitor.as_role(Role.CLERK)
    assert [(await clerk.get(path)).status for path in ("/admin/plans", ONE)] == [403, 403]
    assert (await clerk.post(ONE, PLAN)).status == 403
    assert "放号计划" not in (await clerk.get("/home")).text
