"""一件事 on its pages: written by the names of its matters, read beforehand as people will, and never over a colleague."""

import re
from collections.abc import AsyncIterator

import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.matters import life_events
from hall.matters import service as matters
from hall.matters.model import Audience, LifeEvent
from hall.staff.model import Role
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_group, a_matter
from tests.handlers.staff import Visitor, open_staff

LIST, ONE = "/admin/matters/events", "/admin/matters/events/of/shop"
SHOP = LifeEvent("shop", HALL.id, "开一家小店", Audience.SOLE_TRADER, ("开店",), ("register", "licence"))
FORM = {"name": "开一家小店", "for": "个体工商户", "aliases": "开店", "note": "", "position": ""}
NAMES = {"register": "个体工商户登记", "licence": "食品许可", "licence-2": "药品许可", "tax": "税务登记（新办）"}


async def a_shop(tx: Tx) -> None:
    group = await a_group(tx)
    for matter_id, name in NAMES.items():
        await a_matter(tx, group, matter_id, name=name)
    await life_events.set_event(tx, SHOP, NAMES.keys())


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        await sqlite_db.transact(a_shop)
        yield found


async def test_a_line_means_the_matter_it_names_or_the_only_one_that_has_its_words(visitor: Visitor) -> None:
    every = await visitor.db.consult(matters.catalogue, HALL.id)
    steps = life_events.steps(["食品许可", "", " tax ", "新办", "许可", "没有的"], every)
    assert [one.matter.id if one.matter else None for one in steps] == ["licence", "tax", "tax", None, None]
    assert [[near.id for near in one.near] for one in steps[3:]] == [["licence", "licence-2"], []]


async def test_an_event_saved_as_shown_is_the_same_and_what_differs_is_seen_before_and_in_the_trail(
    visitor: Visitor,
) -> None:
    lead = await visitor.as_role(Role.LEAD)
    assert "1. 个体工商户登记<br>2. 食品许可" in re.sub(r"\s*<br>\s*", "<br>", (await lead.get(LIST)).text)
    form = FORM | {"seen": seen((await lead.get(ONE)).text), "lines": "个体工商户登记\n食品许可"}
    assert "和现在的一样" in (await lead.post(f"{LIST}/would", form | {"id": "shop"}, HX_Request="true")).text
    assert (await lead.post(ONE, form)).status == 303
    assert await visitor.db.consult(life_events.event, HALL.id, "shop") == SHOP
    other = form | {"lines": "新办\n个体工商户登记", "note": "开业前办好"}
    would = (await lead.post(f"{LIST}/would", other | {"id": "shop"}, HX_Request="true")).text
    assert ("会去掉：食品许可" in would, would.count("新加的"), "提醒：开业前办好" in would) == (True, 1, True)
    assert "1 税务登记（新办）\n2 个体工商户登记" in would  # as the bot will say it
    assert (await lead.post(ONE, other)).status == 303
    assert (await visitor.db.consult(life_events.event, HALL.id, "shop")).matters == ("tax", "register")
    line = (await visitor.db.consult(audit.trail, Wanted(kind="event"), 1))[0]
    assert (line.called, dict(line.before), dict(line.after)) == (
        "改一件事",
        {"事项": ["个体工商户登记", "食品许可"]},
        {"事项": ["税务登记（新办）", "个体工商户登记"], "提醒": "开业前办好"},
    )
    late = await lead.post(ONE, form, HX_Request="true")  # whoever opened it before
    assert (late.status, "被改过了，这次没有存" in late.text) == (409, True)


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="(\w+)"', page)[0]


async def test_a_line_that_means_no_one_matter_is_refused_with_those_it_may_mean(visitor: Visitor) -> None:
    lead = await visitor.as_role(Role.LEAD)
    new = FORM | {"id": "food", "name": "卖吃的", "aliases": "开店、卖早点"}
    refused = await lead.post(LIST, new | {"lines": "许可\n胡说"}, HX_Request="true")
    assert refused.status == 422
    assert "“许可”不止一个，是哪一个：食品许可、药品许可；“胡说”没有这个事项" in refused.text
    would = await lead.post(f"{LIST}/would", new | {"lines": "食品许可"}, HX_Request="true")
    assert "“开店”也是“开一家小店”的说法" in would.text
    assert (await lead.post(LIST, new | {"lines": "食品许可"})).status == 303
    again = await lead.post(LIST, new | {"lines": "食品许可"}, HX_Request="true")
    assert (again.status, "已经有了" in again.text) == (422, True)
    assert (await lead.post(f"{LIST}/of/food/drop")).status == 303
    assert [one.id for one in await visitor.db.consult(life_events.events, HALL.id)] == ["shop"]
    assert (await (await visitor.as_role(Role.CLERK)).get(LIST)).status == 403
